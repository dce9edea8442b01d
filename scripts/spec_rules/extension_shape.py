"""Every extension has the shape that extensions.yaml gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.validation import BodySchema


def check(source: Source) -> Iterator[Problem]:
    """Yield what does not fit."""
    shapes = {key: _shape(source, key) for key in source.extensions["extensions"]}
    for node, key, place in source.extended():
        if key in shapes:
            for deviation in shapes[key].deviations(node.value[key]):
                where = place + deviation.pointer
                advice = f"see `{key}` in docs/extensions.md"
                yield Problem(where, deviation.expected, deviation.got, advice)


def _shape(source: Source, key: str) -> BodySchema:
    shape: Mapping[str, Any] = source.extensions["extensions"][key]["shape"]
    return BodySchema(shape, {}, {"$defs": source.extensions["definitions"]})
