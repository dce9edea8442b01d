"""Every secured operation states its authentication failure."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source


def check(source: Source) -> Iterator[Problem]:
    """Yield operations that need credentials and do not say what happens without them."""
    envelope = source.contract.envelope
    if envelope and envelope.credentials and "unauthenticated" not in envelope.errors:
        expected = "`unauthenticated`, the text of the failure"
        advice = "add it to `x-rpc.errors`, with the credential's name in braces"
        yield Problem(source.place("/x-rpc"), expected, "no such text in `errors`", advice)
    for operation in source.contract.operations.values():
        if not operation.security or any(not alternative for alternative in operation.security):
            continue
        status = operation.failures.get("unauthenticated", {}).get("status")
        if status not in operation.responses:
            got = f"the statuses {', '.join(operation.responses)}"
            expected = f"a response {status}" if status else "`x-errors.unauthenticated`"
            advice = "a status that no source names is inferred, in `x-provenance.responses`"
            yield Problem(source.place(operation.pointer), expected, got, advice)
