"""The facts that a finding can break: what the contract says, and where that comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Credential, Operation
from mediatasks.contracts.pointer import join, split

UNSTATED = "unstated"


@dataclass(frozen=True)
class Fact:
    """One thing that the contract says.

    `name` is what it is about (`get_job`, `Job.state`), `status` its provenance, `source` the title of
    the document that states it, `locator` the place there, `note` the reason of what was inferred.
    """

    name: str
    status: str = UNSTATED
    source: str = ""
    locator: str = ""
    note: str = ""

    @property
    def origin(self) -> str:
        """Where it comes from, for people; empty where nothing is stated."""
        return ", ".join(filter(None, (self.source, self.locator))) or self.note


def operation_fact(operation: Operation) -> Fact:
    """Return the fact that there is the operation, and what it does."""
    contract = operation.contract
    return _stated(contract, operation.id, operation.data, contract.document)


def reply_fact(operation: Operation, status: str) -> Fact:
    """Return the fact that an operation answers `status`."""
    name = f"{operation.id} {status}"
    listed = operation.data.get("x-provenance", {}).get("responses", {}).get(status)
    shared = operation.responses.get(status, {})
    own = {"x-provenance": listed} if listed else shared
    return _stated(operation.contract, name, own, operation.data, operation.contract.document)


def parameter_fact(operation: Operation, name: str) -> Fact:
    """Return the fact that an operation has a parameter, and what it does."""
    found = next((p.data for p in operation.parameters if p.name == name), {})
    said = f"{operation.id} {name}"
    return _stated(operation.contract, said, found, operation.data, operation.contract.document)


def named_fact(operation: Operation, expression: str) -> Fact:
    """Return the fact of what a runtime expression on the request stands for."""
    source, _, name = expression.rpartition(".")
    if source in ("$request.path", "$request.query", "$request.header"):
        return parameter_fact(operation, name)
    return operation_fact(operation)


def default_fact(operation: Operation, name: str) -> Fact:
    """Return the fact that a parameter has a default."""
    parameter = parameter_fact(operation, name)
    found = next((p for p in operation.parameters if p.name == name), None)
    for holder in (found.data, found.schema) if found else ():
        listed = holder.get("x-provenance", {}).get("default")
        if listed:
            return _stated(operation.contract, f"{parameter.name} default", {"x-provenance": listed})
    return replace(parameter, name=f"{parameter.name} default")


def link_fact(operation: Operation, target: Operation | None) -> Fact:
    """Return the fact that what an operation's reply shows is what `target` works on."""
    contract = operation.contract
    for response in operation.responses.values():
        for data in response.get("links", {}).values():
            link = contract.resolve(data)
            if target is not None and link.get("operationId") == target.id:
                name = f"{operation.id} link to {target.id}"
                return _stated(contract, name, link, operation.data, contract.document)
    return operation_fact(operation)


def lifecycle_fact(contract: Contract, resource: Resource, state: str | None = None) -> Fact:
    """Return what the contract says of a resource's trace, or of one of its states."""
    own = resource.data.get("states", {}).get(state, {}) if state else {}
    name = f"{resource.name} state `{state}`" if state else f"{resource.name} lifecycle"
    return _stated(contract, name, own, resource.data, contract.document)


def effect_fact(operation: Operation, member: str = "") -> Fact:
    """Return what the contract says that an operation does to its resource, or `member` of that."""
    effect = operation.effect
    listed = effect.get("x-provenance", {}).get("members", {}).get(member)
    own = {"x-provenance": listed} if listed else effect
    name = f"{operation.id} {member}" if member else operation.id
    return _stated(operation.contract, name, own, operation.data, operation.contract.document)


def request_fact(operation: Operation, expression: str, *, default: bool = False) -> Fact:
    """Return the fact of what a runtime expression reads in a request, or of its default."""
    source, _, pointer = expression.partition("#")
    if source != "$request.body":
        name = source.rpartition(".")[2]
        return default_fact(operation, name) if default else parameter_fact(operation, name)
    contract, envelope = operation.contract, operation.contract.envelope
    within = (envelope.params_pointer() if envelope else "") + pointer
    walk = _walked_to_default if default else _walked
    found = walk(contract, operation.body_schema or {}, within)
    name = f"{operation.id} {pointer.lstrip('/')}" + (" default" if default else "")
    return _stated(contract, name, *found, operation.data, contract.document)


