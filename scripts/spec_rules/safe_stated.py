"""Every RPC method says in `x-safe` whether it may be sent twice: its HTTP method does not tell."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source


def check(source: Source) -> Iterator[Problem]:
    """Yield the methods that do not say."""
    for operation in source.contract.operations.values():
        if operation.rpc_method and "x-safe" not in operation.data:
            advice = "true for what only reads; false for what starts or stops something"
            yield Problem(source.place(operation.pointer), "`x-safe`", "none", advice)
