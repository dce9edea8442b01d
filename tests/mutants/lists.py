"""Lists that filter, limit, order or page wrongly, or show other things than a read does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from mediatasks.contracts.model.contract import Contract, Parameter
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.shape import Shape
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import Key, ObservedResource
from mediatasks.mock.http.messages import MockReply, MockRequest
from tests.mutants.defects import (
    constant,
    dropped,
    in_turn,
    on_replies,
    on_requests,
    on_resources,
    on_results,
)
from tests.mutants.facts import Act, acts, body_shape, members, place_of, result_shape, word
from tests.mutants.mutant import Sketch, must_fail
from tests.mutants.server import Defect, Right
from tests.mutants.values import is_there, other_value
from tests.mutants.wire import Wire, changed_at, decode, with_body

_QUERY = "$request.query."
_MOST = 10**6
# A list of more resources than these is made by no check: they cost money on a real service.
_REACHED = 50


@must_fail("filter-match")
def filter_ignored(contract: Contract) -> Iterator[Sketch]:
    """A filter has no effect."""
    for act in acts(contract, "list"):
        for pointer, expression in act.effect.get("where", {}).items():
            if str(expression).startswith(_QUERY):
                build = partial(on_requests, act.operation, expression, dropped)
            elif pointer in act.resource.key and "wildcard" in act.effect:
                value = act.effect["wildcard"]["value"]
                build = partial(on_requests, act.operation, expression, constant(value))
            else:
                continue
            yield Sketch(act.operation.id, word(expression), f"`{word(expression)}` has no effect", build)


@must_fail("filter-match")
def filter_swapped(contract: Contract) -> Iterator[Sketch]:
    """A filter takes one value for another."""
    for act in acts(contract, "list"):
        for pointer, expression in act.effect.get("where", {}).items():
            values = _values(act, pointer, expression)
            if len(values) > 1:
                build = partial(on_requests, act.operation, expression, partial(_next_value, values))
                defect = f"`{word(expression)}` takes each value for the next one"
                yield Sketch(act.operation.id, word(expression), defect, build)


@must_fail("filter-match")
def filter_leaks(contract: Contract) -> Iterator[Sketch]:
    """A filtered list holds one resource too many."""
    for act in acts(contract, "list"):
        for expression in act.effect.get("where", {}).values():
            if str(expression).startswith(_QUERY) and _is_plain(act):
                defect = f"`{word(expression)}` lets one resource through that does not match"
                yield Sketch(act.operation.id, word(expression), defect, partial(_leaking, act, expression))


@must_fail("list-limit")
def limit_ignored(contract: Contract) -> Iterator[Sketch]:
    """The limit of a list has no effect."""
    for act, name in _limited(contract):
        build = partial(on_requests, act.operation, _QUERY + name, dropped)
        yield Sketch(act.operation.id, name, f"`{name}` has no effect", build)


@must_fail("list-limit")
def limit_off_by_one(contract: Contract) -> Iterator[Sketch]:
    """A list holds one more than its limit."""
    for act, name in _limited(contract):
        most = _shape(act, name).first("maximum", _MOST)
        build = partial(on_requests, act.operation, _QUERY + name, partial(_plus_one, most))
        yield Sketch(act.operation.id, name, f"one more than `{name}`", build)


@must_fail("list-order")
def order_reversed(contract: Contract) -> Iterator[Sketch]:
    """A list comes in the opposite order."""
    for act in _ordered(contract):
        build = partial(_rearranged, act, lambda items: items[::-1])
        yield Sketch(act.operation.id, "", "the list comes in the opposite order", build)


@must_fail("list-order")
def order_swapped(contract: Contract) -> Iterator[Sketch]:
    """The last two of a list have changed places."""
    for act in _ordered(contract):
        build = partial(_rearranged, act, lambda items: [*items[:-2], *items[-2:][::-1]])
        yield Sketch(act.operation.id, "", "the last two have changed places", build)


@must_fail("list-order")
def order_turned(contract: Contract) -> Iterator[Sketch]:
    """The first of a list comes last."""
    for act in _ordered(contract):
        build = partial(_rearranged, act, lambda items: [*items[1:], *items[:1]])
        yield Sketch(act.operation.id, "", "the first one comes last", build)


@must_fail("parameter-default")
def default_ignored(contract: Contract) -> Iterator[Sketch]:
    """A parameter that is not sent counts with another value than its default."""
    for operation, _, effect in acts(contract):
        # A parameter of which the contract does not say what it does is not followed by the mock.
        said = str([effect, operation.data.get("x-paging")])
        for parameter in operation.parameters:
            shape = Shape(contract, parameter.schema)
            default = shape.first("default", MISSING)
            is_far = isinstance(default, int) and default > _REACHED
            if default is not MISSING and parameter.name in said and not is_far:
                other = _other_default(default, shape)
                build = partial(on_requests, operation, _QUERY + parameter.name, partial(_unless, other))
                defect = f"without `{parameter.name}` it counts as {_text(other)}, not {_text(default)}"
                yield Sketch(operation.id, parameter.name, defect, build)


@must_fail("parameter-default")
def limit_default_ignored(contract: Contract) -> Iterator[Sketch]:
    """A list without a limit is longer, or shorter, than documented."""
    for act, name in _limited(contract):
        default = act.effect.get("default_limit")
        if default is not None and default <= _REACHED:
            for detail, other in (("one_more", default + 1), ("half", max(default // 2, 1))):
                build = partial(on_requests, act.operation, _QUERY + name, partial(_unless, str(other)))
                defect = f"{other} resources in place of {default} without `{name}`"
                yield Sketch(act.operation.id, f"{name}-{detail}", defect, build)


@must_fail("parameter-default")
def member_default_ignored(contract: Contract) -> Iterator[Sketch]:
    """A member of the body that is not sent counts with another value than its default."""
    for act in acts(contract, "create", "upsert"):
        shape = body_shape(act.operation)
        for expression in act.effect.get("sets", {}).values():
            source, _, pointer = str(expression).partition("#")
            member = shape.at(pointer) if source == "$request.body" else None
            default = member.first("default", MISSING) if member else MISSING
            if member is not None and default is not MISSING:
                other = other_value(default, member)
                build = partial(on_requests, act.operation, expression, partial(_unless, other))
                defect = f"without `{word(expression)}` it counts as {_text(other)}, not {_text(default)}"
                yield Sketch(act.operation.id, word(expression), defect, build)


@must_fail("paging-complete")
def item_skipped(contract: Contract) -> Iterator[Sketch]:
    """Each further page lacks its first item."""
    for act in _paged(contract):
        yield Sketch(
            act.operation.id, "", "each further page lacks its first item", partial(_skipping, act)
        )


@must_fail("paging-complete")
def item_repeated(contract: Contract) -> Iterator[Sketch]:
    """Each further page begins with the last item of the page before."""
    for act in _paged(contract):
        defect = "each further page begins with the last item of the one before"
        yield Sketch(act.operation.id, "", defect, partial(_repeating, act))


@must_fail("paging-complete")
def pages_end_early(contract: Contract) -> Iterator[Sketch]:
    """The last pages cannot be reached."""
    for act in _paged(contract):
        paging = act.operation.data["x-paging"]
        if paging["style"] == "link-header":
            build = partial(on_replies, act.operation, _without_link)
            yield Sketch(act.operation.id, "", "there is no link to the next page", build)
        else:
            build = partial(_ending, act)
            yield Sketch(act.operation.id, "", "every page but the first is empty", build)


@must_fail("paging-complete")
def page_ignored(contract: Contract) -> Iterator[Sketch]:
    """Every page is the first one."""
    for act in _paged(contract):
        paging = act.operation.data["x-paging"]
        name = paging.get("page") or next(iter(paging.get("stop", {"cursor": ""})))
        build = partial(on_requests, act.operation, _QUERY + name, dropped)
        yield Sketch(act.operation.id, name, "every page is the first one", build)


@must_fail("list-read-agreement")
def list_differs(contract: Contract) -> Iterator[Sketch]:
    """A list shows another value than a read of the same resource."""
    for act in _readable(contract):
        pattern, marks = place_of(act.operation, act.effect), _marks(act)
        for member in members(result_shape(act.operation)):
            pointer = member.pattern.removeprefix(pattern)
            inside = member.pattern.startswith(pattern + "/") and pointer.count("/") == 1
            if inside and pointer not in marks:
                build = partial(_differing, act, pointer, member.shape)
                defect = f"the list shows another `{member.name}` than the read"
                yield Sketch(act.operation.id, member.name, defect, build)


@must_fail("list-read-agreement")
def list_forgets(contract: Contract) -> Iterator[Sketch]:
    """A list that is asked for a resource lacks it, though it can be read."""
    for act in _readable(contract):
        if _is_plain(act) and act.resource.key[-1] in act.effect.get("where", {}):
            build = partial(_rearranged, act, lambda items: items[1:])
            yield Sketch(act.operation.id, "", "the list lacks its first resource", build)


@must_fail("list-read-agreement")
def list_lags(contract: Contract) -> Iterator[Sketch]:
    """A list shows each resource as it was when it was first seen."""
    for act in _readable(contract):
        if act.resource.states:
            defect = "the list shows each resource as it was at first"
            yield Sketch(act.operation.id, "", defect, partial(_lagging, act))


def _limited(contract: Contract) -> Iterator[tuple[Act, str]]:
    for act in acts(contract, "list"):
        limit = str(act.effect.get("limit", ""))
        if limit.startswith(_QUERY):
            yield act, limit.removeprefix(_QUERY)


def _ordered(contract: Contract) -> Iterator[Act]:
    """Yield the lists whose order somebody may rely on: one that was only inferred is a mock's choice."""
    for act in acts(contract, "list"):
        stated = act.effect.get("x-provenance", {}).get("members", {}).get("order", {})
        if "order" in act.effect and stated.get("status") != "inferred":
            yield act


