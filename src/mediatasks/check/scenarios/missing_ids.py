"""Requests for an id that no resource has: alone, and together with one that exists."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.own_resources import existing
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.filter_cases import FAR
from mediatasks.contracts.equality import text_of
from mediatasks.contracts.pointer import get
from mediatasks.contracts.schema.request_parts import shape_of
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.rules.resources.partial_failure import MissingId


def ask_for_missing_ids(client: ProbeClient) -> Iterator[MissingId]:
    """Yield a MissingId for each operation of which the contract says what becomes of such ids."""
    for resource in client.contract.resources.values():
        is_readable = len(resource.key) == 1 and bool(resource.readers)
        subject = existing(client, resource) if is_readable else None
        for name in filter(client.may, resource.operations) if subject is not None else ():
            assert subject is not None
            yield from _ask(client, name, subject)


def _ask(client: ProbeClient, name: str, subject: ObservedResource) -> Iterator[MissingId]:
    resource, effect = subject.resource, subject.resource.operations[name]
    expression, request = effect.get("where", {}).get(resource.key[0]), client.request(name)
    if request is None or expression is None:
        return
    missing, operation = _missing_id(client, subject), request.operation
    if "missing" in effect:
        if "array" in shape_of(operation, expression).types:
            ids = [get(subject.value, resource.key[0]), missing]
            yield MissingId(text_of(missing), subject, client.call(request.having(expression, ids)))
    elif effect["action"] == "read" and "missing" in operation.failures and not operation.rpc_method:
        yield MissingId(text_of(missing), None, client.call(request.having(expression, missing)))


def _missing_id(client: ProbeClient, subject: ObservedResource) -> Any:
    value = text_of(get(subject.value, subject.resource.key[0]))
    if not value.isdecimal():
        return str(uuid.uuid5(uuid.NAMESPACE_URL, value))
    known = [observed.key[0] for observed in client.known.newest(subject.resource)]
    return max(int(key) for key in (value, *known) if key.isdecimal() and len(key) < 16) + FAR
