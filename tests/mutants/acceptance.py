"""Requests that are wrongly refused, wrongly accepted, or not answered at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from mediatasks.check.engine.settings import expected_statuses
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape
from mediatasks.judge.observation.observed_resource import Key
from mediatasks.mock.http.messages import Delivery, MockReply, MockRequest, json_reply
from tests.mutants.defects import constant, dropped, on_members, on_replies, refusal, undone
from tests.mutants.facts import Act, acts, body_shape
from tests.mutants.form import refuses_text
from tests.mutants.mutant import Sketch, must_fail
from tests.mutants.server import Defect, Right
from tests.mutants.values import other_value
from tests.mutants.wire import Wire

_KEPT_FROM = 1
_ALWAYS = 1000


@must_fail("positive-data-acceptance")
def parameter_refused(contract: Contract) -> Iterator[Sketch]:
    """An optional parameter makes the request fail."""
    for operation, name in filter(_tells_form, _optional_parameters(contract)):
        build = partial(_refused_with, operation, f"$request.query.{name}")
        yield Sketch(operation.id, name, f"a request with `{name}` is refused", build)


@must_fail("positive-data-acceptance")
def member_refused(contract: Contract) -> Iterator[Sketch]:
    """An optional member of the body makes the request fail."""
    for operation, name in filter(_tells_form, _members(contract, required=False)):
        build = partial(_refused_with, operation, f"$request.body#/{name}")
        yield Sketch(operation.id, name, f"a body with `{name}` is refused", build)


@must_fail("negative-data-rejection")
def parameter_unchecked(contract: Contract) -> Iterator[Sketch]:
    """A wrong value of a parameter is passed over."""
    for operation, name in _optional_parameters(contract):
        parameter = next(p for p in operation.parameters if (p.name, p.place) == (name, "query"))
        if not refuses_text(Shape(contract, parameter.schema)):
            continue
        build = partial(_passed_over, operation, f"$request.query.{name}", dropped)
        yield Sketch(operation.id, name, f"a wrong `{name}` is passed over", build)


@must_fail("negative-data-rejection")
def member_unchecked(contract: Contract) -> Iterator[Sketch]:
    """A wrong value of an optional member of the body is passed over."""
    for operation, name in _members(contract, required=False):
        build = partial(_passed_over, operation, f"$request.body#/{name}", dropped)
        yield Sketch(operation.id, name, f"a wrong `{name}` in the body is passed over", build)


@must_fail("negative-data-rejection")
def required_unchecked(contract: Contract) -> Iterator[Sketch]:
    """A required member of the body may be wrong, or missing: an example stands in for it."""
    for operation, name in _members(contract, required=True):
        example = _example(operation, name)
        if example is not MISSING:
            build = partial(_passed_over, operation, f"$request.body#/{name}", constant(example))
            yield Sketch(operation.id, name, f"`{name}` may be wrong, or missing", build)


@must_fail("unsupported-method")
def method_answered(contract: Contract) -> Iterator[Sketch]:
    """A method that the path does not have is answered with 200."""
    for operation in _first_at_paths(contract):
        build = partial(_on_strays, operation, lambda reply: json_reply(200, {}))
        yield Sketch(operation.id, "", f"any method is answered at `{operation.path}`", build)


@must_fail("unsupported-method")
def method_not_found(contract: Contract) -> Iterator[Sketch]:
    """A method that the path does not have is answered as if there were no such path.

    Below a resource 404 may mean the resource.
    """
    for operation in _first_at_paths(contract):
        if "{" in operation.path:
            continue
        build = partial(_on_strays, operation, lambda reply: replace(reply, status=404))
        yield Sketch(operation.id, "", f"404 for other methods at `{operation.path}`", build)


@must_fail("unsupported-method")
def allow_missing(contract: Contract) -> Iterator[Sketch]:
    """A 405 does not say which methods there are."""
    for operation in _first_at_paths(contract):
        build = partial(_on_strays, operation, partial(_allowing, lambda methods: []))
        yield Sketch(operation.id, "", f"405 without Allow at `{operation.path}`", build)


@must_fail("allow-header-conformance")
def allow_too_long(contract: Contract) -> Iterator[Sketch]:
    """Allow names a method that there is not."""
    for operation in _first_at_paths(contract):
        other = next(m for m in ("DELETE", "PUT", "PATCH") if m not in _methods(operation))
        build = partial(_on_strays, operation, partial(_allowing, partial(_and, other)))
        yield Sketch(operation.id, "", f"Allow names {other} at `{operation.path}`", build)


@must_fail("allow-header-conformance")
def allow_too_short(contract: Contract) -> Iterator[Sketch]:
    """Allow leaves a method out."""
    for operation in _first_at_paths(contract):
        if len(_methods(operation)) > 1:
            build = partial(_on_strays, operation, partial(_allowing, lambda methods: methods[1:]))
            yield Sketch(operation.id, "", f"Allow leaves a method out at `{operation.path}`", build)


@must_fail("use-after-free")
def deletion_ignored(contract: Contract) -> Iterator[Sketch]:
    """What was deleted can still be read."""
    for deletion, read in _deletions(contract):
        build = partial(undone, deletion)
        yield Sketch(deletion.id, "", f"`{read.id}` finds what was deleted", build)


@must_fail("use-after-free")
def deletion_cached(contract: Contract) -> Iterator[Sketch]:
    """What was deleted is still answered from a cache."""
    for deletion, read in _deletions(contract):
        build = partial(_cached, deletion, read, _ALWAYS)
        yield Sketch(deletion.id, "", f"`{read.id}` answers from a cache after it", build)


@must_fail("use-after-free")
def deletion_late(contract: Contract) -> Iterator[Sketch]:
    """What was deleted is still there at first."""
    for deletion, read in _deletions(contract):
        build = partial(_cached, deletion, read, 1)
        yield Sketch(deletion.id, "", f"`{read.id}` still finds it once", build)


@must_fail("ensure-resource-availability")
def creation_late(contract: Contract) -> Iterator[Sketch]:
    """What was created cannot be read at once."""
    for act in acts(contract, "create", "upsert"):
        for read in _reads_below(act.operation):
            build = partial(_late, act, read)
            yield Sketch(act.operation.id, "", f"`{read.id}` finds it at the second try", build)


@must_fail("ensure-resource-availability")
def creation_elsewhere(contract: Contract) -> Iterator[Sketch]:
    """What was created is there under another id than the one in the reply."""
    for act in acts(contract, "create", "upsert"):
        if any(_reads_below(act.operation)):
            pointer = act.resource.key[-1]
            build = partial(on_members, act.operation, pointer, other_value)
            yield Sketch(act.operation.id, "", f"it is kept under another `{pointer}` than told", build)


@must_fail("ensure-resource-availability")
def creation_lost(contract: Contract) -> Iterator[Sketch]:
    """What was created cannot be read."""
    for operation, resource, _ in acts(contract, "create", "upsert"):
        if any(_reads_below(operation)):
            defect = f"a new {resource.name} is not kept"
            yield Sketch(operation.id, "", defect, partial(undone, operation))


@must_fail("reply-received")
def connection_reset(contract: Contract) -> Iterator[Sketch]:
    """The connection is reset in place of a reply."""
    for operation in contract.operations.values():
        reset = partial(_delivered, Delivery(reset=True))
        build = partial(on_replies, operation, reset, lambda reply: True)
        yield Sketch(operation.id, "", "the connection is reset in place of a reply", build)


@must_fail("reply-received")
def reply_cut(contract: Contract) -> Iterator[Sketch]:
    """The connection is closed before the reply is whole."""
    for operation in contract.operations.values():
        build = partial(on_replies, operation, partial(_delivered, Delivery(keep=_KEPT_FROM)))
        yield Sketch(operation.id, "", "the connection is closed before the reply is whole", build)


@must_fail("operation-accepted")
def always_refused(contract: Contract) -> Iterator[Sketch]:
    """No request is ever accepted."""
    for operation in contract.operations.values():
        kinds = [k for k in ("missing", "invalid", "refused") if _is_declared(operation, k)]
        if "x-no-success" not in operation.data and kinds:
            build = partial(_refused, operation, kinds[0])
            yield Sketch(operation.id, "", "no request is ever accepted", build)


def _optional_parameters(contract: Contract) -> Iterator[tuple[Operation, str]]:
    for operation in contract.operations.values():
        for parameter in operation.parameters:
            if parameter.place == "query" and not parameter.required:
                yield operation, parameter.name


def _members(contract: Contract, required: bool) -> Iterator[tuple[Operation, str]]:
    """Yield the members of REST request bodies; RPC tells failures in another way."""
    for operation in contract.operations.values():
        if contract.envelope is None:
            shape = body_shape(operation)
            for name in shape.members:
                if (name in shape.required) is required:
                    yield operation, name


def _tells_form(pair: tuple[Operation, str]) -> bool:
    """Whether the status for a wrong form means nothing else: 400 may say what a state forbids too."""
    operation = pair[0]
    return operation.failures.get("invalid", {}).get("status") not in expected_statuses(operation)


def _example(operation: Operation, name: str) -> Any:
    for media in operation.request_media.values():
        for _, body in operation.examples(media):
            if isinstance(body, dict) and name in body:
                return body[name]
    return MISSING


def _first_at_paths(contract: Contract) -> Iterator[Operation]:
    """Yield one operation for each path."""
    yield from {o.path: o for o in reversed(contract.operations.values())}.values()


def _methods(operation: Operation) -> list[str]:
    return sorted({o.method for o in operation.contract.operations.values() if o.path == operation.path})


def _is_declared(operation: Operation, kind: str) -> bool:
    if operation.contract.envelope is not None:
        return kind == "invalid"
    return operation.failures.get(kind, {}).get("status") in operation.responses


def _deletions(contract: Contract) -> Iterator[tuple[Operation, Operation]]:
    """Yield (deletion, read) on one path, where a creation leads to both that nothing has to lead to.

    schemathesis's walks begin at such creations; in 25 examples they come no further than from there.
    """
    links = {name: set(_linked(operation)) for name, operation in contract.operations.items()}
    targets = {name for names in links.values() for name in names}
    roots = [links[name] for name in links if name not in targets]
    for act in acts(contract, "delete"):
        for read in acts(contract, "read"):
            pair = {act.operation.id, read.operation.id}
            on_one_path = act.operation.method == "DELETE" and read.operation.path == act.operation.path
            if on_one_path and any(pair <= names for names in roots):
                yield act.operation, read.operation


def _linked(operation: Operation) -> Iterator[str]:
    """Yield the ids of the operations that an operation's success links to."""
    for link in operation.responses[operation.success].get("links", {}).values():
        yield operation.contract.resolve(link).get("operationId", "")


