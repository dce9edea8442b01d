"""An operation declares the statuses of `x-errors` that it can meet, and their message has a place."""

from __future__ import annotations

from collections.abc import Iterator

from spec_members import has_member
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.model.contract import Operation

_ADDRESSING = ("read", "update", "move", "copy", "delete")


def check(source: Source) -> Iterator[Problem]:
    """Yield the failures that could not be answered as `x-errors` says."""
    for operation in source.contract.operations.values():
        for kind in _kinds(source, operation):
            failure = operation.failures.get(kind)
            if failure is None:
                advice = f"say in `x-errors.{kind}` which status is answered, and where the text stands"
                yield Problem(source.place(operation.pointer), f"`x-errors.{kind}`", "none", advice)
            elif failure["status"] not in operation.responses:
                expected = f"a response {failure['status']}, that of `x-errors.{kind}`"
                got = f"the statuses {', '.join(operation.responses)}"
                advice = "declare it, or give the operation an `x-errors` of its own"
                yield Problem(source.place(f"{operation.pointer}/responses"), expected, got, advice)
            else:
                yield from _message(source, operation, kind)


def _kinds(source: Source, operation: Operation) -> Iterator[str]:
    """Yield the kinds of failure that can occur; in RPC they travel inside the replies."""
    if source.is_rpc:
        return
    if operation.parameters or operation.request_media:
        yield "invalid"
    for resource in source.contract.resources.values():
        effect = resource.operations.get(operation.id, {})
        if effect.get("action") in _ADDRESSING and effect.get("where"):
            yield "missing"
        if effect.get("from"):
            yield "refused"


def _message(source: Source, operation: Operation, kind: str) -> Iterator[Problem]:
    failure = operation.failures[kind]
    schema = operation.reply_schema(failure["status"])
    for member in ("message", "place"):
        pointer = failure.get(member)
        if pointer is not None and not has_member(source.contract, schema, pointer):
            place = source.place(f"{operation.pointer}/responses/{failure['status']}")
            got = f"a body without `{pointer}`"
            advice = f"mend `x-errors.{kind}.{member}` or the schema of the error"
            yield Problem(place, f"a body with `{pointer}`, that of `x-errors.{kind}`", got, advice)
