"""Redact requests for the log: no credentials, and of the query only what the contract lists."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from mediatasks.contracts.model.contract import Contract
from mediatasks.mock.http.messages import MockRequest

MASK = "***"
_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_QUERY, _VALUE, _PAIRS = 500, 60, 30
# Shorter ones would be found in any text.
_LONG, _SURE = 6, 30
_USER = re.compile(r"//[^/@\s]+@")


class RequestRedactor:
    """Redacts the requests to one provider; None stands for a provider that does not exist."""

    def __init__(self, contract: Contract | None) -> None:
        schemes = contract.security_schemes.values() if contract else ()
        keys = [(s.get("in"), str(s.get("name", ""))) for s in schemes if s.get("type") == "apiKey"]
        self.headers = _HEADERS | {name.lower() for place, name in keys if place == "header"}
        self.secret_names = {name for place, name in keys if place == "query"}
        parameters = [p for o in contract.operations.values() for p in o.parameters] if contract else []
        self.open_names = {
            p.name
            for p in parameters
            if p.place == "query"
            and p.name not in self.secret_names
            and not (p.schema.get("writeOnly") or p.schema.get("format") == "password")
        }

    def query(self, pairs: list[tuple[str, str]]) -> str:
        """Return a query to show; values of names that the contract does not list are left out."""
        shown = [
            f"{quote(name[:_VALUE])}={quote(value[:_VALUE]) if name in self.open_names else MASK}"
            for name, value in pairs[:_PAIRS]
        ]
        return "&".join(shown)[:_QUERY]

    def masked(self, text: str, request: MockRequest) -> str:
        """Return `text` without the secrets of its request."""
        for secret in self._secrets(request):
            text = re.sub(secret, MASK, text)
        return _USER.sub(f"//{MASK}@", text)

    def _secrets(self, request: MockRequest) -> Iterable[str]:
        """Yield patterns of the credentials in headers and query, as they stand there and in a path."""
        found = [value for name, value in request.query if name in self.secret_names]
        for name, value in request.headers.items():
            if name in self.headers:
                found += re.split(r"[ ;=,]+", value) if name == "cookie" else [value.split(" ")[-1]]
        for secret in found:
            if len(secret) >= _LONG:
                # A message may have shortened the value, which is then not found as a whole.
                rest = r"[^\s`\"…]*" if len(secret) > _SURE else ""
                for form in dict.fromkeys((secret, quote(secret, safe=""))):
                    yield re.escape(form[:_SURE]) + rest


def shown_address(url: str) -> str:
    """Return an address to show: without its user, and without what its query says."""
    place, _, query = url.partition("#")[0].partition("?")
    place = re.sub(r"//[^/\s]*@", f"//{MASK}@", place)
    names = [name for name, mark, _ in (pair.partition("=") for pair in query.split("&")[:_PAIRS]) if mark]
    shown = "&".join(f"{name[:_VALUE]}={MASK}" for name in names) or MASK
    return (f"{place}?{shown}" if query else place)[:_QUERY]
