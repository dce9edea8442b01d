"""Answer failures in the provider's own shape, as `x-errors` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mediatasks.contracts.document import Contract, Operation
from mediatasks.contracts.pointer import MISSING, put
from mediatasks.mock.exchange import MockReply, json_reply
from mediatasks.mock.replies import copied, example_or_instance, first_example

# What a contract without `x-errors` gets: the statuses everyone knows, and a message.
DEFAULTS: dict[str, Mapping[str, Any]] = {
    "invalid": {"status": "400", "message": "/error"},
    "unauthenticated": {"status": "401", "message": "/error"},
    "missing": {"status": "404", "message": "/error"},
    "refused": {"status": "409", "message": "/error"},
    "foreign": {"status": "403", "message": "/error"},
}
_TEXTS = {
    "invalid": "the request is not valid",
    "unauthenticated": "credentials are missing or wrong",
    "missing": "not found",
    "refused": "the state does not allow it",
    "foreign": "the resource belongs to another account",
}


class RequestFailure(Exception):
    """A request cannot be carried out.

    `kind` is a key of `x-errors`, `text` the message; `changes` (JSON Pointer → value) is written
    over the reply's body, and `status` over its status.
    """

    def __init__(
        self, kind: str, text: str = "", changes: Mapping[str, Any] | None = None, status: int | None = None
    ) -> None:
        super().__init__(kind, text)
        self.kind, self.text, self.changes, self.status = kind, text, changes or {}, status


class FailureReplies:
    """The failure replies of one operation."""

    def __init__(self, operation: Operation) -> None:
        self.stated = {**DEFAULTS, **operation.failures}
        self.bases = {kind: _base(operation, kind, data) for kind, data in self.stated.items()}

    def reply(
        self, kind: str, text: str = "", steps: Iterable[str | int] = (), status: int | None = None
    ) -> MockReply:
        """Return the reply; `text` and `steps` say what and where, `status` overrides the status."""
        data = self.stated[kind]
        body = put(copied(self.bases[kind]), data["message"], self.text(kind, text))
        if "place" in data:
            body = put(body, data["place"], list(steps))
        return json_reply(status or int(data["status"]), body)

    def of(self, failure: RequestFailure) -> MockReply:
        """Return the reply to a request that failed so."""
        reply = self.reply(failure.kind, failure.text, (), failure.status)
        if not failure.changes:
            return reply
        body = msgspec.json.decode(reply.body)
        for pointer, value in failure.changes.items():
            body = put(body, pointer, value)
        return json_reply(reply.status, body)

    def text(self, kind: str, given: str = "") -> str:
        """Return the message of a failure. A text that the contract states wins, except for
        `invalid`, whose message has to name the place.
        """
        stated = "" if kind == "invalid" else self.stated[kind].get("text", "")
        return str(stated or given or _TEXTS[kind])


def _base(operation: Operation, kind: str, data: Mapping[str, Any]) -> Any:
    """Return the example of the reply that says so most exactly, else a minimal instance."""
    status = str(data["status"])
    if status not in operation.responses:
        return _base_elsewhere(operation, status)
    examples = [value for _, value in operation.reply_examples(status)]
    wanted = data.get("text")
    for example in examples:
        if wanted is not None and example == put(copied(example), data["message"], wanted):
            return example
    if examples:
        return examples[0]
    base = example_or_instance(operation, status)
    return {} if base is MISSING else base


def _base_elsewhere(operation: Operation, status: str) -> Any:
    """Return the example of another operation's reply of that status."""
    for other in operation.contract.operations.values():
        if status in other.responses:
            example = first_example(other, status)
            if example is not MISSING:
                return example
    return {}


def stray_replies(contract: Contract) -> FailureReplies | None:
    """Return the replies for paths and methods that no operation serves: those of the operation
    whose error body holds least besides the message. None for a contract without operations.
    """
    replies = [FailureReplies(operation) for operation in contract.operations.values()]
    stating = [r for r in replies if r.bases["invalid"]] or replies
    return min(stating, key=lambda r: len(str(r.bases["invalid"])), default=None)
