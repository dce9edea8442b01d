"""Let a run read resources that exist: their ids take the place of the ones in the contract's examples.

The examples of a contract are ids of nobody; a service answers them with 404, and nothing is learned.
"""

import copy
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.requests.request_policy import Unanswered
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, get, put
from mediatasks.contracts.schema.shape import Shape, parse

_MOST = 3
_PATH, _QUERY, _BODY = "$request.path.", "$request.query.", "$request.body#"


def with_ids(contract: Contract, ids: Sequence[str]) -> Contract:
    """Return the contract in whose examples the task's key is one of `ids`; the contract for none."""
    task = contract.task
    if not ids or task is None or len(task.key) != 1:
        return contract
    document = copy.deepcopy(contract.document)
    changed = contract.with_document(document)
    for name, effect in task.operations.items():
        expression = str(effect.get("where", {}).get(task.key[0], ""))
        operation = changed.operations[name]
        if expression.startswith(_BODY):
            for body in _bodies(operation):
                _put(operation, body, expression.removeprefix(_BODY), ids)
        elif expression.startswith((_PATH, _QUERY)):
            _give(operation, expression.rpartition(".")[2], ids)
    # What was read of the document before it changed is forgotten.
    return contract.with_document(document)


def find_ids(client: ProbeClient) -> list[str]:
    """Return the ids of a few tasks that the server lists; none where it has no such list."""
    task = client.contract.task
    if task is None or len(task.key) != 1:
        return []
    for name in task.operations_with("list"):
        request = client.request(name)
        if request is None or not client.may(name):
            continue
        with suppress(Unanswered):
            if found := client.call(request).resources:
                return list(dict.fromkeys(s.key[0] for s in found))[:_MOST]
    return []


def _give(operation: Operation, name: str, ids: Sequence[str]) -> None:
    for parameter in operation.parameters:
        if parameter.name != name or not isinstance(parameter.data, dict):
            continue
        shape = Shape(operation.contract, parameter.schema)
        parameter.data.pop("example", None)
        given = {f"given_{i}": {"value": parse(text, shape)} for i, text in enumerate(ids, 1)}
        parameter.data["examples"] = given


def _bodies(operation: Operation) -> Iterator[Any]:
    """Yield the params of each documented request, so that they can be changed in place."""
    envelope = operation.contract.envelope
    for media in operation.request_media.values():
        for _, value in operation.examples(media):
            place = envelope.params_pointer() if envelope else ""
            if (params := get(value, place)) is not MISSING:
                yield params


def _put(operation: Operation, body: Any, pointer: str, ids: Sequence[str]) -> None:
    before = get(body, pointer)
    one = before[0] if isinstance(before, list) and before else before
    values = [int(t) if isinstance(one, int) and t.isdecimal() else t for t in ids]
    if before is not MISSING:
        put(body, pointer, values if isinstance(before, list) else values[0])
