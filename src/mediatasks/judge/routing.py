"""Which provider and operation a request is, by its URL."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.errors import UsageError, nearest
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.observation.observer import Observer


class Server:
    """A contract at one base URL."""

    def __init__(self, contract: Contract, url: str) -> None:
        self.contract = contract
        self.origin, self.path = _split(url)
        self.url = f"{self.origin}{self.path}"
        self._observer = Observer(contract, [self.path])

    def serves(self, origin: str, path: str) -> bool:
        """Whether a URL lies below the server's."""
        return origin == self.origin and (path == self.path or path.startswith(self.path + "/"))

    def operation_of(self, exchange: Exchange) -> Operation | None:
        """Return the operation of a request to the server; None for no known one."""
        return self._observer.operation_of(exchange)


class Routing:
    """The servers of some contracts; `servers` is provider → base URL, in place of the contract's own.

    Raises UsageError for a provider that is none of them.
    """

    def __init__(self, contracts: Iterable[Contract], servers: Mapping[str, str]) -> None:
        known = {contract.provider: contract for contract in contracts}
        for provider in servers:
            if provider not in known:
                raise UsageError(f"no contract of `{provider}`; {nearest(provider, known)}")
        urls = {name: servers.get(name) or contract.base_url for name, contract in known.items()}
        found = [Server(known[name], url) for name, url in urls.items() if url]
        # The longest path is the nearest.
        self._servers = sorted(found, key=lambda server: -len(server.path))

    def find(self, exchange: Exchange) -> tuple[Server | None, Operation | None]:
        """Return the server and the operation of a request; None for what is not known."""
        origin, path = _split(exchange.url)
        server = next((s for s in self._servers if s.serves(origin, path)), None)
        return server, server.operation_of(exchange) if server is not None else None


def _split(url: str) -> tuple[str, str]:
    """Return origin and path; the port that goes without saying is left out."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", ""
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    usual = {"http": 80, "https": 443}.get(scheme)
    return f"{scheme}://{host}" + (f":{port}" if port not in (None, usual) else ""), parts.path.rstrip("/")
