"""Every exception that mediatasks raises on purpose.

    MediatasksError
    ├── ContractError            a contract file is missing, unreadable or breaks its own rules
    ├── UsageError               an argument, option, name or environment variable is wrong
    │   ├── MissingExtra         an optional dependency is not installed
    │   ├── RecordingError       recorded traffic cannot be read (`place`)
    │   └── ControlError         a running mock cannot be steered so (`kind`)
    ├── WebhookError             a webhook is not signed rightly, or is no event of the provider (`kind`)
    ├── WaitTimeout              a task did not end in time (`task`, `state`)
    ├── Cause                    what caused a pickled or copied exception, as text
    └── CallError                one call of a client failed
        ├── ConnectionFailed     no reply: refused, reset, closed, TLS
        │   └── CallTimeout      no whole reply in time
        ├── StatusError          the reply has a status outside 2xx (`status`, `body`, `headers`)
        │   ├── RequestRefused   4xx, unless one of the next
        │   │   ├── AuthenticationFailed  401, 403
        │   │   ├── NotFound              404
        │   │   └── TooManyRequests       429
        │   └── ServerFailed     5xx and any other status
        ├── ReplyError           the reply breaks the contract (`pointer`, `expected`, `got`, `body`)
        └── RpcError             a call failed inside a 2xx reply (`method`, `error`)
            └── PartialFailure   some of a call failed; `result` holds what was delivered

Messages say where, what was expected, what came and what to do next; none holds a secret.
"""

from __future__ import annotations

import copy
import difflib
import pickle
from collections.abc import Iterable, Mapping
from typing import Any, Self, TypeVar

_SHOWN = 200


