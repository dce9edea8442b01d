"""Requests that write something else than they say: lost members, doubled creations, spilling patches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.shape import Shape
from mediatasks.contracts.schema.validation import Validator
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.judge.observation.observed_resource import Key, ObservedResource
from mediatasks.mock.http.messages import MockReply, MockRequest
from tests.mutants.defects import dropped, in_turn, on_requests, on_resources, pretended
from tests.mutants.facts import Act, acts, body_shape, shows, word
from tests.mutants.mutant import Sketch, must_fail
from tests.mutants.server import Defect, Right
from tests.mutants.values import is_there, other_value
from tests.mutants.wire import Change, Wire, changed_at, decode, places, with_body

_BODY, _EACH = "$request.body#", "$each#"


@must_fail("posted-read-back")
def member_lost(contract: Contract) -> Iterator[Sketch]:
    """What a creation says of a member is not kept."""
    for act, pointer, expression, _ in _posted(contract, "create", "upsert"):
        if pointer not in _address(act) and _allows(act, expression, dropped):
            build = partial(on_requests, act.operation, expression, dropped)
            yield Sketch(act.operation.id, _detail(expression), f"`{word(expression)}` is not kept", build)


@must_fail("posted-read-back")
def member_altered(contract: Contract) -> Iterator[Sketch]:
    """A creation keeps another value than the one it was given."""
    for act, pointer, expression, shape in _posted(contract, "create", "upsert"):
        change = partial(_other, shape)
        if pointer not in _address(act) and _allows(act, expression, change):
            build = partial(on_requests, act.operation, expression, change)
            defect = f"another `{word(expression)}` is kept than the one sent"
            yield Sketch(act.operation.id, _detail(expression), defect, build)


@must_fail("patch-exact")
def patch_ignored(contract: Contract) -> Iterator[Sketch]:
    """A change leaves a member as it was."""
    for act, pointer, expression, _ in _posted(contract, "update"):
        # Without what it must name, the change would be refused.
        if pointer not in _address(act) and _allows(act, expression, dropped):
            build = partial(on_requests, act.operation, expression, dropped)
            yield Sketch(
                act.operation.id, _detail(expression), f"`{word(expression)}` stays as it was", build
            )


@must_fail("patch-exact")
def patch_spills(contract: Contract) -> Iterator[Sketch]:
    """A change changes another member too."""
    for act, pointer, expression, _ in _posted(contract, "update"):
        if pointer not in _address(act) | _marks(act) and _allows(act, expression, dropped):
            defect = f"`{word(expression)}` changes although the request does not name it"
            build = partial(_spilling, act, pointer, expression)
            yield Sketch(act.operation.id, _detail(expression), defect, build)


@must_fail("rerun-repeats")
def rerun_forgets(contract: Contract) -> Iterator[Sketch]:
    """What was started anew has another value than what it was made from."""
    for act in acts(contract, "copy"):
        pointers = {
            p: e
            for n in act.resource.operations_with("create")
            for p, e in act.resource.operations[n].get("sets", {}).items()
            if str(e).startswith("$request.")
        }
        for pointer in pointers:
            defect = f"a rerun has another `{word(pointer)}`"
            yield Sketch(act.operation.id, word(pointer), defect, partial(_forgetting, act, pointer))


@must_fail("rerun-repeats")
def rerun_keeps_old(contract: Contract) -> Iterator[Sketch]:
    """What was started anew goes on under its old id too."""
    for act in acts(contract, "copy"):
        if "to" in act.effect:
            defect = f"the old {act.resource.name} is not `{act.effect['to']}` after a rerun"
            yield Sketch(act.operation.id, "", defect, partial(_keeping, act))


@must_fail("rerun-repeats")
def rerun_doubled(contract: Contract) -> Iterator[Sketch]:
    """One request starts it anew twice."""
    for act in acts(contract, "copy"):
        yield Sketch(
            act.operation.id,
            "",
            f"one request starts a {act.resource.name} anew twice",
            partial(_twice, act),
        )


@must_fail("single-creation")
def created_twice(contract: Contract) -> Iterator[Sketch]:
    """One request makes two resources."""
    for act in acts(contract, "create"):
        yield Sketch(
            act.operation.id, "", f"one request makes two of {act.resource.name}", partial(_twice, act)
        )


@must_fail("single-creation")
def created_again(contract: Contract) -> Iterator[Sketch]:
    """A creation is carried out once more when the next request comes."""
    for act in acts(contract, "create"):
        defect = "it is carried out once more when the next request comes"
        yield Sketch(act.operation.id, "", defect, partial(_again, act))


@must_fail("single-creation")
def upsert_duplicates(contract: Contract) -> Iterator[Sketch]:
    """What is there already is made anew under another id."""
    for act in acts(contract, "upsert"):
        where = act.effect.get("where", {})
        told = all(shows(act, pointer) for pointer in act.resource.key)
        if where and told and not set(act.resource.key) & set(where):
            defect = f"a {act.resource.name} that is there already is made anew"
            yield Sketch(act.operation.id, "", defect, partial(_duplicating, act))


@must_fail("partial-failure")
def failure_withheld(contract: Contract) -> Iterator[Sketch]:
    """A call that fails in part does not say so."""
    for act in _partial(contract):
        yield Sketch(
            act.operation.id, "", "what failed of a call is not told", partial(_on_errors, act, "tell")
        )


@must_fail("partial-failure")
def rest_withheld(contract: Contract) -> Iterator[Sketch]:
    """A call that fails in part delivers nothing."""
    for act in _partial(contract):
        yield Sketch(
            act.operation.id,
            "",
            "a call that fails in part delivers nothing",
            partial(_on_errors, act, "rest"),
        )


def _posted(contract: Contract, *actions: str) -> Iterator[tuple[Act, str, str, Shape]]:
    """Yield (act, pointer, expression, shape of the member) of what requests write into resources.

    What is written to two places is one member.
    """
    for act in acts(contract, *actions):
        shape, known = body_shape(act.operation), set()
        for pointer, expression in act.effect.get("sets", {}).items():
            text = str(expression)
            if text.startswith(_EACH):
                text = _BODY + act.effect["each"] + "/*" + text.removeprefix(_EACH)
            if text.startswith(_BODY) and text not in known:
                known.add(text)
                member = shape.at(text.removeprefix(_BODY).replace("/*", "/0"))
                if member is not None:
                    yield act, pointer, text, member


def _detail(expression: str) -> str:
    return expression.removeprefix(_BODY).replace("/*", "").strip("/").replace("/", "-")


def _allows(act: Act, expression: str, change: Change) -> bool:
    """Whether a documented request fits the contract with the change too: else it would be refused."""
    for request in documented_requests(act.operation):
        body = request.body
        for place in list(places(request.body, expression.removeprefix(_BODY))):
            body = changed_at(body, place, change)
        if body is not request.body and _fits(replace(request, body=body)):
            return True
    return False


def _fits(request: DocumentedRequest) -> bool:
    """Whether the contract allows a request's body (RPC: the params)."""
    shape = body_shape(request.operation)
    return Validator(shape.schema, request.operation.contract.document).fits(request.body)


