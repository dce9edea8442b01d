"""Other values for what a request writes."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.equality import same_key
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.request_parts import BODY, is_optional, shape_of
from mediatasks.contracts.schema.shape import Shape
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.observation.observed_resource import ObservedResource

_TEXT = "mediatasks check"
# A text with one of these may not be any other; examples may be all that a server knows.
_BOUND = ("enum", "examples", "pattern", "format")


def varied(request: DocumentedRequest, resource: Resource) -> Iterator[DocumentedRequest]:
    """Yield upserts of the same resource, each with another value of one member; of a creation none."""
    effect, effects = resource.operations[request.operation.id], resource.operations.values()
    named = {*resource.key, *(p for e in effects if e["action"] != "list" for p in e.get("where", {}))}
    for pointer, expression in effect.get("sets", {}).items() if effect["action"] == "upsert" else ():
        if pointer not in named and str(expression).startswith(BODY):
            others = values_for(request.operation, expression, request.value_of(expression))
            yield from (request.having(expression, other) for other in islice(others, 1))


def unchanging(client: ProbeClient, name: str, subject: ObservedResource) -> DocumentedRequest | None:
    """Return the update of one resource that names nothing to change but what it must."""
    request = client.naming(name, subject)
    for expression in subject.resource.operations[name].get("sets", {}).values():
        if request is not None and is_optional(request.operation, str(expression)):
            request = request.having(expression, MISSING)
    return request


def undefaulted(request: DocumentedRequest, effect: Mapping[str, Any]) -> DocumentedRequest | None:
    """Return a creation in which nothing has its default, nor is left out, as far as values are known.

    A server that loses what has its default cannot be told from one that keeps it. None where the
    request is so already, or is an upsert.
    """
    if effect["action"] == "upsert":
        return None
    changed, at = request, effect.get("each")
    for expression in effect.get("sets", {}).values():
        each = str(expression).startswith("$each#")
        count = len(get(request.body, at or "") or ()) if each else 1
        for i in range(count):
            place = str(expression).replace("$each#", f"{BODY}{at}/{i}")
            shape = shape_of(request.operation, place)
            value, default = request.value_of(place), shape.first("default", MISSING)
            is_default = value is MISSING or same_key(value, default)
            if is_optional(request.operation, place) and is_default:
                listed = (*(shape.first("enum") or ()), *(shape.first("examples") or ()))
                others = _others(shape, default if value is MISSING else value)
                # A text that no source lists may not be any.
                known = (other for other in others if not isinstance(other, str) or other in listed)
                for other in islice(known, 1):
                    changed = changed.having(place, other)
    return changed if changed != request else None


def values_for(operation: Operation, expression: str, value: Any) -> Iterator[Any]:
    """Yield values that a member of the request may have, other than `value`; documented ones first."""
    yield from _others(shape_of(operation, expression), value)


def _others(shape: Shape, value: Any) -> Iterator[Any]:
    examples = shape.first("examples") or ()
    for other in (*(shape.first("enum") or ()), *examples, *_made_up(shape, value)):
        if not same_key(other, value):
            yield other


def _made_up(shape: Shape, value: Any) -> Iterator[Any]:
    if "boolean" in shape.types:
        yield value is not True
    elif shape.first("enum") is None and shape.types & {"integer", "number"}:
        yield from _numbers(shape, value)
    elif "string" in shape.types and all(shape.first(keyword) is None for keyword in _BOUND):
        yield f"{value}-check" if isinstance(value, str) and value else _TEXT
    elif isinstance(value, dict):
        for name, member in shape.members.items():
            for other in islice(_others(member, value.get(name, MISSING)), 1):
                yield {**value, name: other}


def _numbers(shape: Shape, value: Any) -> Iterator[int]:
    low, high = shape.first("minimum"), shape.first("maximum")
    start = value if isinstance(value, int) and value is not MISSING else low if low is not None else 1
    for number in (int(start) + 1, int(start) - 1):
        if (low is None or number >= low) and (high is None or number <= high):
            yield number
