"""The comparison of operations: which is which, then what each takes and answers."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mediatasks.diff.compare.bodies import compare_body, compare_replies
from mediatasks.diff.compare.endpoint import ComparedParameter, Endpoint
from mediatasks.diff.compare.promise import compare_deprecation, compare_flag, compare_promise
from mediatasks.diff.schema.alternatives import ANY, TooManyAlternatives, alternatives
from mediatasks.diff.schema.difference import Difference
from mediatasks.diff.schema.notation import MediaType
from mediatasks.diff.schema.pair import Step, pair_of
from mediatasks.diff.schema.part import Part, paired

Match = tuple[Endpoint, Endpoint]
_ENCODING = ("style", "explode", "allowReserved", "allowEmptyValue")
_STYLES = {"path": "simple", "header": "simple"}
# What these kinds say of clients and servers holds where the client sends the request.
_OF_CALLS: tuple[str, ...] = (
    "parameter",
    "required-parameter",
    "path-parameter",
    "status",
    "failure-status",
    "link",
)
_OF_CALLS += ("request-body", "required-request-body", "response-header", "required-response-header")


def match_endpoints(
    old: Sequence[Endpoint], new: Sequence[Endpoint]
) -> tuple[list[Match], list[Endpoint], list[Endpoint]]:
    """Return (pairs, gone, added). What the wire shows decides, then the name."""
    pairs: list[Match] = []
    olds, news = list(old), list(new)
    keys: tuple[Callable[[Endpoint], object], ...] = (
        lambda e: (e.wire, e.name),
        lambda e: e.wire,
        lambda e: e.name,
    )
    for key in keys:
        left = {key(e): e for e in news}
        for one in list(olds):
            other = left.pop(key(one), None)
            if other is not None:
                pairs.append((one, other))
                olds.remove(one)
                news.remove(other)
    return pairs, olds, news


def compare_operation(old: Endpoint, new: Endpoint) -> Step:
    """Yield what changed in one operation, security and failures apart."""
    if old.wire != new.wire:
        places = (f"{e.method} {e.path}" for e in (old, new))
        yield Difference("operation-moved", new.part.pointer, False, *places)
    yield from _compare_id(old, new)
    if old.safe != new.safe:
        yield Difference(
            "operation-became-safe" if new.safe else "operation-became-unsafe", new.part.pointer
        )
    elif old.idempotent != new.idempotent:
        yield Difference("repeat-allowed" if new.idempotent else "repeat-forbidden", new.part.pointer)
    yield from compare_promise("paging", old.part.member("x-paging"), new.part.member("x-paging"))
    yield from _compare_exchange(old, new)


def compare_event(old: Endpoint, new: Endpoint) -> Step:
    """Yield what changed in one webhook or callback, of which the server sends the request."""
    if old.wire != new.wire:
        places = (f"{e.method} {e.path}" for e in (old, new))
        yield Difference("webhook-exchange-changed", new.part.pointer, False, *places)
    yield from _compare_id(old, new)
    signatures = (endpoint.item.member("x-signature") for endpoint in (old, new))
    yield from compare_promise("signature", *signatures)
    yield from compare_promise("delivery", old.delivery, new.delivery)
    for step in _compare_exchange(old, new):
        if isinstance(step, Difference) and step.kind.startswith(_OF_CALLS):
            yield replace(step, kind="webhook-exchange-changed")
        else:
            yield step


def _compare_id(old: Endpoint, new: Endpoint) -> Step:
    before, after = (endpoint.part.say("operationId", endpoint.name) for endpoint in (old, new))
    if before != after:
        yield Difference("operation-renamed", new.part.pointer, False, before, after)


def _compare_exchange(old: Endpoint, new: Endpoint) -> Step:
    yield from compare_deprecation(old.part, new.part)
    for _, one, other in paired(old.parameters(), new.parameters()):
        yield from _compare_parameter(one, other, new.sends)
    yield from compare_body(old, new)
    yield from compare_replies(old, new)


def _compare_parameter(old: ComparedParameter | None, new: ComparedParameter | None, side: str) -> Step:
    if old is None or new is None:
        there = old or new
        assert there is not None
        kind = "required-parameter" if there.required else "parameter"
        yield Difference(f"{kind}-{'added' if old is None else 'removed'}", there.part.pointer, new is None)
        return
    if old.place == "path" and old.name != new.name:
        yield Difference("path-parameter-renamed", new.part.pointer, False, old.name, new.name)
    on, off = "parameter-became-required", "parameter-became-optional"
    yield from compare_flag("required", on, off, old.part, new.part)
    yield from compare_deprecation(old.part, new.part)
    listed = _may_be_listed(old.schema) or _may_be_listed(new.schema)
    before, after = (_encoding(parameter, listed) for parameter in (old, new))
    if before != after:
        yield Difference("parameter-encoding-changed", new.part.pointer, False, before, after)
    yield pair_of(old.schema, new.schema, side)


def _may_be_listed(schema: Part | None) -> bool:
    """Whether a schema allows arrays or objects: `explode` matters only for these."""
    try:
        types = {one.type for one in alternatives((schema,) if schema else ())}
    except TooManyAlternatives:
        return True
    return bool(types & {ANY, "array", "object"})


def _encoding(parameter: ComparedParameter, listed: bool) -> dict[str, object]:
    """Return how a parameter is written, defaults filled in; `explode` where it may be a list or object."""
    style = parameter.part.say("style", _STYLES.get(parameter.place, "form"))
    stated = {k: v for k, v in parameter.part.value.items() if k in _ENCODING}
    types = [MediaType(name).text for name, _ in parameter.part.members("content")]
    defaults = {"style": style, "explode": style == "form", "content": types}
    whole = {**dict.fromkeys(_ENCODING, False), **defaults, **stated}
    return whole if listed else {k: v for k, v in whole.items() if k != "explode"}
