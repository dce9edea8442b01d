"""The faults: each one a small class that wraps the work of answering a request."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from random import Random
from typing import Any, ClassVar

import msgspec

from mediatasks.contracts.document import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.errors import UsageError, nearest
from mediatasks.mock.body import read_json
from mediatasks.mock.exchange import Delivery, MockReply, MockRequest
from mediatasks.mock.failures import DEFAULTS, FailureReplies
from mediatasks.mock.replies import encode, example_or_instance
from mediatasks.mock.rpc import RpcService
from mediatasks.mock.service import Service
from mediatasks.mock.shape import parse_number
from mediatasks.mock.state import Shelf
from mediatasks.mock.validator import Validator

DOCUMENTED, BREAKING = "documented", "breaking"
LONGEST = 3600.0
Work = Callable[[], MockReply]


@dataclass
class Case:
    """One request that meets faults; `applied` are those that had an effect."""

    service: Service
    operation: Operation
    request: MockRequest
    rng: Random
    applied: list[Fault] = field(default_factory=list)


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
            number = parse_number(text)
            members[name] = text if number is None else number
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


class Latency(Fault):
    """The answer comes later; the work is done at once."""

    name, rank = "latency", 3

    def __init__(self, seconds: Any) -> None:
        self.seconds = seconds

    @classmethod
    def read(cls, argument: str) -> dict[str, Any]:
        """Return the members of `SECONDS`, or of a distribution and its numbers: `uniform/0.1/0.5`."""
        head, *rest = argument.split("/")
        values = [text if (n := parse_number(text)) is None else n for text in (head, *rest)]
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


class Status(Fault):
    """Another status, with the body that the contract documents for it or with one of its own."""

    name, rank = "status", 0
    short: ClassVar[tuple[str, ...]] = ("status", "body_kind")

    def __init__(
        self,
        status: int,
        body_kind: str = DOCUMENTED,
        body: Any = MISSING,
        text: str | None = None,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.body, self.text, self.content_type = status, body, text, content_type
        self.own = body_kind != DOCUMENTED or body is not MISSING or text is not None
        self.headers = {name.lower(): value for name, value in (headers or {}).items()}

    def kind(self, operation: Operation) -> str:
        """A documented status is documented, unless its body is one that the contract does not know."""
        if str(self.status) not in operation.responses or self.content_type is not None:
            return BREAKING
        schema = operation.reply_schema(str(self.status))
        fits = self.body is not MISSING and schema is not None
        fits = fits and Validator(operation.contract, schema or {}).fits(self.body)
        return DOCUMENTED if fits or not self.own else BREAKING

    def run(self, case: Case, work: Work) -> MockReply:
        """Answer instead of the work."""
        case.applied.append(self)
        if self.status in (204, 304):
            return MockReply(self.status, self.headers, b"")
        content, body = self._body(case.operation)
        headers = {"content-type": self.content_type or content} if body else {}
        return MockReply(self.status, {**headers, **self.headers}, body)

    def _body(self, operation: Operation) -> tuple[str, bytes]:
        """Return content type and body."""
        if self.body is not MISSING:
            return "application/json", msgspec.json.encode(self.body)
        if self.text is not None:
            return "text/plain; charset=utf-8", self.text.encode()
        if not self.own and str(self.status) in operation.responses:
            media = operation.responses[str(self.status)].get("content", {})
            return next(iter(media), "application/json"), encode(
                example_or_instance(operation, str(self.status))
            )
        # What a proxy in front of the service would say.
        title = html.escape(f"{self.status} {_phrase(self.status)}".strip())
        return "text/html", f"<html><body><h1>{title}</h1></body></html>".encode()


class RateLimit(Status):
    """429 with Retry-After."""

    name, rank = "rate_limit", 0
    short: ClassVar[tuple[str, ...]] = ("seconds",)

    def __init__(self, seconds: int = 1) -> None:
        super().__init__(429, headers={"retry-after": str(seconds)})


class Failure(Fault):
    """A failure as the contract's `x-errors` describes it, though nothing is wrong."""

    name, rank, short = "failure", 0, ("failure",)

    def __init__(self, failure: str) -> None:
        self.failure = failure

    def kind(self, operation: Operation) -> str:
        """Documented where the operation documents the status."""
        if operation.contract.envelope is not None:
            return DOCUMENTED
        stated = {**DEFAULTS, **operation.failures}[self.failure]
        return DOCUMENTED if str(stated["status"]) in operation.responses else BREAKING

    def run(self, case: Case, work: Work) -> MockReply:
        """Answer instead of the work."""
        case.applied.append(self)
        replies = FailureReplies(case.operation)
        if isinstance(case.service, RpcService):
            body = read_json(case.request.body)
            return case.service.failure(body, self.failure, replies.text(self.failure))
        return replies.reply(self.failure)


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


class ContentType(Fault):
    """The right body under the wrong content type."""

    name, rank = "content_type", 2

    def __init__(self, content_type: str = "text/html") -> None:
        self.content_type = content_type

    @classmethod
    def read(cls, argument: str) -> dict[str, Any]:
        """Return the content type, which has a slash of its own."""
        return {"content_type": argument} if argument else {}

    def run(self, case: Case, work: Work) -> MockReply:
        """Change the header, where there is a body."""
        reply = work()
        if not reply.body:
            return reply
        case.applied.append(self)
        return replace(reply, headers={**reply.headers, "content-type": self.content_type})


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

    def _knows(self, shelf: Shelf) -> bool:
        return self.state is None or self.state in shelf.resource.states

    def run(self, case: Case, work: Work) -> MockReply:
        """Do the work, then hold the new tasks."""
        state = case.service.state
        shelves = [s for s in state.shelves.values() if s.resource.states and self._knows(s)]
        with state.lock:
            last = [next(reversed(shelf.items.values()), None) for shelf in shelves]
            reply = work()
            for shelf, known in zip(shelves, last, strict=True):
                for item in reversed(shelf.items.values()):
                    if known is not None and item.number <= known.number:
                        break
                    if self.state is not None and item.state != self.state:
                        shelf.life.enter(item, self.state, shelf.clock.now())
                    item.due = None
                    if self not in case.applied:
                        case.applied.append(self)
        return reply


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
