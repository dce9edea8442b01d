"""A request of an operation as the contract documents it: parameters, credentials, example body."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.model.contract import Contract, Operation, Parameter
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape
from mediatasks.mock.operations.synthesis import synthesise
from mediatasks.mock.rest.security import CredentialPlace, credential_places


@dataclass(frozen=True)
class Sample:
    """A request that the mock accepts. `target` is path and query below the provider's base URL."""

    operation: Operation
    name: str
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
    """Yield one request per documented body, or the one request of an operation without a body."""
    contract = operation.contract
    path, query, headers = operation.path, [], {}
    for parameter in operation.parameters:
        value = _value(contract, parameter)
        if parameter.place == "path":
            path = path.replace("{" + parameter.name + "}", quote(text_of(value), safe=""))
        elif parameter.place == "query" and parameter.required:
            query.append((parameter.name, text_of(value)))
        elif parameter.place == "header" and parameter.required:
            headers[parameter.name] = text_of(value)
    for credential in _needed(operation):
        if credential.place == "header":
            headers[credential.name] = credential.text
        elif credential.place == "query":
            query.append((credential.name, credential.text))
        elif credential.place == "cookie":
            headers["Cookie"] = f"{credential.name}={credential.text}"
    target = path + (f"?{urlencode(query)}" if query else "")
    for name, body in _bodies(operation):
        sent = headers if body is MISSING else {**headers, "Content-Type": "application/json"}
        raw = b"" if body is MISSING else msgspec.json.encode(body)
        yield Sample(operation, name, operation.method, target, sent, raw)


def first_sample(contract: Contract) -> Sample | None:
    """Return the request that shows a provider best: a read without parameters, else the first."""
    chosen = sorted(
        contract.operations.values(),
        key=lambda o: (o.method != "GET", any(p.place == "path" for p in o.parameters), not o.security),
    )
    return next((sample for operation in chosen for sample in samples(operation)), None)


def _bodies(operation: Operation) -> list[tuple[str, Any]]:
    media: Mapping[str, Any] | None = next(iter(operation.request_media.values()), None)
    if media is None:
        return [("request", MISSING)]
    examples = list(operation.examples(media))
    if examples:
        return examples
    if not operation.body_required:
        return [("request", MISSING)]
    return [("request", synthesise(Shape(operation.contract, media.get("schema", {}))))]


def _value(contract: Contract, parameter: Parameter) -> Any:
    if "example" in parameter.data:
        return parameter.data["example"]
    for example in parameter.data.get("examples", {}).values():
        return contract.resolve(example).get("value")
    return synthesise(Shape(contract, parameter.schema))


def _needed(operation: Operation) -> list[CredentialPlace]:
    """Return the credentials of the operation's first alternative."""
    schemes = next(iter(operation.security), {})
    arguments = {
        argument
        for scheme in schemes
        for argument in operation.contract.security_schemes.get(scheme, {}).get("x-credential", {})
    }
    return [place for place in credential_places(operation.contract) if place.argument in arguments]
