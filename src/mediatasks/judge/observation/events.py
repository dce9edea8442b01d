"""What an exchange shows of one resource, as far as rules over time watch it."""

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from mediatasks.contracts.lifecycle.resource import Resource, State
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, reader
from mediatasks.contracts.schema.shape import parse_number
from mediatasks.judge.observation.observed_resource import Key, ObservedResource
from mediatasks.judge.observation.timestamps import Moment, read_moment

# A longer text is compared by its digest only.
_SHORT = 64

Read = Callable[[Any], Any]


class Span(NamedTuple):
    """When an exchange happened: its number in the order of arrival, and from when to when.

    An exchange is before another one where its `end` lies before the other's `begin`. In a live run
    both are the number; of recorded traffic they are seconds since 1970, the clocks' inaccuracy added
    to `end`.
    """

    number: int = 0
    begin: float = 0
    end: float = 0


class Mark:
    """What a track keeps of a resource that was shown.

    `operation` is the id of the one that showed it, `amount` its progress as a number, `attempt` the
    count of attempts; `created` and `updated` are (moment, value as shown). None, or `MISSING` of an
    attempt, where it was not shown.
    """

    __slots__ = ("amount", "attempt", "created", "operation", "span", "states", "updated")

    def __init__(
        self,
        operation: str,
        span: Span,
        states: tuple[State, ...],
        amount: int | float | None = None,
        attempt: Any = MISSING,
        created: tuple[Moment, Any] | None = None,
        updated: tuple[Moment, Any] | None = None,
    ) -> None:
        self.operation, self.span, self.states = operation, span, states
        self.amount, self.attempt, self.created, self.updated = amount, attempt, created, updated


class Shown(NamedTuple):
    """One resource as an exchange shows it: the members that rules over time watch, and no others.

    `place` is where it stands in the reply with `status`, `whole` whether the reply shows the resource
    itself. `progress` is the value shown, `total` the number that it counts up to; `moments` is name of
    a timestamp → (value shown, moment; None: in another unit), of those that are given; `named` holds
    the members by which requests name resources. What is not shown is `MISSING`.
    """

    operation: Operation
    status: str
    resource: Resource
    key: Key
    place: str
    whole: bool
    mark: Mark
    progress: Any
    total: Any
    moments: Mapping[str, tuple[Any, Moment | None]]
    chain: Any
    named: Mapping[str, Any]


class ShownReader:
    """Read the watched members of the resources that one operation shows."""

    def __init__(self, operation: Operation, resource: Resource) -> None:
        self.operation, self.resource = operation, resource
        fields = resource.fields
        progress: Mapping[str, str] = fields.get("progress", {})
        self._progress, self._total = _reader(progress.get("at")), _reader(progress.get("of"))
        self._attempt, self._chain = _reader(fields.get("attempt")), _reader(resource.data.get("chain"))
        places = fields.get("timestamps", {}).items()
        self._moments = [(name, reader(place["at"]), place["unit"]) for name, place in places]
        effects = resource.operations.values()
        acting = (effect.get("where", {}) for effect in effects if effect["action"] not in ("read", "list"))
        self._named = [(p, reader(p)) for p in dict.fromkeys(p for where in acting for p in where)]

    def read(self, observed: ObservedResource, status: str, span: Span) -> Shown:
        """Return what is watched of a resource in a reply."""
        value = observed.value
        progress = self._progress(value)
        moments = {}
        for name, read, unit in self._moments:
            given = read(value)
            # Some services write 0 for a time that has not come.
            if given is not MISSING and given is not None and (given is False or given != 0):
                moments[name] = (given, read_moment(given, unit))
        amount = None if progress is MISSING else amount_of(progress)
        attempt = short(self._attempt(value))
        times = (_kept(moments.get("created")), _kept(moments.get("updated")))
        return Shown(
            self.operation,
            status,
            self.resource,
            observed.key,
            observed.place,
            observed.whole,
            Mark(self.operation.id, span, observed.states, amount, attempt, *times),
            progress,
            self._total(value),
            moments,
            short(self._chain(value)),
            {pointer: read(value) for pointer, read in self._named},
        )


def amount_of(shown: Any) -> int | float | None:
    """Return a number, which may travel as text; None for what is none."""
    number = parse_number(shown) if isinstance(shown, str) else shown
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    # Whole numbers may be larger than any float.
    return None if isinstance(number, float) and math.isnan(number) else number


def _reader(pointer: str | None) -> Read:
    return reader(pointer) if pointer is not None else lambda value: MISSING


def _kept(moment: tuple[Any, Moment | None] | None) -> tuple[Moment, Any] | None:
    return (moment[1], moment[0]) if moment is not None and moment[1] is not None else None


def short(value: Any) -> Any:
    """Return what can be kept, and compared for equality, in place of a value."""
    if value is MISSING or not isinstance(value, str | dict | list):
        return value
    if isinstance(value, str) and len(value) <= _SHORT:
        return value
    return hashlib.blake2b(msgspec.json.encode(value, order="deterministic"), digest_size=16).hexdigest()
