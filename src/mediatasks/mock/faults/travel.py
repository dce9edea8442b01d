"""Faults of how an answer travels: late, slowly, cut short, not at all."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from mediatasks.contracts.model.contract import Operation
from mediatasks.mock.faults.fault import DOCUMENTED, Case, Fault, Work, read_value
from mediatasks.mock.http.messages import MockReply

LONGEST = 3600.0


class Latency(Fault):
    """The answer comes later; the work is done at once."""

    name, rank = "latency", 3

    def __init__(self, seconds: Any) -> None:
        self.seconds = seconds

    @classmethod
    def read(cls, argument: str) -> dict[str, Any]:
        """Return the members of `SECONDS`, or of a distribution and its numbers: `uniform/0.1/0.5`."""
        head, *rest = argument.split("/")
        values = [read_value(text) for text in (head, *rest)]
        return {"seconds": {head: values[1:]} if rest else values[0]}

    def kind(self, operation: Operation) -> str:
        """A late answer is as documented as a quick one."""
        return DOCUMENTED

    def draw(self, rng: Random) -> float:
        """Return the seconds of one answer, at most an hour."""
        if not isinstance(self.seconds, Mapping):
            return float(self.seconds)
        ((law, numbers),) = self.seconds.items()
        laws: dict[str, Callable[..., float]] = {
            "uniform": rng.uniform,
            "normal": rng.gauss,
            "exponential": lambda mean: rng.expovariate(1 / mean),
        }
        return min(max(laws[law](*numbers), 0.0), LONGEST)

    def run(self, case: Case, work: Work) -> MockReply:
        """Answer late."""
        reply = work()
        earlier = reply.delivery.delay if reply.delivery else 0.0
        return self.sent(case, reply, delay=earlier + self.draw(case.rng))


class Drip(Fault):
    """The body comes in small pieces, over `seconds`."""

    name, rank, short = "drip", 3, ("seconds",)

    def __init__(self, seconds: float = 5.0) -> None:
        self.seconds = float(seconds)

    def kind(self, operation: Operation) -> str:
        """A slow answer is as documented as a quick one."""
        return DOCUMENTED

    def run(self, case: Case, work: Work) -> MockReply:
        """Send the body of the answer slowly, where it has one."""
        reply = work()
        return self.sent(case, reply, drip=self.seconds) if reply.body else reply


class Truncate(Fault):
    """The connection ends within the body, after the part `keep` of it."""

    name, rank, short = "truncate", 3, ("keep",)

    def __init__(self, keep: float = 0.5) -> None:
        self.keep = keep

    def run(self, case: Case, work: Work) -> MockReply:
        """Cut the body of the answer, where it has one."""
        reply = work()
        if not reply.body:
            return reply
        return self.sent(case, reply, keep=min(int(len(reply.body) * self.keep), len(reply.body) - 1))


class Reset(Fault):
    """The connection is reset, and the work is not done."""

    name, rank = "reset", 0

    def run(self, case: Case, work: Work) -> MockReply:
        """Break the connection instead of the work."""
        return self.sent(case, MockReply(503, {}, b""), reset=True)


class Lost(Fault):
    """The work is done, and the connection is reset before the answer."""

    name, rank = "lost", 3

    def run(self, case: Case, work: Work) -> MockReply:
        """Do the work and lose the answer."""
        return self.sent(case, work(), reset=True)
