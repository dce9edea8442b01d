"""The shapes of the `x-` keys (extensions.yaml), and a check of a contract that did not ship with us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from mediatasks.contracts.document import Contract
from mediatasks.contracts.files import read_yaml
from mediatasks.contracts.validation import BodySchema
from mediatasks.errors import ContractError

T = TypeVar("T")

# What a broken document makes code stumble over that expects a right one.
STUMBLES = (KeyError, TypeError, AttributeError, ValueError, IndexError, RuntimeError, StopIteration)


@cache
def read_extensions() -> Mapping[str, Any]:
    """Return `extensions.yaml`: every `x-` key with purpose, place, reader and shape."""
    document: Mapping[str, Any] = read_yaml(Path(__file__).with_name("extensions.yaml"))
    return document


@cache
def shape_of(key: str) -> BodySchema:
    """Return the shape of one `x-` key."""
    extensions = read_extensions()
    return BodySchema(extensions["extensions"][key]["shape"], {}, {"$defs": extensions["definitions"]})


def understand(place: str, read: Callable[[], T]) -> T:
    """Return what `read` returns. Raises ContractError where it stumbles over a broken document."""
    try:
        return read()
    except STUMBLES as error:
        problem = f"is too broken to be read: {type(error).__name__}: {error}"
        raise ContractError(place, problem, "check it against the OpenAPI grammar") from None


def check_contract(contract: Contract, place: str) -> None:
    """Raise ContractError for the first thing that would make a command stumble."""
    document = contract.document
    if not isinstance(document.get("info"), dict) or not isinstance(document.get("paths"), dict):
        raise ContractError(place, "is no OpenAPI document: `info` or `paths` is missing")
    for key in ("x-rpc", "x-lifecycle", "x-errors"):
        if key in document:
            for deviation in shape_of(key).deviations(document[key]):
                problem = f"expected {deviation.expected}, got {deviation.got}"
                where = f"{place}#/{key}{deviation.pointer}"
                raise ContractError(where, problem, f"see `{key}` in docs/extensions.md")
    understand(place, lambda: _touch(contract))


def _touch(contract: Contract) -> None:
    """Read everything of a contract that is worked out on demand."""
    assert contract.credentials is not None
    for operation in contract.operations.values():
        assert operation.success
        assert operation.request_media is not None
        assert operation.security is not None
    for resource in contract.resources.values():
        for name in resource.operations:
            contract.operation(name)
