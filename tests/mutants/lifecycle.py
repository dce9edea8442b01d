"""Tasks that do not live as the contract says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from mediatasks.contracts.lifecycle.resource import Resource, State
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.judge.observation.observed_resource import Key, ObservedResource
from mediatasks.mock.http.messages import MockReply, MockRequest
from tests.mutants.defects import constant, dropped, in_turn, on_resources, pretended, undone
from tests.mutants.facts import Act, acts, shows, word
from tests.mutants.mutant import Sketch, must_fail
from tests.mutants.server import Defect, Right
from tests.mutants.values import in_state, is_there, rescaled, shifted
from tests.mutants.wire import Change, Wire, changed_at

_HOUR = 3600.0


@must_fail("lifecycle-moves")
def illegal_move(contract: Contract) -> Iterator[Sketch]:
    """A task goes to a state that may not follow."""
    for act in _showing(contract):
        for before in _usual_path(act.resource):
            if not before.final:
                yield from _forbidden(act, before)


@must_fail("lifecycle-final")
def final_left(contract: Contract) -> Iterator[Sketch]:
    """A task that is over goes on."""
    for act in _showing(contract):
        for before in _reached(act.resource):
            if before.final:
                yield from _forbidden(act, before)


@must_fail("documented-member")
def documented_member_gone(contract: Contract) -> Iterator[Sketch]:
    """A member is gone that every documented reply shows."""
    for act in _showing(contract):
        states = act.resource.states.values()
        known = dict.fromkeys([*act.resource.present, *(p for s in states for p in s.present)])
        for pointer in known:
            if shows(act, pointer):
                name = word(pointer)
                build = partial(_on_member, act, pointer, dropped)
                yield Sketch(act.operation.id, name, f"`{name}` is left out", build)


@must_fail("documented-member")
def documented_member_renamed(contract: Contract) -> Iterator[Sketch]:
    """A member that every documented reply shows has another name."""
    for act in _showing(contract):
        for pointer in act.resource.present:
            if shows(act, pointer):
                name = word(pointer)
                build = partial(_renamed, act, pointer, f"{pointer}_v2")
                yield Sketch(act.operation.id, name, f"`{name}` is called `{name}_v2`", build)


@must_fail("documented-member")
def state_member_gone(contract: Contract) -> Iterator[Sketch]:
    """A member is gone that every documented reply shows in one state."""
    for act in _showing(contract):
        for state in act.resource.states.values():
            for pointer in state.present:
                if shows(act, pointer):
                    detail = f"{state.name}-{word(pointer)}"
                    build = partial(_dropped_in, act, pointer, state.name)
                    yield Sketch(
                        act.operation.id, detail, f"`{word(pointer)}` is left out once {state.name}", build
                    )


@must_fail("lifecycle-progress")
def progress_falls(contract: Contract) -> Iterator[Sketch]:
    """Progress is less than it was."""
    for act in _showing(contract):
        if "progress" in act.resource.fields:
            yield Sketch(act.operation.id, "", "progress falls every other time", partial(_falling, act))


@must_fail("lifecycle-progress")
def progress_out_of_range(contract: Contract) -> Iterator[Sketch]:
    """Progress is more than the whole, or less than nothing."""
    for act in _showing(contract):
        progress = act.resource.fields.get("progress")
        if not progress:
            continue
        for detail, change in (("beyond", partial(_beyond, progress)), ("negative", _negative)):
            build = partial(_on_member, act, progress["at"], change)
            yield Sketch(act.operation.id, detail, f"progress is out of its range ({detail})", build)


@must_fail("lifecycle-timestamps")
def moment_misplaced(contract: Contract) -> Iterator[Sketch]:
    """A moment lies before the creation of the task, or its creation after the other moments."""
    for act in _showing(contract):
        moments = act.resource.fields.get("timestamps", {})
        for name, moment in moments.items():
            others = [n for n in moments if n != name]
            if name == "scheduled" or not others:
                continue
            hours = _HOUR * 1000 if name == "created" else -_HOUR * 1000
            build = partial(_on_member, act, moment["at"], partial(_shift, moment["unit"], hours))
            way = "after" if name == "created" else "before"
            yield Sketch(act.operation.id, name, f"`{name}` lies {way} `{others[0]}`", build)


@must_fail("lifecycle-timestamps")
def unit_wrong(contract: Contract) -> Iterator[Sketch]:
    """A moment is in seconds where milliseconds are due, or the other way round."""
    for act in _showing(contract):
        for name, moment in act.resource.fields.get("timestamps", {}).items():
            if moment["unit"] in ("unix-ms", "unix-s"):
                factor = 0.001 if moment["unit"] == "unix-ms" else 1000
                build = partial(_on_member, act, moment["at"], partial(_rescale, factor))
                unit = "seconds" if factor < 1 else "milliseconds"
                yield Sketch(act.operation.id, name, f"`{name}` is in {unit}", build)


@must_fail("lifecycle-timestamps")
def moment_moves(contract: Contract) -> Iterator[Sketch]:
    """The moment of creation is another one each time."""
    for act in _showing(contract):
        moment = act.resource.fields.get("timestamps", {}).get("created")
        if moment:
            build = partial(_moving, act, moment)
            yield Sketch(act.operation.id, "created", "`created` is a minute earlier each time", build)


@must_fail("lifecycle-error-text")
def error_text_missing(contract: Contract) -> Iterator[Sketch]:
    """A failed task does not say why."""
    for act in _showing(contract):
        pointer = act.resource.fields.get("error")
        marked = {p for s in act.resource.states.values() for p in s.data["when"]}
        if pointer is None or pointer in marked or not shows(act, pointer):
            continue
        for detail, change in (("absent", dropped), ("empty", constant(""))):
            build = partial(_on_failed, act, pointer, change)
            yield Sketch(act.operation.id, detail, f"a failed task's `{word(pointer)}` is {detail}", build)


@must_fail("operation-effect")
def effect_ignored(contract: Contract) -> Iterator[Sketch]:
    """An operation is answered as if done, and nothing has happened."""
    for act in acts(contract, "move", "copy", "delete", "update"):
        if act.effect["action"] == "update" and not act.resource.states:
            # Nothing but its members changes: that is for `patch-exact`.
            continue
        what = {"move": "moved", "copy": "started anew", "delete": "gone", "update": "changed"}
        defect = f"no {act.resource.name} is {what[act.effect['action']]}"
        yield Sketch(act.operation.id, "", defect, partial(undone, act.operation))


@must_fail("operation-effect")
def wrong_state_entered(contract: Contract) -> Iterator[Sketch]:
    """An operation takes the task to another state than the documented one."""
    for act in acts(contract, "move", "copy"):
        target = act.effect.get("to")
        if target is None:
            continue
        # Who reads later cannot tell a state that lies on the way to the right one, or behind it.
        behind = act.resource.reachable(target, set())
        for other in act.resource.states.values():
            before = act.resource.reachable(other.name, set())
            if other.name not in behind and target not in before:
                defect = f"the task enters `{other.name}`, not `{target}`"
                yield Sketch(act.operation.id, other.name, defect, partial(_entering, act, other.name))


@must_fail("read-identity")
def another_returned(contract: Contract) -> Iterator[Sketch]:
    """A read is answered with another resource than the one asked for."""
    for act in acts(contract, "read", "list"):
        where = act.effect.get("where", {})
        for pointer in act.resource.key[-1:]:
            if str(where.get(pointer, "")).startswith(("$request.path", "$request.body")):
                build = partial(_swapped, act, where[pointer])
                yield Sketch(act.operation.id, "", f"another {act.resource.name} is returned", build)


@must_fail("read-identity")
def id_altered(contract: Contract) -> Iterator[Sketch]:
    """The id in a reply is not the one asked for."""
    for act in acts(contract, "read"):
        pointer = act.resource.key[-1]
        if pointer in act.effect.get("where", {}):
            build = partial(_on_member, act, pointer, _neighbour)
            yield Sketch(
                act.operation.id, word(pointer), f"`{word(pointer)}` is that of a neighbour", build
            )


def _showing(contract: Contract) -> Iterator[Act]:
    """Yield the reads and lists of the resource with states that show it whole, and which one it is."""
    for act in acts(contract, "read", "list"):
        taken = [e for e in act.effect.get("reply", {}).values() if str(e).startswith("$resource")]
        named = all(shows(act, pointer) for pointer in act.resource.key)
        if act.resource.states and named and not taken:
            yield act


def _usual_path(resource: Resource) -> list[State]:
    """Return the states that a task passes when nothing goes wrong."""
    path: list[State] = []
    name = resource.initial
    while name in resource.states and resource.states[name] not in path:
        path.append(resource.states[name])
        usual = path[-1].usual
        name = usual.to if usual and not usual.new_id else None
    return path


def _reached(resource: Resource) -> list[State]:
    """Return the states on the usual path, and those that operations lead to."""
    targets = {effect.get("to") for effect in resource.operations.values()}
    path = _usual_path(resource)
    return [*path, *(s for s in resource.states.values() if s.name in targets and s not in path)]


def _forbidden(act: Act, before: State) -> Iterator[Sketch]:
    """Yield a defect for each state that cannot follow by itself."""
    legal = act.resource.reachable(before.name, set())
    for after in act.resource.states.values():
        if after.name not in legal:
            yield _move(act, before, after)


def _move(act: Act, before: State, after: State) -> Sketch:
    detail = f"{before.name}-to-{after.name}"
    defect = f"a {act.resource.name} goes from `{before.name}` to `{after.name}`"
    return Sketch(act.operation.id, detail, defect, partial(_moved, act, before.name, after.name))


def _moved(act: Act, before: str, after: str) -> Defect:
    """Show a task once as it is in `before`, and then in `after`.

    A state that tasks pass too quickly is shown of one that nobody has seen before.
    """
    met: set[Key] = set()
    shown: set[Key] = set()

    def note(value: Any, observed: ObservedResource) -> Any:
        shown.add(observed.key)
        return value

    def change(value: Any, observed: ObservedResource) -> Any:
        if observed.key in met:
            return in_state(act.resource, value, after)
        state = observed.state
        behind = act.resource.reachable(before, set())
        if state is not None and state.name == before:
            met.add(observed.key)
        elif observed.key not in shown and state is not None and state.name in behind:
            met.add(observed.key)
            return in_state(act.resource, value, before)
        shown.add(observed.key)
        return value

    contract = act.operation.contract
    others = [
        name
        for name, effect in act.resource.operations.items()
        if effect["action"] in ("read", "list") and name != act.operation.id
    ]
    notes = [on_resources(contract.operations[name], note) for name in others]
    return in_turn(on_resources(act.operation, change), *notes)


def _falling(act: Act) -> Defect:
    at = act.resource.fields["progress"]["at"]
    turns: dict[Key, int] = {}

    def change(value: Any, observed: ObservedResource) -> Any:
        if not is_there(get(value, at)):
            return value
        turns[observed.key] = turns.get(observed.key, 0) + 1
        return (
            changed_at(value, at, partial(rescaled, factor=0.25)) if turns[observed.key] % 2 == 0 else value
        )

    return on_resources(act.operation, change)


def _beyond(progress: dict[str, Any], before: Any) -> Any:
    whole = {"ratio": 1.25, "percent": 125, "frames": 1_000_000}[progress["unit"]]
    return str(whole) if isinstance(before, str) else whole


def _negative(before: Any) -> Any:
    return "-1" if isinstance(before, str) else -1


def _shift(unit: str, seconds: float, before: Any) -> Any:
    return shifted(before, unit, seconds)


def _rescale(factor: float, before: Any) -> Any:
    return rescaled(before, factor)


def _moving(act: Act, moment: dict[str, str]) -> Defect:
    turns: dict[Key, int] = {}

    def change(value: Any, observed: ObservedResource) -> Any:
        turns[observed.key] = turns.get(observed.key, -1) + 1
        earlier = partial(_shift, moment["unit"], -60.0 * turns[observed.key])
        return changed_at(value, moment["at"], earlier)

    return on_resources(act.operation, change)


def _on_member(act: Act, pointer: str, change: Change) -> Defect:
    """Change a member of each resource shown that has it."""

    def change_value(before: Any) -> Any:
        return change(before) if is_there(before) else before

    return on_resources(act.operation, lambda value, _: changed_at(value, pointer, change_value))


def _renamed(act: Act, pointer: str, other: str) -> Defect:
    def change(value: Any, _: ObservedResource) -> Any:
        kept = get(value, pointer)
        if kept is MISSING:
            return value
        return changed_at(changed_at(value, pointer, dropped), other, constant(kept))

    return on_resources(act.operation, change)


def _dropped_in(act: Act, pointer: str, state: str) -> Defect:
    def change(value: Any, observed: ObservedResource) -> Any:
        is_there = observed.state is not None and observed.state.name == state
        return changed_at(value, pointer, dropped) if is_there else value

    return on_resources(act.operation, change)


def _on_failed(act: Act, pointer: str, change: Change) -> Defect:
    def change_failed(value: Any, observed: ObservedResource) -> Any:
        failed = observed.state is not None and observed.state.phase == "failed"
        return changed_at(value, pointer, change) if failed else value

    return on_resources(act.operation, change_failed)


def _entering(act: Act, name: str) -> Defect:
    """Have the addressed task enter another state."""
    wire = Wire(act.operation.contract)
    target = act.effect["to"]

    def defect(request: MockRequest, right: Right) -> MockReply:
        collection = right.service.store.collections[act.resource.name]
        before = {item.key: item.state for item in collection.ordered()}
        reply = right.answer(request)
        if not wire.observe(request, reply, act.operation):
            return reply
        moved = [
            i for i in collection.ordered() if i.state == target and before.get(i.key, target) != target
        ]
        for item in moved:
            collection.move(item, name)
        return pretended(reply) if moved else reply

    return defect


def _swapped(act: Act, expression: str) -> Defect:
    """Answer for the resource that follows the one asked for."""
    wire = Wire(act.operation.contract)
    pointer = act.resource.key[-1]

    def defect(request: MockRequest, right: Right) -> MockReply:
        if not wire.is_of(request, act.operation):
            return right.answer(request)
        known = [
            get(i.value, pointer) for i in right.service.store.collections[act.resource.name].ordered()
        ]
        return right.answer(wire.change(request, act.operation, expression, partial(_next_of, known)))

    return defect


def _next_of(known: list[Any], asked: Any) -> Any:
    if isinstance(asked, list):
        return [_next_of(known, one) for one in asked]
    place = next((i for i, other in enumerate(known) if str(other) == str(asked)), None)
    return asked if place is None or asked is MISSING else known[(place + 1) % len(known)]


def _neighbour(key: Any) -> Any:
    if isinstance(key, int):
        return key + 1
    return key[:-1] + ("0" if key[-1:] != "0" else "1") if isinstance(key, str) else key
