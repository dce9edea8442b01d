"""Every operation of every contract that ships, with its clients and the transport that records."""

from __future__ import annotations

import asyncio
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import httpx2

import mediatasks
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract, Operation
from tests.client.calls import CALLS

BASE_URL = "http://host.test/base"


@dataclass
class Wire:
    """The other end: keeps what was asked and answers `answer`."""

    requests: list[httpx2.Request] = field(default_factory=list)
    answer: tuple[int, bytes, str] = (500, b"", "text/plain")

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        status, content, media_type = self.answer
        return httpx2.Response(status, content=content, headers={"content-type": media_type})


@dataclass(frozen=True)
class Subject:
    """One operation under test."""

    contract: Contract
    operation: Operation

    @property
    def name(self) -> str:
        return f"{self.contract.provider}-{self.operation.id}"

    @property
    def success(self) -> int:
        return int(self.operation.success)

    @cached_property
    def annotation(self) -> Any:
        """The type that the public method promises."""
        return typing.get_type_hints(self._public())["return"]

    @cached_property
    def keywords(self) -> Mapping[str, str]:
        """Wire name → keyword argument; found by spelling, so that an order mixed up is seen."""
        hints = typing.get_type_hints(self._public())
        names = [name for name in hints if name not in ("return", "options")]
        return {_letters(name): name for name in names}

    def hint(self, wire_name: str) -> Any:
        """The type of the argument that stands for `wire_name`."""
        return typing.get_type_hints(self._public())[self.keyword(wire_name)]

    def keyword(self, wire_name: str) -> str:
        return self.keywords[_letters(wire_name)]

    def arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """A call that any reply can be given to."""
        calls: Any = CALLS[self.contract.provider]
        return next((args, kwargs) for name, args, kwargs in calls if name == self.operation.id)

    def call(
        self, answer: tuple[int, bytes, str], *, strict: bool = False, run: Callable[..., Any] | None = None
    ) -> Any:
        """Return the Reply of one call that is answered with `answer`, or the exception it raises.

        `run`, a loop's `run_until_complete`, makes it the asynchronous client.
        """
        args, kwargs = self.arguments()
        client, wire = client_of(self.contract.provider, strict, run is not None)
        wire.answer = answer
        method = getattr(client, self.operation.id)
        try:
            result = client.detailed(method, *args, **kwargs)
            return run(result) if run else result
        except mediatasks.errors.MediatasksError as error:
            return error

    @property
    def generated(self) -> Any:
        """The operation as the generated client describes it."""
        return getattr(mediatasks, self.contract.name).operations[self.operation.id]

    def _public(self) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(getattr(mediatasks, self.contract.name), self.operation.id)
        return method


def credentials_of(contract: Contract, alternative: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return argument → a value that needs care: for `alternative`'s schemes, or the first one's."""
    chosen = {c.argument for c in contract.credentials if not c.scheme}
    schemes = alternative if alternative is not None else alternatives_of(contract)[0]
    chosen |= {c.argument for c in contract.credentials if c.scheme in schemes}
    values = {}
    for credential in contract.credentials:
        if credential.argument in chosen:
            number = isinstance(credential.example, int)
            values[credential.argument] = 4711 if number else f"s3cret {credential.argument} +/=&%"
    return values


def alternatives_of(contract: Contract) -> list[tuple[str, ...]]:
    """Return the sets of schemes that a client may use; signatures have tests of their own."""
    secured = [o.security for o in contract.operations.values() if o.security]
    first: list[Mapping[str, Any]] = secured[0] if secured else []
    found = [tuple(schemes) for schemes in first if all(_plain(contract, s) for s in schemes)]
    return found or [()]


def _plain(contract: Contract, scheme: str) -> bool:
    data = contract.security_schemes[scheme]
    return bool(data["type"] == "apiKey" or data.get("scheme") == "bearer")


@lru_cache
def client_of(
    provider: str,
    strict: bool = False,
    asynchronous: bool = False,
    alternative: tuple[str, ...] | None = None,
) -> tuple[Any, Wire]:
    """Return a client that never repeats a call, and its wire."""
    contract, wire = STORE.contract(provider), Wire()
    transport = httpx2.MockTransport(wire)
    http: Any = (
        httpx2.AsyncClient(transport=transport) if asynchronous else httpx2.Client(transport=transport)
    )
    kind = getattr(mediatasks, ("Async" if asynchronous else "") + contract.name)
    given = credentials_of(contract, alternative)
    return kind(BASE_URL, **given, http_client=http, strict=strict, max_retries=0), wire


def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


STORE = open_store()
SUBJECTS = [Subject(c, o) for c in STORE.choose([]) for o in c.operations.values()]
REPLIES = [(s, int(code)) for s in SUBJECTS for code in s.operation.responses]
LOOP = asyncio.new_event_loop()
