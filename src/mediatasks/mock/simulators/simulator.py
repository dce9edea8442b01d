"""Where a provider's own rules hook in: what its contract cannot say, and code must.

A simulator is the class `Simulation(Simulator)` in `simulators/<provider>.py`. It does two things:

- A method with the name of an operation carries that operation out. It gets the action that the
  contract describes (`action.carry_out(scope)` does what the contract says) and the scope of the
  request, and returns the outcome; `RequestFailure` refuses.
- The hooks below decide how resources live. Time has already moved all resources when an operation
  is carried out.

Everything runs under the lock of the state. What must survive a restart is in the resources (a
member that no schema of the contract lists is kept and never shown) or in `memory`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import Move
from mediatasks.contracts.model.contract import Operation
from mediatasks.mock.webhooks.queue import OutgoingRequest

if TYPE_CHECKING:
    from mediatasks.contracts.schema.mismatch import Mismatch
    from mediatasks.mock.http.messages import MockRequest
    from mediatasks.mock.operations.actions import Action, Outcome
    from mediatasks.mock.operations.compilation import FixedAction
    from mediatasks.mock.store.collection import Collection, Store
    from mediatasks.mock.store.lifecycle import Item


class Simulator:
    """The rules of a provider without any of its own: what the contract says, and no more.

    `needs` names the resources without which the rules make no sense: a contract that lacks one is
    served without them. `memory` holds JSON values that are no resource. `request` is the request
    that is being carried out.
    """

    needs: tuple[str, ...] = ()
    request: MockRequest

    def __init__(self, store: Store) -> None:
        self.store, self.contract, self.clock = store, store.contract, store.clock
        self.memory: dict[str, Any] = {}

    def reset(self) -> None:
        """Begin anew, with the seeded examples."""
        self.memory = {}

    def resume(self) -> None:
        """Go on with resources and a memory that were kept elsewhere and have just been put back."""

    def admits(self, request: MockRequest) -> bool:
        """Whether the credentials that the contract's schemes cannot judge are right."""
        return True

    def refusal(self, breach: Mismatch, given: Any) -> Mapping[str, Any]:
        """Return what a refusal of a request says besides message and place: JSON Pointer → value.

        `given` is the text, number or boolean that breaks the contract, `MISSING` where it is none of
        these, or must not be shown.
        """
        return {}

    def refusal_status(self, breach: Mismatch) -> int | None:
        """Return the status of the refusal of a request; None: the one that `x-errors` states."""
        return None

    def first_state(self, collection: Collection, item: Item, at: float) -> str | None:
        """Return the state in which a new resource begins (None: in no known one)."""
        return collection.resource.initial

    def lasts(self, collection: Collection, item: Item, at: float) -> float | None:
        """Return how many seconds the state just entered lasts (None: time does not end it)."""
        return collection.lifecycle.lasts[item.state or ""]

    def leaves(self, collection: Collection, item: Item, at: float) -> Move | None:
        """Return where a resource goes whose time is over at `at`; None: it stays."""
        return collection.resource.states[item.state or ""].usual

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """Do what belongs to a resource's new state; `before` is the one that it left."""

    def tells(self, collection: Collection, item: Item, event: str, body: Any, at: float) -> Any:
        """Return the body of a webhook or callback, whole; None: it is not sent."""
        return body

    def passed(self, now: float) -> None:
        """Do what time brings besides the moves of resources."""

    def ask(self, item: Item, name: str, url: str, answered: Callable[[int | None], None]) -> None:
        """Ask `url` for real; `answered` gets the status under the state's lock, None without an answer.

        Nothing is told once the state was reset.
        """
        queue = self.store.queue
        if queue is None:
            return
        self.store.attend()

        def then(status: int | None) -> None:
            with self.store.lock:
                answered(status)
                self.store.expect()

        key = ",".join(item.key)
        provider = self.contract.provider
        queue.put(OutgoingRequest(provider, name, key, url, lambda: ({}, b""), method="GET", then=then))


class SimulatedAction:
    """The action of an operation for which the simulator has a method."""

    def __init__(
        self, action: Action | FixedAction, carry_out: Callable[[Action | FixedAction, Scope], Outcome]
    ) -> None:
        self.action, self.method = action, carry_out

    def carry_out(self, scope: Scope) -> Outcome:
        """Do it as the provider does. Raises RequestFailure."""
        return self.method(self.action, scope)


def simulated(
    action: Action | FixedAction, operation: Operation, simulator: Simulator
) -> Action | FixedAction | SimulatedAction:
    """Return the action as the simulator carries it out, or as it is."""
    if operation.id not in vars(type(simulator)):
        return action
    return SimulatedAction(action, getattr(simulator, operation.id))
