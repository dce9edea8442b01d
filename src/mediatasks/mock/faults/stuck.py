"""The fault `stuck`: tasks that move on no more."""

from mediatasks.contracts.model.contract import Operation
from mediatasks.errors import UsageError, nearest
from mediatasks.mock.faults.fault import DOCUMENTED, Case, Fault, Work
from mediatasks.mock.http.messages import MockReply
from mediatasks.mock.store.collection import Collection


class Stuck(Fault):
    """The tasks that the request creates move on no more, in `state` or the one they begin in."""

    name, rank, short = "stuck", 1, ("state",)

    def __init__(self, state: str | None = None) -> None:
        self.state = state

    def kind(self, operation: Operation) -> str:
        """No contract says how long a task takes."""
        return DOCUMENTED

    def suits(self, operation: Operation) -> None:
        """Raise UsageError where no task begins, or for a state that the tasks do not know."""
        task = operation.contract.task
        effect = task.operations.get(operation.id, {}) if task else {}
        if effect.get("action") in (None, "read", "list", "delete"):
            raise UsageError(f"`{operation.id}` creates no tasks that could be stuck")
        states = task.states if task else {}
        if self.state is not None and self.state not in states:
            hint = nearest(self.state, states)
            raise UsageError(
                f"the tasks of `{operation.contract.provider}` have no state `{self.state}`; {hint}"
            )

    def _knows(self, collection: Collection) -> bool:
        return self.state is None or self.state in collection.resource.states

    def run(self, case: Case, work: Work) -> MockReply:
        """Do the work, then hold the new tasks."""
        store = case.service.store
        collections = [s for s in store.collections.values() if s.resource.states and self._knows(s)]
        with store.lock:
            last = [next(reversed(collection.items.values()), None) for collection in collections]
            reply = work()
            for collection, known in zip(collections, last, strict=True):
                for item in reversed(collection.items.values()):
                    if known is not None and item.number <= known.number:
                        break
                    if self.state is not None and item.state != self.state:
                        collection.lifecycle.enter(item, self.state, collection.clock.now())
                    item.plan(None)
                    if self not in case.applied:
                        case.applied.append(self)
        return reply
