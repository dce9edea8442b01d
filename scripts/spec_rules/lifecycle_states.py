"""The states of a lifecycle hang together: reachable, told apart, each with a sensible phase."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.lifecycle.resource import Resource, State
from mediatasks.contracts.pointer import MISSING, join, put
from mediatasks.errors import nearest

ENDED = ("succeeded", "failed", "cancelled")
Found = tuple[str, str, str, str]


def check(source: Source) -> Iterator[Problem]:
    """Yield what a mock could not play and a client could not wait for."""
    for name, resource in source.contract.resources.items():
        if not resource.states:
            continue
        rules = (_names, _reachable, _moves, _phases, _predicates)
        for pointer, expected, got, advice in (found for rule in rules for found in rule(resource)):
            place = source.place(join(("x-lifecycle", name)) + pointer)
            yield Problem(place, expected, got, advice)


def _names(resource: Resource) -> Iterator[Found]:
    if resource.initial not in resource.states:
        advice = nearest(str(resource.initial), resource.states)
        yield "/initial", "a state", f"`{resource.initial}`", advice
    for state in resource.states.values():
        for move in state.moves:
            if move.to not in resource.states:
                place = _at(state, "next", move.to)
                yield place, "a state", f"`{move.to}`", nearest(move.to, resource.states)


def _reachable(resource: Resource) -> Iterator[Found]:
    entries = [resource.initial, *(e.get("to") for e in resource.operations.values())]
    found = {n for e in entries if e in resource.states for n in resource.reachable(str(e))}
    for name, state in resource.states.items():
        if name not in found and "note" not in state.data:
            advice = "add it to the `next` of a state, or say in its `note` how it comes about"
            yield (
                _at(state),
                "a state that `initial` leads to, or a `note`",
                "no way into it",
                advice,
            )


def _moves(resource: Resource) -> Iterator[Found]:
    for state in resource.states.values():
        alone = [move.to for move in state.moves if not move.by]
        if state.final and alone:
            expected = "a final state, which only an operation leads out of"
            advice = "say `by` which operation, or take `final` away"
            yield _at(state, "next", alone[0]), expected, "a move that happens by itself", advice
        if not state.final and not state.moves:
            advice = "make it final, or say which states may follow"
            yield _at(state, "next"), "a way out of a state that is not final", "none", advice


def _phases(resource: Resource) -> Iterator[Found]:
    for state in resource.states.values():
        # An attempt may end without the task's end: it goes on under a new id, or from the start.
        goes_on = any(move.new_id or move.restarts_progress for move in state.moves)
        ended = state.phase in ENDED
        if state.final != ended and not (ended and goes_on) and state.phase != "unknown":
            expected = f"one of: {', '.join(ENDED)}" if state.final else "queued, running or unknown"
            advice = "correct `phase` or `final`"
            yield _at(state, "phase"), expected, f"`{state.phase}`", advice
    if not any(state.phase == "succeeded" for state in resource.states.values()):
        yield "/states", "a state of phase succeeded", "none", "which state means success?"


def _predicates(resource: Resource) -> Iterator[Found]:
    """A resource that is put into a state by its marks must be found in that state."""
    for state in resource.states.values():
        whole: object = {}
        for pointer, value in state.marks.items():
            if value is not MISSING:
                whole = put(whole, pointer, value)
        found = resource.state_of(whole)
        if found is not state:
            got = f"one that is in `{found.name}` first" if found else "one that fits no state"
            advice = "put the narrower predicate first; give `examples` where it has no `const`"
            yield _at(state, "when"), "a predicate that its own values fulfil alone", got, advice


def _at(state: State, *tokens: str) -> str:
    return join(("states", state.name, *tokens))
