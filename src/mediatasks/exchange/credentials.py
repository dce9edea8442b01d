"""The secrets of a run: where their values come from, and where in a request each one stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mediatasks.contracts.model.contract import Contract, Credential, Operation
from mediatasks.errors import UsageError, nearest
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.placement import BEARER, Placement


class Credentials:
    """The values of a provider's credentials, by argument, and the requests they go into."""

    def __init__(self, contract: Contract, values: Mapping[str, Any]) -> None:
        self.contract, self.values = contract, values
        self._variables = {c.argument: c.variable for c in contract.credentials}
        self._secret = {c.argument: c.secret for c in contract.credentials}
        self._needed: dict[str, list[list[Placement]]] = {}

    def placements(self, operation: Operation) -> list[Placement]:
        """Return what goes into the headers, query and cookies of a request of `operation`."""
        return next(iter(self._alternatives(operation)), [])

    def needed(self, operation: Operation) -> list[list[Placement]]:
        """Return the sets of credentials of which a request must carry one; none where it may go without.

        A scheme that the check cannot send is in no set.
        """
        if operation.id not in self._needed:
            is_open = not operation.security or {} in operation.security
            sets = [[]] if is_open else self._alternatives(operation)
            self._needed[operation.id] = [[*s, *self.body] for s in sets if s or self.body]
        return self._needed[operation.id]

    def suffice(self, operation: Operation, exchange: Exchange) -> bool:
        """Whether a request carries what it needs."""
        sets = self.needed(operation)
        return not sets or any(all(exchange.carries(p) for p in placements) for placements in sets)

    @property
    def as_shown(self) -> Credentials:
        """The same with what stands for each value: for requests that are redacted."""
        return Credentials(self.contract, {name: f"${self._variables[name]}" for name in self.values})

    def _alternatives(self, operation: Operation) -> list[list[Placement]]:
        complete = [a for a in operation.security if a and self._complete(a)]
        return [[self._placement(name) for name in alternative] for alternative in complete]

    @property
    def body(self) -> list[Placement]:
        """What goes into the body of every request of an RPC provider."""
        envelope = self.contract.envelope
        return [
            Placement(
                "body", data["at"], self.values[name], f"${self._variables[name]}", self._secret[name]
            )
            for name, data in (envelope.credentials if envelope else {}).items()
            if name in self.values
        ]

    @cached_property
    def all(self) -> list[Placement]:
        """Every placement of the provider, each once."""
        found = dict.fromkeys(p for o in self.contract.operations.values() for p in self.placements(o))
        return [*found, *self.body]

    def are_right(self, operation: Operation, sent: Exchange) -> bool:
        """Whether a request bears the credentials as they were given."""
        placed = self.placements(operation)
        return bool(placed) and all(sent.carries(p) for p in placed)

    def require(self) -> None:
        """Raise UsageError, naming option and variable, where an operation has no complete set."""
        for placement in self.all:
            if problem := _unsendable(placement):
                name, place = placement.shown.rpartition(" ")[2], placement.place
                said = f"the credential `{name}` cannot be sent in a {place}: {problem}"
                advice = "was it copied whole, and nothing beside it?"
                raise UsageError(f"`{self.contract.provider}`: {said}\n{advice}")
        envelope = self.contract.envelope
        missing = [a for a in (envelope.credentials if envelope else {}) if a not in self.values]
        for operation in self.contract.operations.values():
            alternatives = operation.security
            if not missing and alternatives and not any(map(self._complete, alternatives)):
                named = [self._arguments(name) for name in alternatives[0]]
                missing = [a for group in named for a in group if a not in self.values]
                if not missing:
                    raise UsageError(_unsupported(self.contract, alternatives[0]))
        if missing:
            ways = [f"`--credential {a}=VALUE` (or ${self._variables[a]})" for a in missing]
            raise UsageError(f"`{self.contract.provider}` needs {' and '.join(ways)}")

    def _complete(self, alternative: Mapping[str, Any]) -> bool:
        return all(
            is_supported(self.contract.security_schemes.get(name, {}))
            and self._arguments(name)
            and all(a in self.values for a in self._arguments(name))
            for name in alternative
        )

    def _arguments(self, scheme: str) -> list[str]:
        return list(self.contract.security_schemes.get(scheme, {}).get("x-credential", {}))

    def _placement(self, name: str) -> Placement:
        scheme = self.contract.security_schemes[name]
        arguments = self._arguments(name)
        value, shown = self.values[arguments[0]], f"${self._variables[arguments[0]]}"
        secret = self._secret[arguments[0]]
        if scheme["type"] == "apiKey":
            return Placement(scheme["in"], scheme["name"], str(value), shown, secret)
        return Placement("header", "Authorization", BEARER + str(value), f"Bearer {shown}", secret)


def find_values(
    contract: Contract, given: Mapping[str, str], environment: Mapping[str, str], is_mock: bool
) -> dict[str, Any]:
    """Return argument → value: given, else from the environment, else the contract's example.

    The example is for a mock made for this run, which takes nothing else: there the environment,
    made for a real service, is not looked at. Raises UsageError for an unknown name.
    """
    known = {c.argument: c for c in contract.credentials}
    for name in given:
        if name not in known:
            hint = nearest(name, known)
            raise UsageError(f"`{contract.provider}` has no credential `{name}`; {hint}")
    values = {}
    for argument, credential in known.items():
        text = given.get(argument)
        if text is None and not is_mock:
            text = environment.get(credential.variable)
        if text:
            values[argument] = _typed(contract, credential, text)
        elif is_mock:
            values[argument] = credential.example
    return values


def parse_credential(text: str) -> tuple[str, str]:
    """Return name and value of `NAME=VALUE`. Raises UsageError, without the value."""
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise UsageError("`--credential` takes NAME=VALUE; see `mediatasks providers` for the names")
    return name, value


def _typed(contract: Contract, credential: Credential, text: str) -> Any:
    """Return a value of an RPC body as the JSON type that the contract asks for."""
    envelope = contract.envelope
    if credential.scheme or envelope is None:
        return text
    schema = contract.resolve(envelope.credentials[credential.argument]["schema"])
    if schema.get("type", "string") == "string":
        return text
    try:
        return json.loads(text)
    except ValueError:
        problem = f"the credential `{credential.argument}` is not of type {schema['type']}"
        raise UsageError(f"`{contract.provider}`: {problem}") from None


def _unsendable(placement: Placement) -> str:
    """Return why a value cannot be sent where it belongs; empty where it can."""
    text = str(placement.value)
    if placement.place in ("header", "cookie"):
        if not text.isprintable():
            return "it holds a line break or another control character"
        if not text.isascii():
            return "it holds characters that are not ASCII"
        if text != text.strip() or not text.removeprefix(BEARER.strip()).strip():
            return "it begins or ends with a space, or is empty"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "it is not valid UTF-8"
    return ""


def is_supported(scheme: Mapping[str, Any]) -> bool:
    """Whether the check can send what a security scheme asks for."""
    bearer = scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer"
    return bearer or scheme.get("type") == "apiKey"


def _unsupported(contract: Contract, alternative: Mapping[str, Any]) -> str:
    names = ", ".join(f"`{name}`" for name in alternative)
    problem = "the check can send API keys and bearer tokens only"
    return f"`{contract.provider}`: the security scheme {names} is not supported: {problem}"
