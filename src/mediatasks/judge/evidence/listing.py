"""A list as one reply shows it."""

from dataclasses import dataclass

from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import Key, ObservedResource, elements


@dataclass(frozen=True)
class Listing:
    """What one request for a list brought. `asked` is the most that it asked for; None: no number."""

    seen: Observation
    asked: int | None

    @property
    def count(self) -> int:
        """The elements that stand in it, whether or not they show what identifies them."""
        return sum(1 for _ in elements(self.seen.effect, self.seen.scope.response))

    @property
    def is_whole(self) -> bool:
        """Whether nothing that fits the request was left out."""
        return self.seen.accepted and (self.asked is None or self.count < self.asked)

    @property
    def resources(self) -> tuple[ObservedResource, ...]:
        """The resources in it."""
        return self.seen.resources

    @property
    def keys(self) -> list[Key]:
        """What identifies them, in the list's order."""
        return [s.key for s in self.seen.resources]

    @property
    def place(self) -> str:
        """Where the list stands in the reply's body."""
        return (self.seen.place + str(self.seen.effect.get("items", ""))) or "(body)"
