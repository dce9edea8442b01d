"""What only reads is called safe: an RPC method says so in `x-safe`, and nothing that writes does."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

_READING = ("read", "list")


def check(source: Source) -> Iterator[Problem]:
    """Yield the methods that do not say, and the safe operations that change a resource."""
    writers = {
        name: effect["action"]
        for resource in source.contract.resources.values()
        for name, effect in resource.operations.items()
        if effect["action"] not in _READING
    }
    for operation in source.contract.operations.values():
        place = source.place(operation.pointer)
        if operation.rpc_method and "x-safe" not in operation.data:
            advice = "true for what only reads; false for what starts or stops something"
            yield Problem(place, "`x-safe`", "none", advice)
        elif operation.data.get("x-safe", operation.safe) is True and operation.id in writers:
            advice = "say `x-safe: false`: a check of a live service would send it"
            action = f"the action `{writers[operation.id]}` of x-lifecycle"
            yield Problem(place, "an operation that only reads", action, advice)
