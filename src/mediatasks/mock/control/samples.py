"""A request of an operation as the contract documents it, with the credentials that the mock accepts."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.documented_request import documented_requests, prepare
from mediatasks.mock.operations.synthesis import synthesise


@dataclass(frozen=True)
class Sample:
    """A request that the mock accepts. `target` is path and query below the provider's base URL."""

    operation: Operation
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    def curl(self, base_url: str) -> str:
        """Return the command line that sends it."""
        words = ["curl"]
        if self.method != "GET":
            words += ["-X", self.method]
        for name, value in self.headers.items():
            words += ["-H", f"{name}: {value}"]
        if self.body:
            words += ["--data", self.body.decode()]
        return shlex.join([*words, base_url + self.target])


def samples(operation: Operation) -> Iterator[Sample]:
    """Yield the documented requests, at least one: what has no example gets a minimal value."""
    contract = operation.contract
    credentials = Credentials(contract, {c.argument: c.example for c in contract.credentials})
    placements = [*credentials.placements(operation), *credentials.body]
    for request in documented_requests(operation, synthesise):
        sent = prepare([request], "", placements)
        headers = {name: values[0] for name, values in sent.headers.items()}
        # Compact, as most clients write JSON.
        body = b"" if sent.body is None else msgspec.json.encode(msgspec.json.decode(sent.body))
        yield Sample(operation, sent.method, sent.url, headers, body)


def first_sample(contract: Contract) -> Sample | None:
    """Return the request that shows a provider best: a read without parameters, else the first."""
    chosen = sorted(
        contract.operations.values(),
        key=lambda o: (o.method != "GET", any(p.place == "path" for p in o.parameters), not o.security),
    )
    return next((sample for operation in chosen for sample in samples(operation)), None)
