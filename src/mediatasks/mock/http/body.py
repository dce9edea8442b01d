"""Read a request's JSON body strictly: bounded, no duplicate names, no NaN, valid UTF-8."""

from typing import Any

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.schema.validation import Validator
from mediatasks.contracts.wording import quoted
from mediatasks.exchange.content import ContentError, read_json
from mediatasks.mock.http.messages import MockRequest

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64


class BodyReader:
    """The request body of one operation."""

    def __init__(self, operation: Operation) -> None:
        self.media_types = {media_type.lower() for media_type in operation.request_media}
        self.required = operation.body_required
        self.validator = Validator.of(operation.contract, operation.body_schema or {})

    def read(self, request: MockRequest) -> Any:
        """Return the decoded body, `MISSING` where there is none, or the Mismatch."""
        if not self.media_types:
            return MISSING
        if not request.body:
            return Mismatch("body", (), "a JSON body", "none") if self.required else MISSING
        if (breach := judge_media_type(request, self.media_types)) is not None:
            return breach
        value = read_body(request.body)
        if isinstance(value, Mismatch):
            return value
        # An empty value is a value: only a breach takes its place.
        breach = self.validator.deviation(value)
        return value if breach is None else breach


def judge_media_type(request: MockRequest, wanted: set[str]) -> Mismatch | None:
    """Return the breach if the body is of another content type than the contract lists."""
    given = request.headers.get("content-type", "")
    if given in wanted:
        return None
    bare = given.partition(";")[0].strip().lower()
    if bare in wanted:
        return None
    expected = " or ".join(sorted(wanted))
    return Mismatch("request", (), f"the content type {expected}", quoted(given) if given else "none")


def read_body(raw: bytes) -> Any:
    """Return the decoded document, or the Mismatch."""
    try:
        return read_json(raw, max_depth=MAX_DEPTH, unique_names=True)
    except ContentError as error:
        return Mismatch("body", (), "JSON", str(error))
