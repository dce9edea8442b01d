"""Each state from which an operation moves a resource names that move, so that a poller knows it."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import join


def check(source: Source) -> Iterator[Problem]:
    """Yield states in which an operation with `to` may be called, and from which no way leads there."""
    for name, resource in source.contract.resources.items():
        for operation, effect in resource.operations.items():
            if effect["action"] not in ("move", "copy") or effect.get("to") not in resource.states:
                continue
            to = effect["to"]
            known = [state for state in resource.states if _leads(resource, state, to, operation)]
            if effect["action"] == "move" and "from" not in effect:
                # It can be called where it is named, and is refused elsewhere.
                wanted = [] if known else list(resource.states)[:1]
            else:
                wanted = [s for s in effect.get("from", resource.states) if s in resource.states]
            for state in wanted:
                if state not in known and state != to:
                    place = join(("x-lifecycle", name, "states", state, "next"))
                    expected = f"`{to}` by `{operation}`, which leads there"
                    advice = "add it, or say by `from` where the operation can be called"
                    yield Problem(source.place(place), expected, "no such move", advice)


def _leads(resource: Resource, state: str, to: str, operation: str) -> bool:
    moves = resource.states[state].moves
    return any(move.to == to and (not move.by or operation in move.by) for move in moves)
