"""A stated source is one of `info.x-sources`, of its status, with a locator; inferred has a note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import join
from mediatasks.errors import nearest

# Members that hold data, in which `x-provenance` would be no extension.
_DATA = ("value", "example", "examples", "default", "const")
_LISTS = ("enum", "examples", "responses", "members", "required", "keywords")


def check(source: Source) -> Iterator[Problem]:
    """Yield the statements that lead to no source."""
    sources = source.contract.document["info"].get("x-sources", {})
    for document in {id(c.document): c.document for c in source.views}.values():
        for pointer, fact in _facts(document, ""):
            for expected, got, advice in _wrong(fact, sources):
                yield Problem(source.place(pointer), expected, got, advice)


def _facts(value: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every fact with its pointer, those of single values and statuses included."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from _facts(item, f"{pointer}/{i}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            place = pointer + join([key])
            if key == "x-provenance" and isinstance(inner, dict):
                # An effect may state no more than where some members of it come from.
                if set(inner) != {"members"}:
                    yield place, inner
                if "default" in inner:
                    yield f"{place}/default", inner["default"]
                for member in _LISTS:
                    for name, fact in inner.get(member, {}).items():
                        yield place + join([member, name]), fact
            elif not _is_data(pointer, key):
                yield from _facts(inner, place)


def _is_data(pointer: str, key: str) -> bool:
    """Whether a member holds data; `components/examples` holds examples with provenance."""
    return key in _DATA and pointer != "/components"


def _wrong(fact: Mapping[str, Any], sources: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    status, name = fact.get("status"), str(fact.get("source"))
    if status == "inferred":
        if not str(fact.get("note", "")).strip():
            yield "a `note` with the reason", "none", "say why it was chosen"
        return
    if name not in sources:
        advice = f"{nearest(name, sources)}; a new source is listed in `info.x-sources` first"
        yield "a `source` of `info.x-sources`", f"`{name}`", advice
    elif sources[name].get("status") != status:
        expected = f"the status of its source, `{sources[name].get('status')}`"
        yield expected, f"`{status}`", "correct the status, or name the source that states it"
    if not str(fact.get("locator", "")).strip():
        yield "a `locator`", "none", "name the section or heading of the source"