def _address(act: Act) -> set[str]:
    """Return the members by which a resource is found: another value is another resource, or none."""
    names = [act.operation.id, *act.resource.operations_with("read")]
    wheres = [act.resource.operations[name].get("where", {}) for name in (*names, *act.resource.readers)]
    return {*act.resource.key, *(pointer for where in wheres for pointer in where)}


def _marks(act: Act) -> set[str]:
    """Return the members that tell the state: these change by themselves."""
    return {p for state in act.resource.states.values() for p in state.data["when"]}


def _other(shape: Shape, before: Any) -> Any:
    return other_value(before, shape) if is_there(before) else before


def _spilling(act: Act, pointer: str, expression: str) -> Defect:
    """Show another value of a member wherever its resource was changed without naming it."""
    wire = Wire(act.operation.contract)
    spilt: set[Key] = set()

    def note(request: MockRequest, right: Right) -> MockReply:
        is_change = wire.is_of(request, act.operation)
        names = wire.change(request, act.operation, expression, dropped) is not request
        collection = right.service.store.collections[act.resource.name]
        before = {i.key: repr(i.value) for i in collection.ordered()}
        reply = right.answer(request)
        if is_change and not names and reply.status < 300:
            spilt.update(i.key for i in collection.ordered() if before.get(i.key) != repr(i.value))
        return reply

    return in_turn(*_shown_otherwise(act, pointer, spilt), note)


