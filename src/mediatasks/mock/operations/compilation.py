"""Compile the action of an operation: its effect in `x-lifecycle`, or a fixed reply."""

from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape, reply_shape
from mediatasks.errors import ContractError
from mediatasks.mock.operations.actions import (
    Action,
    CopyAction,
    DeleteAction,
    FixedAction,
    ListAction,
    MoveAction,
    ReadAction,
    ShowAction,
    UpdateAction,
)
from mediatasks.mock.operations.creation import CreateAction, UpsertAction
from mediatasks.mock.operations.replies import ReplyPlan, example_or_instance, first_example
from mediatasks.mock.operations.synthesis import synthesise
from mediatasks.mock.store.store import Store

_ACTIONS: dict[str, type[Action]] = {
    "create": CreateAction,
    "upsert": UpsertAction,
    "read": ReadAction,
    "show": ShowAction,
    "list": ListAction,
    "update": UpdateAction,
    "move": MoveAction,
    "copy": CopyAction,
    "delete": DeleteAction,
}


def rest_action(operation: Operation, store: Store) -> Action | FixedAction:
    """Return what a REST operation does. Raises ContractError."""
    example = first_example(operation, operation.success)
    fixed = FixedAction(example_or_instance(operation, operation.success))
    return _compiled(operation, store, example) or fixed


def rpc_action(operation: Operation, store: Store) -> Action | FixedAction:
    """Return what an RPC method does: params are the body, the result is the reply."""
    contract = operation.contract
    envelope = contract.envelope
    assert envelope is not None
    results = [
        element.result
        for _, value in operation.reply_examples(operation.success)
        for element in envelope.replies(value)
        if element.result is not MISSING and element.method in (MISSING, operation.rpc_method)
    ]
    example = results[0] if results else MISSING
    fixed = FixedAction(_fixed(reply_shape(operation), example))
    return _compiled(operation, store, example) or fixed


def _fixed(reply: Shape, example: Any) -> Any:
    return synthesise(reply) if example is MISSING else example


def _compiled(operation: Operation, store: Store, example: Any) -> Action | None:
    contract: Contract = operation.contract
    for resource in contract.resources.values():
        effect = resource.operations.get(operation.id)
        if effect is None:
            continue
        place = f"{contract.provider}#/x-lifecycle/{resource.name}/operations/{operation.id}"
        _check_states(place, resource.states, effect)
        sample, reply = None if example is MISSING else example, reply_shape(operation)
        collection = store.collections[resource.name]
        try:
            plan = ReplyPlan(reply, sample, effect, resource.name)
            name = "show" if "shows" in effect else effect["action"]
            return _ACTIONS[name](operation, effect, collection, plan)
        except KeyError as error:
            raise ContractError(place, f"{error} is missing or unknown") from None
        except (ValueError, TypeError, AttributeError) as error:
            raise ContractError(place, str(error)) from None
    return None


def _check_states(place: str, states: Mapping[str, Any], effect: Mapping[str, Any]) -> None:
    named = [*effect.get("from", ()), *([effect["to"]] if "to" in effect else [])]
    for name in named:
        if name not in states:
            raise ContractError(place, f"names the state `{name}`, which is none of {', '.join(states)}")