class MediatasksError(Exception):
    """Base of everything raised on purpose.

    All of them pickle, copy and deep-copy, with message and attributes. The cause comes along as text, in a
    `Cause`: an exception of another library may not be loadable where this one arrives.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        members = {name: portable(value) for name, value in vars(self).items()}
        return _revive, (type(self), portable(self.args), members, self._cause(), self.__suppress_context__)

    def __copy__(self) -> Self:
        return _revive(type(self), self.args, dict(vars(self)), self.__cause__, self.__suppress_context__)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        members = copy.deepcopy(vars(self), memo)
        return _revive(type(self), self.args, members, self._cause(), self.__suppress_context__)

    def _cause(self) -> Cause | None:
        cause = self.__cause__
        if cause is None or isinstance(cause, Cause):
            return cause
        text = str(cause)
        return Cause(f"{type(cause).__name__}: {text}" if text else type(cause).__name__)


class Cause(MediatasksError):
    """What an exception that was pickled or copied was caused by, as text: type and message."""


M = TypeVar("M", bound=MediatasksError)


def _revive(
    kind: type[M], args: tuple[Any, ...], members: Any, cause: BaseException | None, suppressed: bool
) -> M:
    """Return the exception that `__reduce__` took apart. Constructors differ, so none is called."""
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(members)
    error.__cause__, error.__suppress_context__ = cause, suppressed
    return error


def portable(value: Any) -> Any:
    """Return `value` if it pickles, else the nearest that does: a dict, or its text."""
    try:
        pickle.dumps(value)
    # A foreign class may raise anything here, and an exception that is lost in a process pool hangs it.
    except Exception:
        if isinstance(value, Mapping):
            return {str(name): portable(member) for name, member in value.items()}
        if isinstance(value, list | tuple):
            return tuple(map(portable, value)) if isinstance(value, tuple) else list(map(portable, value))
        return repr(value)
    return value


class ContractError(MediatasksError):
    """A contract file is missing, unreadable or breaks its own rules.

    `place` is the file, followed by `#` and a JSON Pointer where one is known.
    """

    def __init__(self, place: str, problem: str, advice: str = "") -> None:
        self.place, self.problem, self.advice = place, problem, advice
        super().__init__("\n".join(filter(None, (f"{place}: {problem}", advice))))


class UsageError(MediatasksError):
    """An argument, option, name or environment variable is wrong."""


class RecordingError(UsageError):
    """Recorded traffic cannot be read; `place` is the file and the line or the entry."""

    def __init__(self, place: str, problem: str, advice: str = "") -> None:
        self.place, self.problem, self.advice = place, problem, advice
        super().__init__("\n".join(filter(None, (f"{place}: {problem}", advice))))


class MissingExtra(UsageError):
    """An optional dependency is not installed."""

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(f"{purpose} needs more packages: pip install 'mediatasks[{extra}]'")


class ControlError(UsageError):
    """A running mock cannot do what its control API was asked for.

    `kind` is `missing` (no such provider, resource or task) or `refused` (its state or the contract
    forbids it).
    """

    def __init__(self, kind: str, problem: str) -> None:
        self.kind = kind
        super().__init__(problem)


class WebhookError(MediatasksError):
    """A webhook is not signed rightly, or its body is no event of the provider.

    `kind` is `unsigned` (no signature of the contract's form), `forged` (the signature does not fit the
    body and the secret), `too-old` or `from-the-future` (by the body's own time), `replayed` (it was
    taken before) or `malformed` (the body is no event).
    """

    def __init__(self, problem: str, kind: str = "malformed") -> None:
        self.kind = kind
        super().__init__(problem)


class WaitTimeout(MediatasksError):
    """A task did not end in time.

    `state` is the last state seen, `task` the task as it was read last, typed as `wait` returns it,
    None if it never was. The message then says why the last read failed, by `failure`.
    """

    def __init__(self, operation: str, key: list[Any], state: str, task: Any, failure: str = "") -> None:
        self.operation, self.key, self.state, self.task = operation, key, state, task
        shown_key = ", ".join(map(str, key))
        said = f"did not end in time; its last state was `{state}`"
        if task is None and failure:
            said = f"could not be read in time; the last read failed: {failure}"
        super().__init__(f"task {shown_key} {said}")


class CallError(MediatasksError):
    """One call of a client failed. `operation` is the operation id.

    `deviations` are the places of a typed error body or partial result that read as None, because they
    do not fit the contract's types (`mediatasks.client.Deviation`).
    """

    operation: str = ""
    deviations: tuple[Any, ...] = ()


class ConnectionFailed(CallError):
    """No reply came: the connection was refused, reset or closed.

    `sent` is false where nothing of the request can have reached the server.
    """

    sent: bool = True


class CallTimeout(ConnectionFailed):
    """No whole reply came in time."""


class StatusError(CallError):
    """The reply has a status outside 2xx.

    `status` is the code, `body` the decoded error body where the contract describes one (else the
    raw bytes), `headers` the reply's headers.
    """

    def __init__(
        self, operation: str, status: int, body: Any, raw: bytes, headers: Mapping[str, str]
    ) -> None:
        self.operation, self.status, self.body, self.raw, self.headers = (
            operation,
            status,
            body,
            raw,
            headers,
        )
        super().__init__(f"`{operation}` answered {status}: {shown(raw)}")


class RequestRefused(StatusError):
    """4xx: the server did not accept the request."""


class AuthenticationFailed(RequestRefused):
    """401 or 403: credentials are missing, wrong or not enough."""


class NotFound(RequestRefused):
    """404: there is no such resource."""


class TooManyRequests(RequestRefused):
    """429: a limit was reached."""


class ServerFailed(StatusError):
    """5xx, or any status that HTTP does not define."""


class ReplyError(CallError):
    """The reply breaks the contract.

    `pointer` is the JSON Pointer in the body, `expected` and `got` say what differs, `body` holds
    the raw bytes.
    """

    def __init__(
        self, operation: str, status: int, pointer: str, expected: str, got: str, body: bytes
    ) -> None:
        self.operation, self.status, self.pointer = operation, status, pointer
        self.expected, self.got, self.body = expected, got, body
        super().__init__(
            f"`{operation}` answered {status} with a body that breaks the contract at "
            f"`{pointer or '/'}`: expected {expected}, got {got}\nbody: {shown(body)}"
        )


class RpcError(CallError):
    """A call failed inside a 2xx reply. `error` is the error member as the server sent it."""

    def __init__(self, operation: str, method: str, error: Any) -> None:
        self.operation, self.method, self.error = operation, method, error
        super().__init__(f"`{method}` failed: {shown(str(error).encode())}")


class PartialFailure(RpcError):
    """Some of a call failed: `error` lists what, `result` holds what was delivered."""

    def __init__(self, operation: str, method: str, error: Any, result: Any) -> None:
        self.result = result
        super().__init__(operation, method, error)


def status_error(
    operation: str, status: int, body: Any, raw: bytes, headers: Mapping[str, str]
) -> StatusError:
    """Return the exception of the class that fits `status`."""
    special = {401: AuthenticationFailed, 403: AuthenticationFailed, 404: NotFound}
    special[429] = TooManyRequests
    family = RequestRefused if 400 <= status < 500 else ServerFailed
    return special.get(status, family)(operation, status, body, raw, headers)


def shown(raw: bytes) -> str:
    """Return the start of a body for a message: printable, at most 200 characters."""
    text = raw[: _SHOWN * 4].decode("utf-8", "replace")
    text = "".join(c if c.isprintable() else " " for c in text).strip()
    if not text:
        return "(empty)"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


# More names than these are no help to a reader.
_LISTED = 60


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a hint for an unknown name: the nearest valid one, or all of them."""
    valid = sorted(names)
    close = difflib.get_close_matches(name, valid, 1, 0.5)
    if close:
        return f"did you mean `{close[0]}`?"
    if len(valid) > _LISTED:
        return f"valid are {len(valid)} names, among them {', '.join(valid[:_LISTED])}"
    return f"valid: {', '.join(valid)}" if valid else "there are none"