def _paged(contract: Contract) -> Iterator[Act]:
    yield from (act for act in acts(contract, "list") if "x-paging" in act.operation.data)


def _readable(contract: Contract) -> Iterator[Act]:
    """Yield the lists of resources that another operation reads one by one."""
    for act in acts(contract, "list"):
        names = [n for n in act.resource.operations_with("read") if n != act.operation.id]
        reads = [act.resource.operations[n].get("where", {}) for n in names]
        if any(act.resource.key[-1] in where for where in reads):
            yield act


def _is_plain(act: Act) -> bool:
    """Whether the list's items are the resources themselves."""
    return "group" not in act.effect and act.operation.rpc_method is None


def _marks(act: Act) -> set[str]:
    """Return what tells a resource from others, and its state: what changes these changes more."""
    return {*act.resource.key, *(p for s in act.resource.states.values() for p in s.data["when"])}


def _values(act: Act, pointer: str, expression: str) -> list[str]:
    """Return the wire values of a filter, where the contract lists them."""
    codes = act.effect.get("codes", {}).get(pointer)
    if codes:
        return list(codes)
    parameter = _parameter(act, expression)
    return list(Shape(act.operation.contract, parameter.schema).first("enum", [])) if parameter else []


def _shape(act: Act, name: str) -> Shape:
    parameter = _parameter(act, _QUERY + name)
    return Shape(act.operation.contract, parameter.schema if parameter else {})


