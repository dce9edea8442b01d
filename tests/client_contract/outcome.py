"""What a call must come to, given the reply's body: read from the contract alone."""

from __future__ import annotations

from typing import Any

from mediatasks.client import Reply
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.errors import PartialFailure, RpcError
from tests.client_contract.agreement import difference, misfit, same
from tests.client_contract.subjects import Subject


def check_outcome(subject: Subject, body: Any, found: Any) -> None:
    """Assert that a 2xx reply with an allowed `body` came to what the contract says of it."""
    error, errors, result = _read(subject, body)
    if error is not MISSING:
        assert type(found) is RpcError, repr(found)
        assert same(found.error, error)
    elif errors not in (MISSING, None, []):
        assert type(found) is PartialFailure, repr(found)
        assert same(found.error, errors)
        check_result(subject, result, found.result)
    else:
        assert isinstance(found, Reply), repr(found)
        check_result(subject, result, found.result)
        assert same(found.json(), body)


def check_result(subject: Subject, wire: Any, result: Any) -> None:
    """Assert that a decoded `result` has the promised type and equals the wire."""
    assert misfit(result, subject.annotation) == ""
    assert difference(result, wire, subject.contract, [result_schema(subject)]) == ""


def check_never_wrong(subject: Subject, body: Any, found: Reply[Any] | PartialFailure) -> None:
    """Assert that what a forbidden reply was read as has the promised type, and equals the wire elsewhere."""
    _, _, result = _read(subject, body)
    odd = [deviation.pointer for deviation in found.deviations]
    assert misfit(found.result, subject.annotation) == ""
    assert difference(found.result, result, subject.contract, [], start_of(subject), odd) == ""
    assert [pointer for pointer in odd if get(body, pointer) is MISSING] == []


def start_of(subject: Subject) -> str:
    """Return where the result stands in the body."""
    return subject.contract.envelope.result_pointer() if subject.contract.envelope else ""


def result_schema(subject: Subject) -> Any:
    """Return the schema of the result, for RPC that inside the envelope."""
    operation, envelope = subject.operation, subject.contract.envelope
    schema = operation.reply_schema(operation.success)
    if envelope is None:
        return schema
    for step in envelope.result_pointer().strip("/").split("/"):
        schema = next(_inner(subject, schema, step))
    return schema


def _inner(subject: Subject, schema: Any, step: str) -> Any:
    schema = subject.contract.resolve(schema)
    for variant in schema.get("anyOf", [schema]):
        resolved = subject.contract.resolve(variant)
        if step.isdigit() and "items" in resolved:
            yield resolved["items"]
        elif step in resolved.get("properties", {}):
            yield resolved["properties"][step]


def _read(subject: Subject, body: Any) -> tuple[Any, Any, Any]:
    """Return error, partial errors and result of a reply."""
    envelope = subject.contract.envelope
    if envelope is None:
        return MISSING, MISSING, body
    reply = envelope.reply
    if "request_error" in reply and get(body, reply["request_error"]) is not MISSING:
        return get(body, reply["request_error"]), MISSING, MISSING
    element = get(body, envelope.result_pointer().removesuffix(reply["result"]))
    error, errors = (get(element, reply[n]) if n in reply else MISSING for n in ("error", "errors"))
    return error, errors, get(element, reply["result"])
