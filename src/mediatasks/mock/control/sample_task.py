"""Create a task by the request that the contract documents, as a client would.

An operation that updates what is there already (`upsert`) would create a task once only. From then
on the request asks for another value of a member that tells its tasks apart, of those that the
contract lists.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

import msgspec

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import get, put
from mediatasks.contracts.schema.shape import Shape
from mediatasks.errors import ControlError
from mediatasks.mock.control.samples import Sample, samples
from mediatasks.mock.http.messages import MockReply, MockRequest, parse_query
from mediatasks.mock.rest.service import Service
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item

_SHOWN = 200
_BODY = "$request.body#"


def creating_operation(contract: Contract) -> Operation | None:
    """Return the operation that creates a task; None where the contract has none."""
    if contract.task is None:
        return None
    names = [n for action in ("create", "upsert") for n in contract.task.operations_with(action)]
    return contract.operations.get(names[0]) if names else None


def send_sample(
    service: Service, handle: Callable[[MockRequest], MockReply]
) -> tuple[Collection, list[Item]]:
    """Have `handle` answer the documented request; return the tasks that came of it.

    It is the first that asks for what is not there yet. Raises ControlError where the contract has
    no such request, or no new task came of it.
    """
    contract, store = service.contract, service.store
    operation = creating_operation(contract)
    sample = next(samples(operation), None) if operation else None
    if operation is None or sample is None or contract.task is None:
        raise ControlError("refused", f"no operation of `{contract.provider}` creates a task")
    path, _, query = sample.target.partition("?")
    headers = {name.lower(): value for name, value in sample.headers.items()}
    target = f"/{contract.provider}{path}"
    collection = store.collections[contract.task.name]
    with store.lock:
        body = _unused_body(sample, collection)
        sent = sample.body if body is None else body
        request = MockRequest(sample.method, target, parse_query(query), headers, sent)
        last, _ = collection.counters
        reply = handle(request)
        newest = takewhile(lambda item: item.number > last, reversed(collection.items.values()))
        created = list(newest)[::-1]
    if not created:
        text = reply.body[:_SHOWN].decode(errors="replace")
        why = (
            f"it was answered {reply.status}: {text}"
            if body is not None
            else "all that it can ask for is there already"
        )
        raise ControlError("refused", f"the documented `{operation.id}` created no new task; {why}")
    return collection, created


def _unused_body(sample: Sample, collection: Collection) -> bytes | None:
    """Return a body that asks for what is not there yet; None where there is all that it could ask for."""
    effect = collection.resource.operations[sample.operation.id]
    where: Mapping[str, str] = effect.get("where", {}) if effect["action"] == "upsert" else {}
    places = [text.removeprefix(_BODY) for text in where.values() if text.startswith(_BODY)]
    if not places or len(places) < len(where):
        return sample.body
    held = {_texts(item.value, where) for item in collection.items.values()}
    bodies = _bodies(sample, places)
    return next((msgspec.json.encode(body) for body in bodies if _texts(body, places) not in held), None)


def _bodies(sample: Sample, places: Iterable[str]) -> Iterator[Any]:
    """Yield the documented body, then bodies in which one of `places` has another listed value."""
    operation, documented = sample.operation, msgspec.json.decode(sample.body)
    yield documented
    shape = Shape(operation.contract, operation.body_schema)
    for pointer in places:
        place = shape.at(pointer)
        for value in place.first("enum", ()) if place else ():
            yield put(copy.deepcopy(documented), pointer, value)


def _texts(value: Any, places: Iterable[str]) -> tuple[str, ...]:
    return tuple(text_of(get(value, pointer)) for pointer in places)
