"""What one exchange shows: the call that was made, whether it was accepted, the resources in the reply.

Everything is read from the wire, not from what a generator meant to send.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.model.envelope import RpcCall, RpcReply
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape
from mediatasks.contracts.schema.strict_view import Unknown
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.observation.events import Shown, ShownReader, Span
from mediatasks.judge.observation.observed_resource import (
    Key,
    ObservedResource,
    find_resources,
)
from mediatasks.judge.observation.unknown_members import find_unknown

_INDEX = re.compile(r"/\d+(?=/|$)")
# Names in maps are as many as a server likes.
_PLACES = 2000


@dataclass(frozen=True)
class Observation:
    """One call and what came of it: of a REST request itself, of an RPC request each of its calls.

    `span` is when it happened, `index` counts the calls of a request: what is said of a whole
    reply belongs to the first of them. An RPC request without any call is one observation too, without
    `call` and `reply`. `scope` holds the parameters by name in the types of their
    schemas, the request body (RPC: the params) and, where accepted, the reply body (RPC: the result);
    `place` is where the latter stands in the reply's body. `errors` is what an RPC call says that
    failed of it. `resource` and `effect` are what `x-lifecycle` says of the operation.
    """

    span: Span
    operation: Operation
    exchange: Exchange = field(repr=False)
    scope: Scope = field(repr=False)
    accepted: bool
    place: str = ""
    errors: Any = MISSING
    call: RpcCall | None = None
    reply: RpcReply | None = None
    index: int = 0

    @property
    def number(self) -> int:
        """Its number in the order of arrival."""
        return self.span.number

    @property
    def resource(self) -> Resource | None:
        """The resource of `x-lifecycle` that the operation works on."""
        return self.operation.resource

    @property
    def effect(self) -> Mapping[str, Any]:
        """What the operation does to the resource; empty where the contract does not say."""
        return self.operation.effect

    @cached_property
    def resources(self) -> tuple[ObservedResource, ...]:
        """The resources that an accepted reply shows, in its order."""
        if not self.accepted or self.resource is None:
            return ()
        return tuple(find_resources(self.resource, self.effect, self.scope, self.place))

    def find(self, key: Key) -> ObservedResource | None:
        """Return the resource with `key` that the reply shows."""
        return next((observed for observed in self.resources if observed.key == key), None)

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """What rules over time watch of the resources, in the same order."""
        return tuple(self.shown_of(observed) for observed in self.resources)

    def shown_of(self, observed: ObservedResource) -> Shown:
        """Return what rules over time watch of one of the resources."""
        read = self.operation.contract.compiled(_shown_reader, self.operation).read
        return read(observed, str(self.exchange.status), self.span)

    @cached_property
    def unknown(self) -> tuple[Unknown, ...]:
        """What a declared reply holds that the contract does not list, places in its body."""
        return find_unknown(self.operation, self.exchange, self.reply, self.index)


def shows(seen: Observation, observed: ObservedResource, pointer: str) -> bool:
    """Whether the schema of the reply knows the member at `pointer` of a resource that stands in it."""
    known = seen.operation.contract.compiled(_KnownPlaces, seen.operation)
    return known.has(str(seen.exchange.status), generic(observed.place + pointer))


def generic(pointer: str) -> str:
    """Return a place in which 0 stands for any index."""
    return _INDEX.sub("/0", pointer)


class _KnownPlaces:
    """Whether the replies of an operation have a place, by their schemas."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._known: dict[tuple[str, str], bool] = {}

    def has(self, status: str, pointer: str) -> bool:
        """Whether the schema of a reply with `status` knows a place."""
        known = self._known.get((status, pointer))
        if known is None:
            schema = self._operation.reply_schema(status)
            known = Shape(self._operation.contract, schema).at(pointer) is not None
            if len(self._known) < _PLACES:
                self._known[status, pointer] = known
        return known


def _shown_reader(operation: Operation) -> ShownReader:
    resource = operation.resource
    assert resource is not None
    return ShownReader(operation, resource)
