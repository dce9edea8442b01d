"""From schemathesis's cases to the keyword arguments of a client's public method."""

from __future__ import annotations

import collections.abc
import types
import typing
from enum import Enum
from typing import Any
from urllib.parse import unquote

import msgspec
from hypothesis import assume
from schemathesis.core import NotSet

from mediatasks.contracts.pointer import get, put
from tests.client_contract.subjects import Subject, credentials_of


def fit_case(subject: Subject, case: Any, alternative: tuple[str, ...] = ()) -> None:
    """Change a case into one that the typed API can express, before schemathesis writes it.

    - Members of the body that the contract does not name have no keyword argument.
    - None for an optional member means that it is not given.
    - A body that is optional is always sent, as an object.
    - The calls of an RPC request are numbered by the client: ids are its own, from 1.
    - Credentials are those of the client, in the places that the contract's schemes name.
    """
    contract, operation = subject.contract, subject.operation
    if operation.request_media:
        assume(not isinstance(case.body, NotSet))
    if contract.envelope is not None:
        case.body = _fit_envelope(subject, case.body)
    elif operation.request_media:
        case.body = _fit_members(subject, case.body)
    given = credentials_of(contract, alternative)
    needed = {scheme for schemes in operation.security for scheme in schemes} & set(alternative)
    for credential in contract.credentials:
        if credential.scheme in needed:
            _put_credential(case, contract.security_schemes[credential.scheme], given[credential.argument])


def _put_credential(case: Any, scheme: Any, value: str) -> None:
    if scheme["type"] == "http":
        case.headers["Authorization"] = f"Bearer {value}"
    elif scheme["in"] == "header":
        case.headers[scheme["name"]] = value
    else:
        case.query = {**(case.query or {}), scheme["name"]: value}


def _fit_members(subject: Subject, body: Any) -> Any:
    schema = members_schema(subject)
    required = schema.get("required", ())
    return {
        name: value
        for name, value in body.items()
        if name in schema.get("properties", {}) and (value is not None or name in required)
    }


def _fit_envelope(subject: Subject, body: Any) -> Any:
    envelope = subject.contract.envelope
    assert envelope
    params = _fit_members(subject, get(body, envelope.params_pointer()))
    element: Any = {}
    for pointer, value in envelope.request.get("fixed", {}).items():
        element = put(element, pointer, value)
    element = put(element, envelope.request["method"], subject.operation.rpc_method)
    element = put(element, envelope.request["params"], params)
    if "id" in envelope.request:
        element = put(element, envelope.request["id"], 1)
    fitted = put({}, envelope.request["calls"], [element]) if envelope.batches else element
    given = credentials_of(subject.contract, ())
    for argument, place in envelope.credentials.items():
        fitted = put(fitted, place["at"], given[argument])
    return fitted


def members_schema(subject: Subject) -> Any:
    """Return the schema of the object whose members are keyword arguments."""
    contract = subject.contract
    media = next(iter(subject.operation.request_media.values()))
    schema = contract.resolve(media["schema"])
    if contract.envelope is None:
        return schema
    for step in contract.envelope.params_pointer().strip("/").split("/"):
        inner = schema["items"] if step.isdigit() else schema["properties"][step]
        schema = contract.resolve(inner)
    return schema


def arguments_of(subject: Subject, case: Any) -> dict[str, Any]:
    """Return the keyword arguments of the call that a fitted case stands for."""
    found = {}
    for parameter in subject.operation.parameters:
        container = {"path": case.path_parameters, "query": case.query, "header": case.headers}
        values = container[parameter.place] or {}
        if parameter.name in values:
            value = values[parameter.name]
            if parameter.place == "path" and isinstance(value, str):
                value = unquote(value)
            kind = subject.contract.resolve(parameter.schema).get("type")
            found[subject.keyword(parameter.name)] = _typed(value, kind)
    for name, value in members_of(subject, case).items():
        assert subject.keyword(name) not in found
        found[subject.keyword(name)] = value
    return found


def members_of(subject: Subject, case: Any) -> dict[str, Any]:
    """Return the members of a fitted case's body that are keyword arguments."""
    if not subject.operation.request_media:
        return {}
    envelope = subject.contract.envelope
    members: dict[str, Any] = get(case.body, envelope.params_pointer()) if envelope else case.body
    return members


def _typed(value: Any, kind: Any) -> Any:
    """Undo schemathesis's writing of parameters as text."""
    if kind == "boolean" and isinstance(value, str):
        return {"true": True, "false": False}[value]
    if kind == "integer" and isinstance(value, str):
        return int(value)
    return value


def as_model(value: Any, hint: Any) -> tuple[Any, Any]:
    """Return a value as models, and what the wire must then hold: known members that are not null."""
    model = _model(value, hint)
    return model, _known(model, value)


def _model(value: Any, hint: Any) -> Any:
    """Return `value` with objects as the Structs of `hint`, and strings and integers as its enumerations."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return next((m for m in (_model(value, a) for a in arguments) if m is not value), value)
    if origin is collections.abc.Sequence and isinstance(value, list):
        return [_model(item, arguments[0]) for item in value]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and isinstance(value, dict):
        # An integral float is an integer of the contract; a model is typed more narrowly.
        return msgspec.convert(_narrowed(value), hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value


def _narrowed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _narrowed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_narrowed(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _known(model: Any, value: Any) -> Any:
    if isinstance(model, msgspec.Struct):
        fields = {f.encode_name: f for f in msgspec.structs.fields(model)}
        return {
            name: _known(getattr(model, fields[name].name), inner)
            for name, inner in value.items()
            if name in fields and (inner is not None or fields[name].required)
        }
    if isinstance(model, list):
        return [_known(m, v) for m, v in zip(model, value, strict=True)]
    if isinstance(model, dict):
        return {name: _known(model[name], inner) for name, inner in value.items()}
    return value
