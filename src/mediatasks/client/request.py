"""Build the HTTP request of a call: the same for synchronous and asynchronous clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from mediatasks.client.credentials import choose, in_body
from mediatasks.client.exchange import Origin, Request
from mediatasks.client.operation import Operation, Provider
from mediatasks.client.signing import sign_request
from mediatasks.contracts.envelope import Envelope, RpcCall
from mediatasks.contracts.schemes import APIAUTH
from mediatasks.errors import UsageError

_ENCODER = msgspec.json.Encoder()
NO_BODY: Any = object()


class RequestBuilder:
    """Builds the requests of one client."""

    def __init__(
        self,
        provider: Provider,
        base_url: str | None,
        credentials: Mapping[str, Any],
        headers: Mapping[str, str],
    ) -> None:
        self.provider, self.values = provider, dict(credentials)
        self.base_url = (base_url or provider.base_url).rstrip("/")
        self.origin, self._prefix, host = _split_url(provider.name, self.base_url)
        self._shown_origin = f"{self.origin.scheme.decode()}://{host}"
        self.headers = {
            "host": host,
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": "mediatasks",
            **{name.lower(): value for name, value in headers.items()},
        }
        self.envelope = Envelope(provider.envelope) if provider.envelope else None
        self._query_names = {c.name for c in provider.credentials if c.place == "query"}

    @property
    def secure(self) -> bool:
        """Whether the requests go to https."""
        return self.origin.scheme == b"https"

    def build(
        self, operation: Operation[Any], arguments: tuple[Any, ...], body: Any, headers: Mapping[str, str]
    ) -> Request:
        """Return the request of one call of a REST operation."""
        path = operation.path
        query: list[tuple[str, str]] = []
        sent = dict(self.headers)
        for parameter, value in zip(operation.parameters, arguments, strict=True):
            if parameter.place == "path":
                path = path.replace("{" + parameter.name + "}", path_text(parameter.name, value))
            elif value is not None and parameter.place == "query":
                query += [(parameter.name, wire_text(v)) for v in _each(value)]
            elif value is not None:
                sent[parameter.name.lower()] = wire_text(value)
        self._authenticate(operation.id, sent, query)
        content = None
        if body is not NO_BODY:
            content = _ENCODER.encode(body)
        target = self._prefix + path + ("?" + urlencode(query) if query else "")
        return self._finish(operation.method, target, sent, headers, content)

    def build_calls(self, calls: Iterable[RpcCall], headers: Mapping[str, str]) -> Request:
        """Return the request that carries `calls` of an RPC provider."""
        assert self.envelope
        credentials = {c.argument: self.values[c.argument] for c in in_body(self.provider)}
        content = _ENCODER.encode(self.envelope.wrap(calls, credentials))
        sent = dict(self.headers)
        query: list[tuple[str, str]] = []
        path = self._prefix + self.envelope.path
        self._authenticate("", sent, query)
        signed = choose(self.provider.security, self.values)
        places = {c.argument: c.place for c in self.provider.credentials}
        if signed and all(places[a] == APIAUTH for a in signed):
            access_id, secret = (str(self.values[a]) for a in signed)
            sent.update(sign_request(access_id, secret, "POST", path, content))
        target = path + ("?" + urlencode(query) if query else "")
        return self._finish("POST", target, sent, headers, content)

    def _finish(
        self,
        method: str,
        target: str,
        sent: dict[str, str],
        headers: Mapping[str, str],
        content: bytes | None,
    ) -> Request:
        if content is not None:
            sent["content-type"] = "application/json"
            sent["content-length"] = str(len(content))
        elif method in ("POST", "PUT", "PATCH"):
            sent["content-length"] = "0"
        sent.update({name.lower(): value for name, value in headers.items()})
        return Request(method, self.origin, target, sent, content)

    def shown(self, request: Request) -> str:
        """Return the request's URL for messages and logs: no secret stands in it."""
        target, _, query = request.target.partition("?")
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        masked = [f"{n}=***" if n in self._query_names else f"{n}={v}" for n, _, v in pairs]
        return f"{self._shown_origin}{target}" + ("?" + "&".join(masked) if masked else "")

    def members(self, operation: Operation[Any], values: tuple[Any, ...]) -> Any:
        """Return the body made of `values`, one for each of the operation's members."""
        pairs = zip(operation.members, values, strict=True)
        given = {n: v for n, v in pairs if v is not None or n in operation.required}
        return msgspec.to_builtins(given)

    def _authenticate(self, operation: str, headers: dict[str, str], query: list[tuple[str, str]]) -> None:
        alternatives = self.provider.own_security.get(operation, self.provider.security)
        chosen = choose(alternatives, self.values)
        for credential in self.provider.credentials:
            if credential.argument not in chosen:
                continue
            value = str(self.values[credential.argument])
            if credential.place == "header":
                headers[credential.name.lower()] = value
            elif credential.place == "query":
                query.append((credential.name, value))
            elif credential.place == "bearer":
                headers["authorization"] = f"Bearer {value}"


def path_text(name: str, value: Any) -> str:
    """Return `value` as one segment of a path. Raises UsageError for an empty one."""
    if value is None or value == "":
        raise UsageError(f"`{name}` stands in the path and must not be empty, got {value!r}")
    text = quote(wire_text(value), safe="")
    # `.` and `..` would be resolved as steps of the path.
    return text.replace(".", "%2E") if text in (".", "..") else text


def wire_text(value: Any) -> str:
    """Return `value` as it stands in a path, query or header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    return str(value)


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else (value,)


def _split_url(provider: str, url: str) -> tuple[Origin, str, str]:
    """Return origin, path prefix and Host header of a base URL. Raises UsageError."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
        needs = "give it as `base_url`" if not url else f"it starts with http:// or https://, got {url!r}"
        raise UsageError(f"`{provider}` needs a base URL: {needs}")
    if parts.username or parts.query or parts.fragment:
        raise UsageError(f"`{provider}`: a base URL has no user, query or fragment")
    host = parts.hostname.encode("idna") if not parts.hostname.isascii() else parts.hostname.encode()
    usual = 443 if parts.scheme == "https" else 80
    literal = f"[{host.decode()}]" if b":" in host else host.decode()
    shown = literal if port in (None, usual) else f"{literal}:{port}"
    return Origin(parts.scheme.encode(), host, port or usual), quote(parts.path, safe="/%"), shown
