"""One call as a value, and how to get it from a method without sending it.

Batches, pages and detailed replies take a bound method and its arguments, so that they keep its
types; the method then runs with `capture` in place of the network.
"""

from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, NamedTuple

from mediatasks.client.operation import OperationSpec
from mediatasks.client.options import CallOptions, check_options
from mediatasks.errors import UsageError


class Call(NamedTuple):
    """One call: values of the operation's parameters, and of its body's members or the whole body."""

    operation: OperationSpec[Any]
    arguments: tuple[Any, ...]
    members: tuple[Any, ...] | None
    body: Any
    options: CallOptions


captured: ContextVar[list[Call] | None] = ContextVar("mediatasks_captured", default=None)


def is_captured(call: Call) -> bool:
    """Whether a call is only captured, and so not sent. Raises UsageError for options that no call has."""
    if call.options:
        names = (*(p.name for p in call.operation.parameters), *call.operation.members)
        check_options(call.operation.id, call.options, CallOptions, names)
    calls = captured.get()
    if calls is not None:
        calls.append(call)
    return calls is not None


def capture(method: Callable[..., Any], *args: Any, **kwargs: Any) -> Call:
    """Return the call that `method` of a client would send. Raises UsageError for any other callable."""
    if not callable(method):
        raise UsageError(f"expected a method of a client, got `{type(method).__name__}`")
    calls: list[Call] = []
    token = captured.set(calls)
    try:
        result = method(*args, **kwargs)
        if isinstance(result, Coroutine):
            # A captured call never waits, so one step runs it to its end.
            try:
                result.send(None)
            except StopIteration:
                pass
            else:
                result.close()
    finally:
        captured.reset(token)
    if len(calls) != 1:
        raise UsageError(f"`{getattr(method, '__name__', method)}` is no operation of a client")
    return calls[0]
