"""Faults of what is answered: a status, a documented failure, a content type."""

import html
from collections.abc import Mapping
from http.client import responses
from typing import Any, ClassVar

import msgspec
from msgspec.structs import replace

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.validation import Validator
from mediatasks.mock.faults.fault import BREAKING, DOCUMENTED, Case, Fault, Work
from mediatasks.mock.http.body import read_body
from mediatasks.mock.http.messages import MockReply
from mediatasks.mock.operations.replies import encode, example_or_instance
from mediatasks.mock.rest.failures import DEFAULTS, FailureReplies
from mediatasks.mock.rpc.service import RpcService


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
        fits = fits and Validator.of(operation.contract, schema or {}).fits(self.body)
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
        title = html.escape(f"{self.status} {responses.get(self.status, '')}".strip())
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
            body = read_body(case.request.body)
            return case.service.failure(body, self.failure, replies.text(self.failure))
        return replies.reply(self.failure)


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
