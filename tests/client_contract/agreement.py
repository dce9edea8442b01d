"""What a decoded value must be: of the type that was promised, and equal to what the wire held."""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

import msgspec

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import join

Odd = Collection[str]
_hints = cache(typing.get_type_hints)


def same(left: Any, right: Any) -> bool:
    """Whether two plain JSON values are the same: `1` and `1.0` are, `1` and `true` are not."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(v, right[k]) for k, v in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def misfit(value: Any, hint: Any, place: str = "") -> str:
    """Return what in `value` is not of the type `hint`; empty where all is."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        found = [misfit(value, argument, place) for argument in arguments]
        return "" if "" in found else found[0]
    kind = types.NoneType if hint is None else origin or hint
    if hint is not Any and type(value) is not kind:
        return f"at `{place or '/'}`: {value!r} is no {hint}"
    inner: Iterable[tuple[object, Any, Any]] = ()
    if isinstance(value, msgspec.Struct):
        inner = ((n, getattr(value, n), t) for n, t in _hints(type(value)).items())
    elif origin is list:
        inner = ((i, v, arguments[0]) for i, v in enumerate(value))
    elif origin is dict:
        inner = ((k, v, arguments[1]) for k, v in value.items())
    return next(filter(None, (misfit(v, t, f"{place}/{name}") for name, v, t in inner)), "")


def difference(
    value: Any, wire: Any, contract: Contract, schemas: list[Any], place: str = "", odd: Odd = ()
) -> str:
    """Return where a decoded `value` differs from the `wire`; empty where it nowhere does.

    `schemas` are those of the contract that apply here: every member they name must be in the
    value, and they list the enumeration values that are known. None may stand at the places `odd`, and for
    what holds one of them.
    """
    schemas = list(_expanded(contract, schemas))
    if value is None and any(p == place or p.startswith(f"{place}/") for p in odd):
        return ""
    if isinstance(value, msgspec.Struct):
        return _struct_difference(value, wire, contract, schemas, place, odd)
    if isinstance(value, Enum):
        listed = [v for s in schemas for v in (*s.get("enum", ()), *([s["const"]] if "const" in s else ()))]
        known = not listed or getattr(value, "is_known", True) == (wire in listed)
        return "" if same(value.value, wire) and known else f"at `{place}`: {value!r} for {wire!r}"
    if isinstance(value, dict) and isinstance(wire, dict) and value.keys() == wire.keys():
        inner = (
            difference(value[k], wire[k], contract, _member(schemas, k), place + join([k]), odd)
            for k in value
        )
        return next(filter(None, inner), "")
    if isinstance(value, list) and isinstance(wire, list) and len(value) == len(wire):
        items = [s["items"] for s in schemas if "items" in s]
        inner = (difference(v, wire[i], contract, items, f"{place}/{i}", odd) for i, v in enumerate(value))
        return next(filter(None, inner), "")
    return "" if same(value, _as_read(wire, value)) else f"at `{place or '/'}`: {value!r} for {wire!r}"


def _as_read(wire: Any, value: Any) -> Any:
    """Return what a scalar reads as, in a model that holds such values as `value`."""
    if isinstance(value, datetime):
        return datetime.fromisoformat(wire)
    # A JSON number that a model holds as a float is the nearest float.
    return float(wire) if isinstance(value, float) and type(wire) is int else wire


def _struct_difference(
    value: msgspec.Struct, wire: Any, contract: Contract, schemas: list[Any], place: str, odd: Odd
) -> str:
    if not isinstance(wire, dict):
        return f"at `{place or '/'}`: {value!r} for {wire!r}"
    fields = {f.encode_name: f.name for f in msgspec.structs.fields(value)}
    named = {name for schema in schemas for name in schema.get("properties", {})}
    for name in named - fields.keys():
        return f"at `{place or '/'}`: the contract's member `{name}` is not in {type(value).__name__}"
    for name, attribute in fields.items():
        inner = getattr(value, attribute)
        found = difference(
            inner, wire.get(name), contract, _member(schemas, name), place + join([name]), odd
        )
        if found:
            return found
    return ""


def _expanded(contract: Contract, schemas: list[Any]) -> Iterator[Mapping[str, Any]]:
    for schema in schemas:
        if isinstance(schema, dict):
            resolved = contract.resolve(schema)
            yield resolved
            for word in ("allOf", "anyOf", "oneOf"):
                yield from _expanded(contract, resolved.get(word, []))


def _member(schemas: list[Any], name: str) -> list[Any]:
    found = [s["properties"][name] for s in schemas if name in s.get("properties", {})]
    return found or [s["additionalProperties"] for s in schemas if "additionalProperties" in s]