def _parameter(act: Act, expression: str) -> Parameter | None:
    name = str(expression).removeprefix(_QUERY)
    found = (p for p in act.operation.parameters if p.place == "query" and p.name == name)
    return next(found, None) if str(expression).startswith(_QUERY) else None


def _next_value(values: list[str], before: Any) -> Any:
    return values[(values.index(before) + 1) % len(values)] if before in values else before


def _plus_one(most: int, before: Any) -> Any:
    return (
        str(int(before) + 1)
        if isinstance(before, str) and before.isdecimal() and int(before) < most
        else before
    )


def _unless(other: Any, before: Any) -> Any:
    return other if before is MISSING else before


def _other_default(default: Any, shape: Shape) -> str:
    return _text(default // 2 if isinstance(default, int) and default > 2 else other_value(default, shape))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rearranged(act: Act, change: Callable[[list[Any]], list[Any]]) -> Defect:
    """Change the array of a list's reply."""

    def change_body(body: Any, seen: Observation) -> Any:
        at = seen.place + act.effect.get("items", "")
        return changed_at(body, at, lambda items: change(items) if isinstance(items, list) else items)

    return on_results(act.operation, change_body)


def _leaking(act: Act, expression: str) -> Defect:
    """Add to a filtered list the first resource that does not match."""
    wire = Wire(act.operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        whole = wire.change(request, act.operation, expression, dropped)
        reply = right.answer(request)
        if whole is request or not wire.observe(request, reply, act.operation):
            return reply
        body, at = decode(reply.body), act.effect.get("items", "")
        items, others = get(body, at), get(decode(right.answer(whole).body), at)
        strangers = [o for o in others if o not in items] if isinstance(others, list) else []
        return with_body(reply, changed_at(body, at, lambda i: [*i, strangers[0]])) if strangers else reply

    return defect


def _is_further(act: Act, request: MockRequest) -> bool:
    """Whether a request asks for another page than the first."""
    paging, query = act.operation.data["x-paging"], dict(request.query)
    if paging["style"] == "link-header":
        return next(iter(paging.get("stop", {"cursor": ""}))) in query
    return query.get(paging["page"], str(paging["first"])) != str(paging["first"])


def _on_pages(act: Act, change: Callable[[list[Any], list[Any]], list[Any]]) -> Defect:
    """Change the items of further pages; `change` is also given those of the page before."""
    wire, at = Wire(act.operation.contract), act.operation.data["x-paging"]["items"]
    last: list[Any] = []

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        if not wire.observe(request, reply, act.operation):
            return reply
        body = decode(reply.body)
        items = get(body, at)
        if not isinstance(items, list):
            return reply
        before, last[:] = list(last), items
        changed = change(items, before) if _is_further(act, request) else items
        return reply if changed == items else with_body(reply, changed_at(body, at, constant(changed)))

    return defect


def _skipping(act: Act) -> Defect:
    return _on_pages(act, lambda items, before: items[1:])


def _repeating(act: Act) -> Defect:
    return _on_pages(act, lambda items, before: [*before[-1:], *items[: len(before) - 1]])


def _ending(act: Act) -> Defect:
    return _on_pages(act, lambda items, before: [])


def _without_link(reply: MockReply) -> MockReply:
    if "link" not in reply.headers:
        return reply
    return replace(reply, headers={n: v for n, v in reply.headers.items() if n != "link"})


def _differing(act: Act, pointer: str, shape: Shape) -> Defect:
    def change(value: Any, observed: ObservedResource) -> Any:
        return changed_at(value, pointer, lambda v: other_value(v, shape) if is_there(v) else v)

    return on_resources(act.operation, change)


def _lagging(act: Act) -> Defect:
    """Show in a list what any operation showed first."""
    first: dict[Key, Any] = {}

    def note(value: Any, observed: ObservedResource) -> Any:
        if observed.whole:
            first.setdefault(observed.key, value)
        return value

    def change(value: Any, observed: ObservedResource) -> Any:
        return first.get(observed.key, value)

    contract = act.operation.contract
    others = [contract.operations[name] for name in act.resource.operations if name != act.operation.id]
    return in_turn(on_resources(act.operation, change), *(on_resources(o, note) for o in others))
