"""What can be called in a contract: operations, and webhooks and callbacks, which the server calls."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mediatasks.contracts.model.contract import IDEMPOTENT_METHODS, METHODS, SAFE_METHODS
from mediatasks.diff.kinds.facets import REQUEST, RESPONSE
from mediatasks.diff.schema.notation import IGNORED_HEADERS
from mediatasks.diff.schema.part import Part, root


@dataclass(frozen=True)
class ComparedParameter:
    """One parameter: its node, its name on the wire, and its place."""

    part: Part
    name: str
    place: str

    @property
    def required(self) -> bool:
        """Whether it may not be left out."""
        return self.part.say("required") is True

    @property
    def schema(self) -> Part | None:
        """Its schema: its own, or that of its one content type."""
        inner = (media.member("schema") for _, media in self.part.members("content"))
        return self.part.member("schema") or next(inner, None)


@dataclass(frozen=True)
class Endpoint:
    """One operation, webhook or callback.

    `name` is the operation id or the name of the webhook, `method` upper case, `path` with its RPC
    fragment, `item` the path item. `sends` is the side that writes the request: `request` for what
    clients call, `response` for what the server calls.
    """

    name: str
    method: str
    path: str
    part: Part
    item: Part
    sends: str = REQUEST

    @property
    def answers(self) -> str:
        """The side that writes the replies."""
        return RESPONSE if self.sends == REQUEST else REQUEST

    @property
    def wire(self) -> tuple[str, str]:
        """What the wire shows of it: the method and the path, whose parameters have no names there."""
        if self.sends == RESPONSE:
            return self.method, f"{self.name} {self.path}"
        return self.method, re.sub(r"\{[^}]*\}", "{}", self.path)

    @property
    def safe(self) -> bool:
        """Whether the request only reads."""
        return bool(self.part.say("x-safe", self.method in SAFE_METHODS))

    @property
    def idempotent(self) -> bool:
        """Whether the request may be sent twice."""
        return self.safe or self.method in IDEMPOTENT_METHODS

    @property
    def body(self) -> Part | None:
        """The request body."""
        body = self.part.member("requestBody")
        return body.followed() if body else None

    @property
    def delivery(self) -> Part | None:
        """When and where to a webhook is sent, and what it holds; without the sources."""
        stated = self.item.member("x-delivery")
        return stated.without("x-provenance") if stated else None

    def parameters(self) -> dict[tuple[str, str], ComparedParameter]:
        """Return (place, name) → parameter; names of headers in lower case, of path parameters a number.

        Headers that OpenAPI says elsewhere (Accept, Content-Type, Authorization) are left out.
        """
        found = {}
        order = re.findall(r"\{([^}]*)\}", self.path)
        for node in (*self.item.items("parameters"), *self.part.items("parameters")):
            part = node.followed()
            name, place = str(part.say("name")), str(part.say("in"))
            key = name.lower() if place == "header" else name
            if place == "header" and key in IGNORED_HEADERS:
                continue
            if place == "path" and name in order:
                key = str(order.index(name))
            found[place, key] = ComparedParameter(part, name, place)
        return found

    def responses(self) -> dict[str, Part]:
        """Return status, a class of statuses like `4XX`, or `default` → response."""
        return {code: part.followed() for code, part in self.part.members("responses")}


def operations(document: Mapping[str, Any]) -> list[Endpoint]:
    """Return what clients call."""
    return list(_endpoints(root(document), "paths"))


def events(document: Mapping[str, Any]) -> list[Endpoint]:
    """Return what the server calls: webhooks, and the callbacks of operations."""
    found = [_reversed(endpoint, endpoint.path) for endpoint in _endpoints(root(document), "webhooks")]
    for operation in operations(document):
        for name, callback in operation.part.members("callbacks"):
            for endpoint in _endpoints(callback.followed()):
                found.append(_reversed(endpoint, f"{operation.name}.{name}"))
    return found


def _reversed(endpoint: Endpoint, name: str) -> Endpoint:
    return replace(endpoint, name=name, sends=RESPONSE)


def _endpoints(holder: Part, *tokens: str) -> Iterator[Endpoint]:
    for path, item in holder.members(*tokens):
        followed = item.followed()
        for method in METHODS:
            part = followed.member(method)
            if part is not None:
                name = str(part.say("operationId", f"{method} {path}"))
                yield Endpoint(name, method.upper(), path, part, followed)
