"""The operations that a lifecycle names exist, and so do the states and phases that they name."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.lifecycle.resource import PHASES, Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import join
from mediatasks.errors import nearest

Found = tuple[str, str, str, str]


def check(source: Source) -> Iterator[Problem]:
    """Yield names that lead nowhere, and lifecycles without a component or with two task resources."""
    contract = source.contract
    tasks = [name for name, resource in contract.resources.items() if resource.states]
    if len(tasks) != 1:
        got, advice = ", ".join(tasks) or "none", "only the task has states"
        yield Problem(source.place("/x-lifecycle"), "one resource with states", got, advice)
    for name, resource in contract.resources.items():
        place = join(("x-lifecycle", name))
        if name not in contract.schemas:
            advice = nearest(name, contract.schemas)
            yield Problem(source.place(place), "a component schema", f"`{name}`", advice)
        for pointer, expected, got, advice in (
            *_causes(contract, resource),
            *_effects(contract, resource),
        ):
            yield Problem(source.place(place + pointer), expected, got, advice)


def _causes(contract: Contract, resource: Resource) -> Iterator[Found]:
    for state in resource.states.values():
        for move in state.moves:
            for name in move.by:
                if name not in contract.operations:
                    place = join(("states", state.name, "next", move.to, "by"))
                    yield place, "an operation", f"`{name}`", nearest(name, contract.operations)


def _effects(contract: Contract, resource: Resource) -> Iterator[Found]:
    for name, effect in resource.operations.items():
        place = join(("operations", name))
        if name not in contract.operations:
            yield place, "an operation", f"`{name}`", nearest(name, contract.operations)
        for member, state in (
            ("to", effect.get("to")),
            *(("from", s) for s in effect.get("from", [])),
        ):
            if state is not None and state not in resource.states:
                yield f"{place}/{member}", "a state", f"`{state}`", nearest(state, resource.states)
        if effect["action"] == "move" and "to" not in effect:
            yield place, "`to`, the state that the resource enters", "none", "name the state"
        for phase in effect.get("wildcard", {}).get("phases", []):
            if phase not in PHASES:
                yield (
                    f"{place}/wildcard/phases",
                    f"one of: {', '.join(PHASES)}",
                    f"`{phase}`",
                    "mend it",
                )
