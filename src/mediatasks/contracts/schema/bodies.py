"""The schemas of a contract's request and reply bodies, compiled, by names that a user gives."""

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.schema.validation import Validator
from mediatasks.errors import UsageError, nearest


def find_operation(contract: Contract, name: str) -> Operation:
    """Return an operation of either view. Raises UsageError with the nearest valid name.

    RPC providers have one more here: that of the plain view, whose bodies carry any calls.
    """
    plain = Contract(contract.provider, contract.plain, None).operations
    known = {**plain, **contract.operations}
    if name not in known:
        hint = nearest(name, known)
        raise UsageError(f"`{contract.provider}` has no operation `{name}`; {hint}")
    return known[name]


def request_schema(operation: Operation) -> Validator:
    """Return the schema of the request body. Raises UsageError where the operation takes none."""
    if operation.body_schema is None:
        raise UsageError(f"`{operation.id}` takes no request body")
    return Validator(operation.body_schema, operation.contract.document)


def reply_schema(operation: Operation, status: str) -> Validator:
    """Return the schema of the reply with `status`. Raises UsageError where there is none."""
    if status not in operation.responses:
        declared = ", ".join(operation.responses)
        raise UsageError(f"`{operation.id}` declares no status {status}; declared: {declared}")
    schema = operation.reply_schema(status)
    if schema is None:
        raise UsageError(f"the reply {status} of `{operation.id}` has no body")
    return Validator(schema, operation.contract.document)
