"""A request that makes resources, what it says of each of them, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.request_parts import is_left_open
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource

_SOURCES = ("$request.", "$each", "$resource")


@dataclass(frozen=True)
class Creation:
    """An accepted request that makes resources, and the resources: of `each` element one.

    A reply that does not show what it made leaves what the request itself says of it. `read` are the
    first resources as they were read directly after. `was_there`: the run had made them before.
    """

    request: DocumentedRequest
    seen: Observation
    resources: tuple[ObservedResource, ...]
    read: tuple[tuple[Observation, ObservedResource], ...] = ()
    was_there: bool = False
    repeats: Repetition | None = field(default=None, repr=False)

    @property
    def is_upsert(self) -> bool:
        """Whether the request may as well change resources that are there."""
        return bool(self.seen.effect["action"] == "upsert")

    @property
    def parts(self) -> list[Scope]:
        """What the request says of each resource, in the order of its elements."""
        return parts_of(self.seen)


@dataclass(frozen=True)
class Repetition:
    """The `first` creation by the same request, directly before, and the whole list before both and after.

    `exclusive`: nobody else makes resources meanwhile.
    """

    first: Creation
    lists: tuple[Listing, Listing] | None
    exclusive: bool


def parts_of(seen: Observation) -> list[Scope]:
    """Return a scope per resource that a request is about: with `$each` where it names several."""
    scope, at = seen.scope, seen.effect.get("each")
    if at is None:
        return [scope]
    given = get(scope.body, at)
    return [
        Scope(scope.path, scope.query, scope.header, scope.body, scope.response, each=element)
        for element in (given if isinstance(given, list) else [])
    ]


def written(
    effect: Mapping[str, Any], scope: Scope, observed: ObservedResource | None = None
) -> dict[str, Any]:
    """Return JSON Pointer → what a request writes there, as far as the request says it.

    With an `observed` resource that shows its key, what is said by the resource itself counts too.
    Literals are left out, since a contract may state them for the mock alone; so is what the service
    chooses for this request.
    """
    own = observed.value if observed is not None else MISSING
    inner = Scope(scope.path, scope.query, scope.header, scope.body, resource=own, each=scope.each)
    zoneless = effect.get("zoneless", ())
    found = {}
    for pointer, expression in effect.get("sets", {}).items():
        if str(expression).startswith(_SOURCES) and not is_left_open(effect, pointer, inner):
            value = evaluate(expression, inner)
            if value is not MISSING:
                found[pointer] = f"{value}Z" if pointer in zoneless and isinstance(value, str) else value
    return found
