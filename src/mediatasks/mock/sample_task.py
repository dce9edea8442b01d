"""Create a task by the request that the contract documents, as a client would."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile

from mediatasks.contracts.document import Contract, Operation
from mediatasks.errors import ControlError
from mediatasks.mock.exchange import MockReply, MockRequest, parse_query
from mediatasks.mock.lifecycle import Item
from mediatasks.mock.samples import samples
from mediatasks.mock.service import Service
from mediatasks.mock.state import Shelf

_SHOWN = 200


def creating_operation(contract: Contract) -> Operation | None:
    """Return the operation that creates a task; None where the contract has none."""
    if contract.task is None:
        return None
    names = [n for action in ("create", "upsert") for n in contract.task.operations_with(action)]
    return contract.operations.get(names[0]) if names else None


def send_sample(service: Service, handle: Callable[[MockRequest], MockReply]) -> tuple[Shelf, list[Item]]:
    """Have `handle` answer the first documented request; return the tasks that came of it.

    Raises ControlError where the contract has no such request, or no new task came of it.
    """
    contract, state = service.contract, service.state
    operation = creating_operation(contract)
    sample = next(samples(operation), None) if operation else None
    if operation is None or sample is None or contract.task is None:
        raise ControlError("refused", f"no operation of `{contract.provider}` creates a task")
    path, _, query = sample.target.partition("?")
    headers = {name.lower(): value for name, value in sample.headers.items()}
    target = f"/{contract.provider}{path}"
    request = MockRequest(sample.method, target, parse_query(query), headers, sample.body)
    shelf = state.shelves[contract.task.name]
    with state.lock:
        last, _ = shelf.counters
        reply = handle(request)
        newest = takewhile(lambda item: item.number > last, reversed(shelf.items.values()))
        created = list(newest)[::-1]
    if not created:
        text = reply.body[:_SHOWN].decode(errors="replace")
        raise ControlError(
            "refused",
            f"the documented `{operation.id}` created no new task; it was answered {reply.status}: {text}",
        )
    return shelf, created
