"""Signed requests: where a contract has a scheme for it and its key was given, each one that leaves."""

from typing import Any
from urllib.parse import urlsplit

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.model.schemes import APIAUTH
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.http.signing import sign_request


class Signature:
    """Signs requests of httpx2 and of requests, by the hook that both call `auth`.

    A signature counts for a minute, so it is made when the request leaves.
    """

    def __init__(self, access_id: str, secret: str) -> None:
        self._access_id, self._secret = access_id, secret

    def __call__(self, request: Any) -> Any:
        """Return a prepared request with the headers that sign it. Raises UsageError for a bad secret."""
        content = request.content if hasattr(request, "content") else request.body
        content = content.encode() if isinstance(content, str) else content or b""
        path = urlsplit(str(request.url)).path
        signed = sign_request(self._access_id, self._secret, request.method, path, content)
        request.headers.update(signed)
        return request


def find_signature(contract: Contract, credentials: Credentials) -> Signature | None:
    """Return what signs the requests of a run; None where nothing is signed, or no key was given."""
    for scheme in contract.security_schemes.values():
        if str(scheme.get("scheme", "")).lower() == APIAUTH:
            values = [credentials.values.get(argument) for argument in scheme.get("x-credential", {})]
            if len(values) == 2 and all(values):
                return Signature(*map(str, values))
    return None
