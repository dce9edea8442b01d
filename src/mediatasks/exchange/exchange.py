"""One recorded request with its reply, free of secrets, as checks and reports read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.errors import shown
from mediatasks.exchange.content import ContentError, read_json
from mediatasks.exchange.http.curl import curl_command
from mediatasks.exchange.placement import Placement
from mediatasks.exchange.redaction import Redactor

REDACTED, NOT_RECORDED, CUT = "redacted", "not_recorded", "cut"


class Gap(NamedTuple):
    """How a part of an exchange differs from what was on the wire.

    `state` is `redacted`, `not_recorded` or `cut`; `size` is the whole number of bytes, where known.
    """

    state: str
    size: int | None = None


@dataclass(frozen=True)
class Exchange:
    """A request and its reply; `status` is 0 and `reply` empty where none came.

    Header names of the reply are lower case. `begin` and `end` are seconds since 1970, None where they
    are not known; `account` is a keyed hash of the credentials (see `recording.account`). `gaps` holds
    the parts that are not as they were on the wire: `request headers`, `request body`,
    `reply headers`, `reply body`, or one header, as in `request header authorization` (lower case).
    """

    method: str
    url: str
    headers: Mapping[str, list[str]]
    body: bytes | None
    status: int = 0
    reply_headers: Mapping[str, list[str]] | None = None
    reply: bytes = b""
    begin: float | None = None
    end: float | None = None
    account: str | None = None
    gaps: Mapping[str, Gap] = field(default_factory=dict)

    @classmethod
    def of(cls, interaction: Any) -> Exchange:
        """Return the exchange that schemathesis recorded as an `Interaction`."""
        request, response = interaction.request, interaction.response
        # The fragment tells RPC methods apart and is not sent.
        url = request.uri.partition("#")[0]
        sent = (request.method, url, request.headers, request.body)
        if response is None:
            return cls(*sent)
        return cls(*sent, response.status_code, response.headers, response.content or b"")

    @classmethod
    def of_reply(cls, response: Any) -> Exchange:
        """Return the exchange of a `Response` of schemathesis."""
        request = response.request
        body = request.body.encode() if isinstance(request.body, str) else request.body
        headers = {name: [value] for name, value in request.headers.items()}
        sent = (request.method, request.url.partition("#")[0], headers, body)
        return cls(*sent, response.status_code, response.headers, response.content or b"")

    def redacted(self, redactor: Redactor) -> Exchange:
        """Return the exchange without secrets."""
        shown = replace(
            self,
            url=redactor.url(self.url),
            headers=redactor.headers(self.headers),
            body=redactor.body(self.body),
            reply=redactor.data(self.reply),
        )
        gaps = {part: Gap(REDACTED) for part in _changed(self, shown)}
        return replace(shown, gaps=gaps | dict(self.gaps)) if gaps else shown

    def state(self, part: str) -> str:
        """Return `present`, `empty`, `redacted`, `not_recorded` or `cut` of a part (see `gaps`)."""
        gap = self.gaps.get(part)
        if gap is not None:
            return gap.state
        message, _, name = part.partition(" ")
        headers = self.headers if message == "request" else self.reply_headers or {}
        if name == "body":
            found: Any = self.body if message == "request" else self.reply
        elif name == "headers":
            found = headers
        else:
            name = name.removeprefix("header ")
            found = any("".join(values) for n, values in headers.items() if n.lower() == name)
        return "present" if found else "empty"

    @cached_property
    def json(self) -> Any:
        """The reply's body, or `MISSING` where it is not JSON, or nested deeper than 100 levels."""
        return json_of(self.reply)

    @property
    def unreadable(self) -> str:
        """What stands in the place of a JSON body, with the position; empty where it is JSON."""
        try:
            read_json(self.reply)
        except ContentError as error:
            return f"{error}: {shown(self.reply)}" if self.reply.strip() else str(error)
        return ""

    @cached_property
    def asked(self) -> Any:
        """The request's body, or `MISSING` where it is not JSON, or nested deeper than 100 levels."""
        return json_of(self.body or b"")

    @property
    def content_type(self) -> str:
        """The reply's content type, empty where it has none."""
        return (self.reply_headers or {}).get("content-type", [""])[0]

    @property
    def answer(self) -> str:
        """Status and start of the body, for a message."""
        return f"{self.status}: {shown(self.reply)}" if self.status else "no reply"

    def sent(self, place: str, name: str) -> Any:
        """Return what stands in a `header`, `query`, `cookie` or `body` of the request, None for nothing.

        The name in a body is a JSON Pointer.
        """
        if place == "body":
            found = get(self.asked, name)
            return None if found is MISSING else found
        headers = {n.lower(): values[0] for n, values in self.headers.items() if values}
        if place == "header":
            return headers.get(name.lower())
        if place == "query":
            return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True)).get(name)
        pairs = (pair.partition("=") for pair in headers.get("cookie", "").split(";"))
        return {n.strip(): value.strip() for n, _, value in pairs}.get(name)

    def carries(self, placement: Placement) -> bool:
        """Whether the request carries a credential."""
        sent = self.sent(placement.place, placement.name)
        if placement.place == "body":
            return equal_on_wire(sent, placement.value)
        return bool(sent == str(placement.value))

    def command(self, redactor: Redactor) -> str:
        """Return the curl command that sends the request again."""
        return curl_command(self.method, self.url, self.headers, self.body, redactor)


def _changed(before: Exchange, after: Exchange) -> Iterator[str]:
    """Yield the parts that differ."""
    if before.body != after.body:
        yield "request body"
    if before.reply != after.reply:
        yield "reply body"
    for name, values in after.headers.items():
        if list(before.headers[name]) != list(values):
            yield f"request header {name.lower()}"


def json_of(body: bytes) -> Any:
    """Return a body as JSON, or `MISSING` where it is not JSON, or nested deeper than 100 levels."""
    if not body:
        return MISSING
    try:
        return read_json(body)
    except ContentError:
        return MISSING


def redact_interactions(recorder: Any, redactor: Redactor) -> None:
    """Take the secrets out of what schemathesis recorded of a scenario, before it is written.

    Its code samples are replaced by our commands, in which the secrets are variables.
    """
    for interaction in recorder.interactions.values():
        request, response = interaction.request, interaction.response
        request.uri, request.headers = redactor.url(request.uri), redactor.headers(request.headers)
        request.body = redactor.body(request.body)
        if response is not None:
            response.headers = type(response.headers)(redactor.headers(response.headers))
            response.content = redactor.data(response.content or b"")
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            info = node.failure_info
            if info is None:
                continue
            # A check that sends requests of its own names the one that failed.
            info.code_sample = _sample(recorder, info.failure.case_id or case_id, redactor)
            for step in info.steps:
                step.curl = _sample(recorder, step.case_id, redactor)


def _sample(recorder: Any, case_id: str, redactor: Redactor) -> str:
    interaction = recorder.interactions.get(case_id)
    return Exchange.of(interaction).command(redactor) if interaction else ""
