"""Where a provider's own rules hook in: what its contract cannot say, and code must.

A simulator is a subclass of `Simulator`. It does two things:

- A method marked with `@operation("create_job")` carries that operation out. It gets the action that
  the contract describes (`action.carry_out(scope)` does what the contract says), the scope of the request
  and the request itself, and returns the outcome; `RequestFailure` refuses.
- The methods of `Behaviour`, which it overrides, decide how resources live. Time has already moved all
  resources when an operation is carried out.

Everything runs under the lock of the store. What must survive a restart is in the resources, in `private`
of an item (no client sees it), or in `memory`; all three hold JSON values.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, TypeVar

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.operations.actions import Action, FixedAction, Outcome
from mediatasks.mock.store.collection import Behaviour
from mediatasks.mock.store.store import Store
from mediatasks.mock.webhooks.dispatcher import Dispatcher

_Method = TypeVar("_Method", bound=Callable[..., Outcome])


def operation(*names: str) -> Callable[[_Method], _Method]:
    """Mark a method of a simulator: it carries out the operations of these ids."""

    def mark(method: _Method) -> _Method:
        vars(method)["operations"] = names
        return method

    return mark


class Simulator(Behaviour):
    """The rules of a provider without any of its own: what the contract says, and no more.

    `needs` names the resources without which the rules make no sense: a contract that lacks one is
    served without them. `methods` are the names of the marked methods by the ids of their operations.
    """

    needs: ClassVar[tuple[str, ...]] = ()
    methods: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        marked = {name: getattr(getattr(cls, name), "operations", ()) for name in dir(cls)}
        cls.methods = {operation: name for name, operations in marked.items() for operation in operations}

    def __init__(self, store: Store, dispatcher: Dispatcher) -> None:
        super().__init__()
        self.store, self.dispatcher = store, dispatcher
        self.contract, self.clock = store.contract, store.clock

    def carrying_out(
        self, operation: Operation, action: Action | FixedAction
    ) -> Callable[[Scope, MockRequest], Outcome]:
        """Return what carries an operation out: the method marked with it, or the action alone."""
        name = self.methods.get(operation.id)
        if name is None:
            return lambda scope, request: action.carry_out(scope)
        return partial(getattr(self, name), action)

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
