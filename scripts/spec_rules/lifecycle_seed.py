"""The seeds of a lifecycle are examples that hold its resource, each in a state that the contract knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import MISSING, get, join
from mediatasks.errors import nearest


def check(source: Source) -> Iterator[Problem]:
    """Yield seeds that do not exist, that hold no resource, or one in no known state."""
    known = source.plain.document.get("components", {}).get("examples", {})
    for name, resource in source.contract.resources.items():
        for i, seed in enumerate(resource.data.get("seed", [])):
            place = source.place(join(("x-lifecycle", name, "seed", i)))
            if seed not in known:
                yield Problem(place, "a key of components/examples", f"`{seed}`", nearest(seed, known))
                continue
            held = list(_resources(resource, known[seed].get("value")))
            if not held:
                expected = f"an example that holds a `{name}` ({', '.join(resource.key)})"
                yield Problem(place, expected, f"`{seed}`, which holds none", "choose another example")
            for value in held:
                if resource.states and resource.state_of(value) is None:
                    key = ", ".join(str(get(value, pointer)) for pointer in resource.key)
                    advice = "mend the predicates in `states`, or the example"
                    expected = f"every `{name}` in one of: {', '.join(resource.states)}"
                    yield Problem(place, expected, f"`{key}` of `{seed}` in none", advice)


def _resources(resource: Resource, value: Any) -> Iterator[Any]:
    """Yield the outermost objects that have the resource's key."""
    if isinstance(value, list):
        for item in value:
            yield from _resources(resource, item)
    elif isinstance(value, dict):
        if all(get(value, pointer) is not MISSING for pointer in resource.key):
            yield value
        else:
            for inner in value.values():
                yield from _resources(resource, inner)
