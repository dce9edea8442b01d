"""The jobs that run, counted by their priority: who may start is asked once for every job."""

from collections import Counter

from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item


class Slots:
    """The slots that are taken. A job counts with the priority with which it started."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, ...], tuple[Item, int]] = {}
        self._ranks: Counter[int] = Counter()
        self._losses = -1

    def take(self, item: Item, priority: int) -> None:
        """Give a slot to a job that starts."""
        self.leave(self._taken.get(item.key, (item, 0))[0])
        self._taken[item.key] = (item, priority)
        self._ranks[priority] += 1

    def leave(self, item: Item) -> None:
        """Free the slot of a job, if it has one."""
        held = self._taken.get(item.key)
        if held is not None and held[0] is item:
            del self._taken[item.key]
            self._ranks[held[1]] -= 1

    def are_taken(self, most: int, jobs: Collection) -> bool:
        """Whether `most` slots are taken by jobs that are still held."""
        # Asked twice for every job that is made.
        if len(self._taken) >= most and jobs.losses != self._losses:
            self._free(jobs)
        return len(self._taken) >= most

    def _free(self, jobs: Collection) -> None:
        """Free the slots of jobs that are held no longer: others of the same number took their place."""
        self._losses = jobs.losses
        for item, _ in list(self._taken.values()):
            if not jobs.holds(item):
                self.leave(item)

    def above(self, threshold: int) -> int:
        """Return how many slots are taken by jobs that are less urgent than `threshold`."""
        return sum(count for priority, count in self._ranks.items() if priority > threshold)
