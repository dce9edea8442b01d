"""What a fault is: it wraps the work of answering one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar

from msgspec.structs import replace

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.schema.shape import parse_number
from mediatasks.mock.http.messages import Delivery, MockReply, MockRequest
from mediatasks.mock.rest.service import Service

DOCUMENTED, BREAKING = "documented", "breaking"
Work = Callable[[], MockReply]


@dataclass
class Case:
    """One request that meets faults; `applied` are those that had an effect."""

    service: Service
    operation: Operation
    request: MockRequest
    rng: Random
    applied: list[Fault] = field(default_factory=list)


def read_value(text: str) -> Any:
    """Return the number that a text of the short form is, else the text itself."""
    number = parse_number(text)
    return text if number is None else number


class Fault:
    """What goes wrong. `rank` is its place: lower ones are nearer to the work.

    0 answers instead of the work, 1 changes what the work does, 2 what the reply says, 3 how it
    travels.
    """

    name: ClassVar[str]
    rank: ClassVar[int]
    # The members that the short form `NAME:A/B` gives, in order.
    short: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def read(cls, argument: str) -> dict[str, Any]:
        """Return the members that the argument of the short form stands for."""
        texts = argument.split("/", max(len(cls.short) - 1, 0)) if argument else []
        members = {}
        for name, text in zip((*cls.short, "argument"), texts, strict=False):
            members[name] = read_value(text)
        return members

    def kind(self, operation: Operation) -> str:
        """Return `documented` if what a client then receives is what the contract says."""
        return BREAKING

    def suits(self, operation: Operation) -> None:
        """Raise UsageError where the fault can have no effect on the operation."""

    def run(self, case: Case, work: Work) -> MockReply:
        """Answer the request; `work` is the answer without this fault."""
        raise NotImplementedError

    def sent(self, case: Case, reply: MockReply, **changes: Any) -> MockReply:
        """Return the reply with another delivery, and note that the fault had its effect."""
        case.applied.append(self)
        return replace(reply, delivery=replace(reply.delivery or Delivery(), **changes))
