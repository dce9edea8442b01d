"""Answer failures in the provider's own shape, as `x-errors` says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, put, split
from mediatasks.contracts.schema.shape import Shape
from mediatasks.mock.http.messages import MockReply, json_reply
from mediatasks.mock.operations.replies import copied, example_or_instance, first_example
from mediatasks.mock.store.request_failure import RequestFailure

# What a contract without `x-errors` gets: the statuses everyone knows, and a message.
_KINDS = {
    "invalid": ("400", "the request is not valid"),
    "unauthenticated": ("401", "credentials are missing or wrong"),
    "missing": ("404", "not found"),
    "refused": ("409", "the state does not allow it"),
    "foreign": ("403", "the resource belongs to another account"),
}
DEFAULTS: dict[str, Mapping[str, Any]] = {
    kind: {"status": status, "message": "/error"} for kind, (status, _) in _KINDS.items()
}


class FailureReplies:
    """The failure replies of one operation."""

    def __init__(self, operation: Operation) -> None:
        self.stated = {**DEFAULTS, **operation.failures}
        self.bases = {kind: _base(operation, kind, data) for kind, data in self.stated.items()}

    def reply(
        self,
        kind: str,
        text: str = "",
        steps: Iterable[str | int] = (),
        status: int | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> MockReply:
        """Return the reply; `text` and `steps` say what and where.

        `status` overrides the status, `changes` (JSON Pointer → value) parts of the body.
        """
        data = self.stated[kind]
        body = put(copied(self.bases[kind]), data["message"], self.text(kind, text))
        if "place" in data:
            body = put(body, data["place"], list(steps))
        for pointer, value in (changes or {}).items():
            body = put(body, pointer, value)
        return json_reply(status or int(data["status"]), body)

    def of(self, failure: RequestFailure) -> MockReply:
        """Return the reply to a request that failed so."""
        return self.reply(failure.kind, failure.text, (), failure.status, failure.changes)

    def stray(self, status: int, text: str) -> MockReply:
        """Return the reply where no operation serves the path or the method, in the form of `missing`."""
        data = self.stated["missing"]
        return json_reply(status, put(copied(self.bases["missing"]), data["message"], text))

    def text(self, kind: str, given: str = "") -> str:
        """Return the message of a failure. A text that the contract states wins, except for
        `invalid`, whose message has to name the place.
        """
        stated = "" if kind == "invalid" else self.stated[kind].get("text", "")
        return str(stated or given or _KINDS[kind][1])


def _base(operation: Operation, kind: str, data: Mapping[str, Any]) -> Any:
    """Return the body that the message is written into: the required members of the nearest example.

    The other members of the example describe another request.
    """
    example = _example(operation, kind, data)
    schema = operation.reply_schema(str(data["status"]))
    shape = Shape(operation.contract, schema)
    return _demanded(example, shape, split(data["message"]))


def _demanded(value: Any, shape: Shape | None, steps: Sequence[str | int]) -> Any:
    """Return the members of an example that the schema requires, or that lead to the message."""
    head, rest = (str(steps[0]), steps[1:]) if steps else ("", [])
    if shape is None:
        return value
    if isinstance(value, list):
        return [_demanded(element, shape.items, rest) for element in value[:1]]
    if not isinstance(value, dict):
        return value
    kept = {name: member for name, member in value.items() if name == head or name in shape.required}
    return {
        name: _demanded(member, shape.members.get(name), rest if name == head else [])
        for name, member in kept.items()
    }


def _example(operation: Operation, kind: str, data: Mapping[str, Any]) -> Any:
    """Return the example with the stated text, else the first one, else a minimal instance."""
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
    replies = [contract.compiled(FailureReplies, operation) for operation in contract.operations.values()]
    stating = [r for r in replies if r.bases["missing"]] or replies
    return min(stating, key=lambda r: len(str(r.bases["missing"])), default=None)
