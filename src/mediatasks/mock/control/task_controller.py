"""Control one task by hand: finish, fail, hold, release.

A task goes the way that the contract's lifecycle shows, through every state on it, so that times,
marks and progress are those of a task that got there by itself: the way that time takes where that
leads there, else the shortest.
"""

from collections.abc import Callable

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.errors import ControlError
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item


class TaskController:
    """One task in its collection; the caller holds the lock of the state."""

    def __init__(self, collection: Collection, item: Item) -> None:
        self.collection, self.item = collection, item
        self.resource: Resource = collection.resource
        self.now = collection.catch_up()

    def finish(self) -> None:
        """Take the task to success. Raises ControlError where no way leads there."""
        self._go_to_phase("succeeded")

    def fail(self, message: str | None) -> None:
        """Take the task to failure, with `message` where the contract has a place for one.

        Raises ControlError where no way leads there, or there is no such place.
        """
        place: str | None = self.resource.fields.get("error")
        if message is not None and place is None:
            raise ControlError(
                "refused", f"the contract has no place for the message of a `{self.resource.name}`"
            )
        self._go_to_phase("failed")
        if message is not None and place is not None:
            self.item.put(self.collection.lifecycle.write(self.item.value, place, message))

    def hold(self, state: str | None) -> None:
        """Take the task to `state` (absent: leave it where it is); time does not move it from there.

        Raises ControlError where the lifecycle has no such state, or no way leads there.
        """
        # What it has done so far is kept, also where it stays in its state.
        self.collection.lifecycle.refresh(self.item, self.now)
        if state is not None:
            if state not in self.resource.states:
                listed = ", ".join(self.resource.states)
                raise ControlError(
                    "refused", f"a `{self.resource.name}` has no state `{state[:100]}`; states: {listed}"
                )
            self._go(lambda name: name == state, f"the state `{state}`")
        self.item.plan(None)

    def release(self) -> None:
        """Let time move the task again: its state begins anew. Does nothing to one that moves."""
        lasts = self.collection.lifecycle.lasts.get(self.item.state or "")
        if self.item.due is None and lasts is not None:
            self.item.entered = self.now
            self.item.plan(self.now + lasts)
            self.collection.watch(self.item)

    def _go_to_phase(self, phase: str) -> None:
        self._go(lambda name: self.resource.states[name].phase == phase, f"a state of the phase `{phase}`")

    def _go(self, arrives: Callable[[str], bool], goal: str) -> None:
        """Enter every state on the way to one that `arrives`: that of time, else the shortest."""
        start = self.item.state
        if start is not None and arrives(start):
            return
        way = (self._usual_way(start, arrives) or self._way(start, arrives)) if start is not None else None
        if way is None:
            key, here = (
                ",".join(self.item.key),
                f"`{start}`" if start else "a state that the contract does not know",
            )
            raise ControlError(
                "refused", f"the task {key[:100]} is in {here}, from where nothing leads to {goal}"
            )
        for name in way:
            self.collection.move(self.item, name)

    def _usual_way(self, start: str, arrives: Callable[[str], bool]) -> list[str] | None:
        """Return the states after `start` on the way of time; None where that does not lead there."""
        way, states = [start], self.resource.states
        while (usual := states[way[-1]].usual) is not None and not states[way[-1]].final:
            if usual.new_id or usual.to in way or usual.to not in states:
                break
            way.append(usual.to)
            if arrives(usual.to):
                return way[1:]
        return None

    def _way(self, start: str, arrives: Callable[[str], bool]) -> list[str] | None:
        """Return the states after `start`; of ways of one length the first listed, time's own first."""
        ways, seen = [[start]], {start}
        for way in ways:
            state = self.resource.states[way[-1]]
            # What has ended stays ended; only an operation of the provider begins it again.
            moves = [] if state.final else state.moves
            for move in sorted(moves, key=lambda m: bool(m.by)):
                # A successor under another id is another task.
                if move.new_id or move.to in seen or move.to not in self.resource.states:
                    continue
                if arrives(move.to):
                    return [*way[1:], move.to]
                seen.add(move.to)
                ways.append([*way, move.to])
        return None
