"""Judge values by one schema of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.schema.compilation import compile_schema
from mediatasks.contracts.schema.explanation import Explainer
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.errors import ContractError

# A large value can break its schema in a million places; more than these help nobody.
MOST = 1000
_DEPTH = 200


class Validator:
    """One schema, compiled once. Formats are asserted.

    `document` is what the references of the schema lead into: a contract, or any other. `name` is the
    place in a ContractError, raised where the schema is broken. Raises MissingExtra, naming `purpose`,
    where jsonschema-rs is not installed.
    """

    def __init__(
        self,
        schema: Mapping[str, Any] | bool,
        document: Mapping[str, Any],
        name: str = "",
        *,
        purpose: str = "validating a body",
    ) -> None:
        name = name or str(document.get("info", {}).get("title", "the contract"))
        schemas = document.get("components", {}).get("schemas", {})
        self._root = {"allOf": [schema], "components": {"schemas": schemas}}
        try:
            self._compiled = compile_schema(self._root, name, purpose)
        except ContractError:
            # References mostly lead into the schemas, and to compile no more is faster.
            self._root = {**document, "allOf": [schema]}
            self._compiled = compile_schema(self._root, name, purpose)
        self._explainer = Explainer(self._root)

    @classmethod
    def of(cls, contract: Contract, schema: Mapping[str, Any] | bool) -> Validator:
        """Return the validator of a schema of `contract`."""
        return cls(schema, contract.document, contract.provider)

    def fits(self, value: Any) -> bool:
        """Whether `value` fits the schema."""
        try:
            fitting: bool = self._compiled.is_valid(value)
        except (ValueError, RecursionError):
            return False
        return fitting

    def deviation(self, value: Any) -> Mismatch | None:
        """Return the deviation of `value` at the deepest place, the first of several; None if it fits."""
        try:
            if self._compiled.is_valid(value):
                return None
            errors = islice(self._compiled.iter_errors(value), MOST)
            found = self._explainer.explain(max(errors, key=lambda e: len(e.instance_path)), value)
            return max(found, key=lambda d: len(d.steps))
        except (ValueError, RecursionError):
            return _unreadable(value)

    def deviations(self, value: Any) -> list[Mismatch]:
        """Return what is wrong with `value`, at most `MOST`, in order of place; empty where it fits."""
        try:
            if self._compiled.is_valid(value):
                return []
            errors = islice(self._compiled.iter_errors(value), MOST)
            found = {d: None for error in errors for d in self._explainer.explain(error, value)}
        except (ValueError, RecursionError):
            return [_unreadable(value)]
        return sorted(islice(found, MOST), key=lambda d: (d.pointer, d.keyword, d.expected))


def _unreadable(value: Any) -> Mismatch:
    """Return what is wrong with a value that is no JSON: half of a surrogate pair, or endless depth."""
    for steps, text in _texts(value, ()):
        if not _is_unicode(text):
            return Mismatch("body", steps, "text in Unicode", "half of a surrogate pair")
    return Mismatch("body", (), "a JSON value", "one that JSON does not know, or that is nested too deeply")


def _texts(value: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield (steps, text) of every text and name."""
    if isinstance(value, str):
        yield steps, value
    elif len(steps) < _DEPTH and isinstance(value, dict):
        for name, member in value.items():
            yield steps, str(name)
            yield from _texts(member, (*steps, name))
    elif len(steps) < _DEPTH and isinstance(value, list):
        for index, element in enumerate(value):
            yield from _texts(element, (*steps, index))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