def envelope_fact(contract: Contract, member: str) -> Fact:
    """Return what the contract says of a member of an RPC envelope: `id`, `error` or `errors`."""
    assert contract.envelope is not None
    schema = contract.envelope.rpc["schemas"].get(member, {})
    name = f"{contract.envelope.path} {member}"
    return _stated(contract, name, schema, contract.resolve(schema), contract.document)


def member_fact(operation: Operation, status: str, pointer: str) -> Fact:
    """Return the fact of the schema at `pointer` in the reply with `status`.

    The nearest statement on the way down counts: of a property, of the component it leads to.
    """
    contract, name = operation.contract, f"{operation.id} {status}{pointer}"
    found = next(_walked(contract, operation.reply_schema(status) or {}, pointer), None)
    if found is None:
        return replace(reply_fact(operation, status), name=name)
    return _stated(contract, name, found)


def body_fact(operation: Operation, pointer: str) -> Fact:
    """Return the fact of the schema at `pointer` in the request's body."""
    contract, name = operation.contract, f"{operation.id} body{pointer}"
    found = _walked(contract, operation.body_schema or {}, pointer)
    return _stated(contract, name, *found, operation.data, contract.document)


def credential_fact(contract: Contract, credential: Credential) -> Fact:
    """Return the fact that there is a credential."""
    schemes, envelope = contract.security_schemes, contract.envelope
    known = {**(envelope.credentials if envelope else {}), **schemes}
    found = known.get(credential.scheme or credential.argument, {})
    return _stated(contract, f"credential {credential.argument}", found, contract.document)


def _walked(contract: Contract, schema: Mapping[str, Any], pointer: str) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas on the way to `pointer` that state where they come from, the nearest first."""
    tokens = split(pointer)
    for i in range(len(tokens), -1, -1):
        found = _spread_at(contract, schema, tokens[:i])
        yield from (s for s in reversed(found) if s.get("x-provenance"))


def _walked_to_default(
    contract: Contract, schema: Mapping[str, Any], pointer: str
) -> Iterator[Mapping[str, Any]]:
    """Yield what states where the default at `pointer` comes from, the nearest first.

    A default beside a reference is none of what the reference leads to.
    """
    *parents, last = split(pointer) or ("",)
    holders = list(_spread_at(contract, schema, parents))
    members = [member for holder in holders for member in _below(holder, last)]
    own = [member for member in members if "default" in member]
    for member in own or [s for m in members for s in _spread(contract, m, 0) if "default" in s]:
        stated = member.get("x-provenance", {})
        yield {"x-provenance": stated.get("default", stated)}
    yield from _walked(contract, schema, join(parents))


def _spread_at(
    contract: Contract, schema: Mapping[str, Any], tokens: Sequence[str]
) -> list[Mapping[str, Any]]:
    """Return the schemas that may describe the value below `tokens`."""
    schemas = list(_spread(contract, schema, 0))
    for token in tokens:
        schemas = [s for schema in schemas for b in _below(schema, token) for s in _spread(contract, b, 0)]
    return schemas


def _stated(contract: Contract, name: str, *holders: Mapping[str, Any]) -> Fact:
    """Return the fact as the first of `holders` that says where it comes from states it."""
    for holder in holders:
        data = holder.get("x-provenance")
        if isinstance(data, dict) and data.get("status"):
            sources = contract.document.get("info", {}).get("x-sources", {})
            key = str(data.get("source", ""))
            title = str(sources.get(key, {}).get("title", key))
            said = (str(data.get(k, "")) for k in ("locator", "note"))
            return Fact(name, str(data["status"]), title, *said)
    return Fact(name)


def _spread(contract: Contract, schema: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    """Yield a schema, what it refers to and its alternatives; a boolean schema states nothing."""
    if isinstance(schema, bool):
        return
    yield schema
    if depth > 10:
        return
    if "$ref" in schema:
        yield from _spread(contract, contract.resolve(schema), depth + 1)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(keyword, []):
            yield from _spread(contract, branch, depth + 1)


def _below(schema: Mapping[str, Any], token: str) -> Iterator[Mapping[str, Any]]:
    properties = schema.get("properties", {})
    if token in properties:
        yield properties[token]
    elif token.isdecimal() and isinstance(schema.get("items"), dict):
        yield schema["items"]
    elif isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]
