"""Build the HTTP request of a call: the same for synchronous and asynchronous clients."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from mediatasks.client.exchange import Request
from mediatasks.client.operation import OperationSpec, Provider
from mediatasks.client.requests.base_url import split_url
from mediatasks.client.requests.credentials import choose, in_body
from mediatasks.client.requests.headers import check_headers, header_text
from mediatasks.client.requests.json_body import ENCODER, plain_body
from mediatasks.client.requests.wire import parameter_text
from mediatasks.contracts.model.envelope import Envelope, RpcCall
from mediatasks.contracts.model.schemes import APIAUTH
from mediatasks.errors import UsageError
from mediatasks.exchange.http.signing import sign_request

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
        given = provider.base_url if base_url in (None, "") else base_url
        self.base_url = given.rstrip("/") if isinstance(given, str) else given
        self.origin, self._prefix, host = split_url(provider.name, self.base_url)
        self._shown_origin = f"{self.origin.scheme.decode()}://{host}"
        self.headers = {
            "host": host,
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": "mediatasks",
            **check_headers(provider.name, headers),
        }
        self.envelope = Envelope(provider.envelope) if provider.envelope else None
        self._query_names = {c.name for c in provider.credentials if c.place == "query"}

    @property
    def secure(self) -> bool:
        """Whether the requests go to https."""
        return self.origin.scheme == b"https"

    def build(
        self,
        operation: OperationSpec[Any],
        arguments: tuple[Any, ...],
        body: Any,
        headers: Mapping[str, str],
    ) -> Request:
        """Return the request of one call of a REST operation; `body` is plain (see `body`, `members`)."""
        path = operation.path
        query: list[tuple[str, str]] = []
        sent = dict(self.headers)
        for parameter, value in zip(operation.parameters, arguments, strict=True):
            if parameter.place == "path":
                path = path.replace("{" + parameter.name + "}", path_text(parameter.name, value))
            elif value is not None and parameter.place == "query":
                query += [(parameter.name, parameter_text(parameter.name, v)) for v in _each(value)]
            elif value is not None:
                text = parameter_text(parameter.name, value)
                sent[parameter.name.lower()] = header_text(f"`{parameter.name}`", text)
        self._authenticate(operation.id, sent, query)
        content = None if body is NO_BODY else ENCODER.encode(body)
        target = self._prefix + path + ("?" + urlencode(query) if query else "")
        return self._finish(operation.id, operation.method, target, sent, headers, content)

    def build_calls(self, calls: Iterable[RpcCall], headers: Mapping[str, str]) -> Request:
        """Return the request that carries `calls` of an RPC provider."""
        assert self.envelope
        credentials = {c.argument: self.values[c.argument] for c in in_body(self.provider)}
        content = ENCODER.encode(self.envelope.wrap(calls, credentials))
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
        return self._finish(self.provider.name, "POST", target, sent, headers, content)

    def _finish(
        self,
        owner: str,
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
        if headers:
            sent.update(check_headers(owner, headers))
        return Request(method, self.origin, target, sent, content)

    def shown(self, request: Request) -> str:
        """Return the request's URL for messages and logs: no secret stands in it."""
        target, _, query = request.target.partition("?")
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        masked = [f"{n}=***" if n in self._query_names else f"{n}={v}" for n, _, v in pairs]
        return f"{self._shown_origin}{target}" + ("?" + "&".join(masked) if masked else "")

    def members(self, operation: OperationSpec[Any], values: tuple[Any, ...]) -> Any:
        """Return the body made of `values`, one for each of the operation's members."""
        pairs = zip(operation.members, values, strict=True)
        return self.body(operation, {n: v for n, v in pairs if v is not None or n in operation.required})

    def body(self, operation: OperationSpec[Any], value: Any) -> Any:
        """Return a body as plain values, as they are now. Raises UsageError for what cannot be sent."""

        def is_text(path: tuple[str | int, ...]) -> bool:
            from mediatasks.client.requests.body_schema import takes_text

            return takes_text(self.provider, operation.id, path)

        return plain_body(operation.id, value, is_text)

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
    text = "" if value is None else parameter_text(name, value)
    if not text:
        raise UsageError(f"`{name}` stands in the path and must not be empty, got {value!r}")
    text = quote(text, safe="")
    # `.` and `..` would be resolved as steps of the path.
    return text.replace(".", "%2E") if text in (".", "..") else text


def _each(value: Any) -> Iterable[Any]:
    is_list = isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | memoryview)
    return value if is_list else (value,)
