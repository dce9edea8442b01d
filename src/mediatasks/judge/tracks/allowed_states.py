"""The states in which the contract allows an operation."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.lifecycle.resource import Resource


def states_before(resource: Resource, operation: str, effect: Mapping[str, Any]) -> frozenset[str]:
    """Return the states from which an operation leads into the state `to` of its effect."""
    if "from" in effect or "to" not in effect:
        return frozenset(effect.get("from", resource.states))
    moves = ((name, move) for name, state in resource.states.items() for move in state.moves)
    return frozenset(n for n, m in moves if m.to == effect["to"] and (operation in m.by or not m.by))


@lru_cache(maxsize=64)
def changing(resource: Resource) -> frozenset[str]:
    """Return the operations that some state forbids."""
    return frozenset(
        name for name, effect in resource.operations.items() if _is_limited(resource, name, effect)
    )


def allowed_by(operation: str, resource: Resource, scope: Scope) -> frozenset[str] | None:
    """Return the states that allow what a request asks for; None where it asks for no other state."""
    effect = resource.operations[operation]
    if effect["action"] != "update":
        return _allowed_to_move(resource, operation)
    for pointer, expression in effect.get("sets", {}).items():
        if pointer in resource.state_members and isinstance(expression, str):
            value = evaluate(expression, scope)
            target = next((s for s in resource.states.values() if s.marks == {pointer: value}), None)
            if target is not None:
                return states_before(resource, operation, {"to": target.name}) | {target.name}
    return None


def _allowed_to_move(resource: Resource, operation: str) -> frozenset[str]:
    effect = resource.operations[operation]
    if "from" in effect:
        return frozenset(effect["from"])
    moved = {name for name, state in resource.states.items() if any(operation in m.by for m in state.moves)}
    return states_before(resource, operation, effect) | moved


def _is_limited(resource: Resource, operation: str, effect: Mapping[str, Any]) -> bool:
    if effect["action"] == "update":
        return not resource.state_members.isdisjoint(effect.get("sets", {}))
    is_move = effect["action"] in ("move", "copy")
    return is_move and not resource.states.keys() <= _allowed_to_move(resource, operation)