def _reads_below(operation: Operation) -> Iterator[Operation]:
    """Yield the reads that a creation by POST links to below its own path, and that may answer 404.

    schemathesis takes only those for reads of what was created whose parameters all come from the
    link; a credential in the query is a parameter that does not.
    """
    contract = operation.contract
    keys = [contract.security_schemes[name] for group in operation.security for name in group]
    if operation.method != "POST" or any(key.get("in") == "query" for key in keys):
        return
    for name in _linked(operation):
        target = contract.operations.get(name)
        below = target is not None and target.path.startswith(operation.path + "/")
        if (
            target
            and below
            and target.method == "GET"
            and target.failures.get("missing", {}).get("status") == "404"
        ):
            yield target


def _refused_with(operation: Operation, expression: str) -> Defect:
    """Refuse each request that says anything there."""
    wire = Wire(operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        if not wire.is_of(request, operation) or reply.status >= 300:
            return reply
        without = wire.change(request, operation, expression, dropped)
        return reply if without is request else refusal(right, operation, request, "invalid")

    return defect


def _passed_over(operation: Operation, expression: str, mend: Callable[[Any], Any]) -> Defect:
    """Answer a refused request as if `mend` had been sent there."""
    wire = Wire(operation.contract)
    status = int(operation.failures["invalid"]["status"]) if "invalid" in operation.failures else 400

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        if reply.status != status or not wire.is_of(request, operation):
            return reply
        mended = wire.change(request, operation, expression, mend)
        other = reply if mended is request else right.answer(mended)
        return other if other.status < 300 else reply

    return defect


def _refused(operation: Operation, kind: str) -> Defect:
    wire = Wire(operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        if wire.is_of(request, operation) and reply.status < 300:
            return refusal(right, operation, request, kind)
        return reply

    return defect


def _cached(deletion: Operation, read: Operation, times: int) -> Defect:
    """Answer so many reads of what was deleted with the last reply before."""
    wire = Wire(deletion.contract)
    cache: dict[str, list[MockReply]] = {}

    def defect(request: MockRequest, right: Right) -> MockReply:
        if wire.is_of(request, read) and cache.get(request.path):
            return cache[request.path].pop()
        if not wire.is_of(request, deletion):
            return right.answer(request)
        last = right.answer(replace(request, method=read.method, body=b""))
        reply = right.answer(request)
        if reply.status < 300 and last.status < 300:
            cache[request.path] = [last] * times
        return reply

    return defect


def _late(act: Act, read: Operation) -> Defect:
    """Say once of each new resource that it is not there."""
    wire = Wire(read.contract)
    fresh: set[Key] = set()

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        for seen in wire.observe(request, reply, act.operation):
            fresh.update(s.key for s in seen.resources)
        shown = {s.key for seen in wire.observe(request, reply, read) for s in seen.resources}
        if not shown & fresh:
            return reply
        fresh.difference_update(shown)
        return refusal(right, read, request, "missing")

    return defect


def _on_strays(operation: Operation, change: Callable[[MockReply], MockReply]) -> Defect:
    """Change the 405 of the operation's path, and the answer to OPTIONS, which has its Allow too."""
    wire = Wire(operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        is_here = any(o.path == operation.path for o in wire.declared(request))
        is_stray = reply.status == 405 or (request.method == "OPTIONS" and "allow" in reply.headers)
        return change(reply) if is_stray and is_here else reply

    return defect


def _and(other: str, methods: list[str]) -> list[str]:
    return [*methods, other]


def _allowing(change: Callable[[list[str]], list[str]], reply: MockReply) -> MockReply:
    methods = change(reply.headers.get("allow", "").split(", "))
    headers = {n: v for n, v in reply.headers.items() if n != "allow"}
    return replace(reply, headers={**headers, "allow": ", ".join(methods)} if methods else headers)


def _delivered(delivery: Delivery, reply: MockReply) -> MockReply:
    return replace(reply, delivery=delivery)