def _shown_otherwise(act: Act, pointer: str, keys: set[Key]) -> list[Defect]:
    """Return the defects that show another value of a member of the resources with these keys."""

    def change(value: Any, observed: ObservedResource) -> Any:
        if observed.key not in keys:
            return value
        return changed_at(value, pointer, lambda v: other_value(v) if is_there(v) else v)

    contract = act.operation.contract
    names = [n for n, e in act.resource.operations.items() if e["action"] in ("read", "list")]
    return [on_resources(contract.operations[name], change) for name in names]


def _forgetting(act: Act, pointer: str) -> Defect:
    wire = Wire(act.operation.contract)
    fresh: set[Key] = set()

    def note(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        for seen in wire.observe(request, reply, act.operation):
            fresh.update(s.key for s in seen.resources)
        return reply

    return in_turn(*_shown_otherwise(act, pointer, fresh), note)


def _keeping(act: Act) -> Defect:
    """Put the old resource back into the state it was in."""
    wire = Wire(act.operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        collection = right.service.store.collections[act.resource.name]
        before = {i.key: i.state for i in collection.ordered()}
        reply = right.answer(request)
        moved = [i for i in collection.ordered() if before.get(i.key, i.state) != i.state]
        if not moved or not wire.observe(request, reply, act.operation):
            return reply
        for item in moved:
            collection.move(item, before[item.key] or "")
        return pretended(reply)

    return defect


def _twice(act: Act) -> Defect:
    wire = Wire(act.operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        if wire.observe(request, reply, act.operation):
            right.answer(request)
        return reply

    return defect


def _again(act: Act) -> Defect:
    wire = Wire(act.operation.contract)
    waiting: list[MockRequest] = []

    def defect(request: MockRequest, right: Right) -> MockReply:
        for late in waiting:
            right.answer(late)
        waiting.clear()
        reply = right.answer(request)
        if wire.observe(request, reply, act.operation):
            waiting.append(request)
        return reply

    return defect


def _duplicating(act: Act) -> Defect:
    """Answer a request for what is there already with a fresh copy of it."""
    wire = Wire(act.operation.contract)

    def defect(request: MockRequest, right: Right) -> MockReply:
        collection = right.service.store.collections[act.resource.name]
        before = set(collection.items)
        reply = right.answer(request)
        for seen in wire.observe(request, reply, act.operation):
            old = [s for s in seen.resources if s.key in before and s.key in collection.items]
            for observed in old:
                copy = collection.copy(collection.items[observed.key])
                collection.begin(copy, collection.clock.now())
                body = changed_at(decode(reply.body), observed.place, partial(_renamed, act, copy.value))
                return with_body(reply, body)
        return reply

    return defect


def _renamed(act: Act, other: Any, shown: Any) -> Any:
    """Return a resource as it is shown, under the key of another."""
    return {**shown, **{pointer.strip("/"): get(other, pointer) for pointer in act.resource.key}}


def _partial(contract: Contract) -> Iterator[Act]:
    envelope = contract.envelope
    if envelope is not None and "errors" in envelope.reply:
        yield from (act for act in acts(contract) if "missing" in act.effect)


def _on_errors(act: Act, what: str) -> Defect:
    """Spoil the replies of calls that failed in part."""
    wire, envelope = Wire(act.operation.contract), act.operation.contract.envelope
    assert envelope is not None
    result, errors = str(envelope.reply["result"]), str(envelope.reply["errors"])

    def defect(request: MockRequest, right: Right) -> MockReply:
        reply = right.answer(request)
        before = body = decode(reply.body)
        for seen in wire.observe(request, reply, act.operation):
            if seen.errors is MISSING:
                continue
            element = seen.place.removesuffix(result)
            if what == "tell":
                body = changed_at(body, element + errors, dropped)
            if what == "rest":
                body = changed_at(body, seen.place, lambda value: [])
        return reply if body is before else with_body(reply, body)

    return defect
