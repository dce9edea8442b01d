"""The exception of a call that got no reply, made from that of httpcore2, httpx2, httpx or the system."""

import ssl
from collections.abc import Iterator

from mediatasks.errors import CallTimeout, ConnectionFailed, UsageError, shown

# What happened, by the name of the exception, which the three libraries share.
MESSAGES = {
    "ConnectError": "no connection could be opened",
    "ProxyError": "the proxy did not open a connection to the server",
    "UnsupportedProtocol": "the URL is not one of HTTP",
    "RemoteProtocolError": "the server ended the connection too early, or its reply is not valid HTTP",
    "ReadError": "the connection broke while the reply was read",
    "WriteError": "the connection broke while the request was sent",
    "UnicodeError": "the host name is not valid",
}
# Nothing of the request can have reached the server.
UNSENT = {
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
    "UnicodeError",
}
# What h11 would say of a header shows its value, which may be a secret.
BAD_HEADER = (
    "the request cannot be sent: a header, perhaps a credential, has a character that HTTP "
    "forbids there, such as a line break or a space at the end"
)


def translate(error: BaseException) -> ConnectionFailed | UsageError:
    """Return our exception for one of an HTTP library's or the system's."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if "LocalProtocolError" in names:
        return UsageError(BAD_HEADER)
    if isinstance(error, TimeoutError) or "TimeoutException" in names:
        result: ConnectionFailed = CallTimeout("no whole reply in time")
    else:
        message = next((MESSAGES[name] for name in MESSAGES if name in names), "the connection broke")
        result = ConnectionFailed(message + _reason(error))
    result.sent = not names & UNSENT
    return result


def _reason(error: BaseException) -> str:
    """Return what the system says of the failure, in parentheses; empty where it says nothing."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f" (its certificate was not accepted: {cause.verify_message})"
        if isinstance(cause, ssl.SSLError) and cause.reason:
            return f" (TLS: {cause.reason.replace('_', ' ').lower()})"
        if isinstance(cause, OSError) and cause.strerror:
            return f" ({shown(cause.strerror.encode('utf-8', 'replace'))})"
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from error.exceptions
        error = error.__cause__ or error.__context__
