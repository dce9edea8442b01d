"""What a request asks of the resources that it lists, and whether they are so."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mediatasks.contracts.equality import instant, same_key, text_of
from mediatasks.contracts.pointer import MISSING, get, split
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.facts import Fact
from mediatasks.judge.observation.observed_resource import ObservedResource

# Whether a resource is what a filter asks for; None where what it shows does not tell.
Test = Callable[[Any], bool | None]

_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "after": operator.gt,
    "from": operator.ge,
    "before": operator.lt,
    "to": operator.le,
}


@dataclass(frozen=True)
class FilterCase:
    """One filter: `sent` stands where `expression` reads it, and every resource `fits` or is not listed.

    `pointer` is the member that decides, `words` what is asked of it (a clause), `fact` where the
    filter is stated. `is_unused`: no resource has the value, so that one that does not show the member
    is wrong too.
    """

    expression: str
    sent: Any
    pointer: str
    words: str
    fits: Test = field(repr=False)
    fact: Fact = field(repr=False)
    is_unused: bool = False

    def put_into(self, request: DocumentedRequest) -> DocumentedRequest:
        """Return the request that asks for it too."""
        return request.having(self.expression, self.sent)

    def refuses(self, value: Any) -> bool:
        """Whether a resource should not have been listed, as far as it shows it."""
        found = self.fits(value)
        return found is False or (found is None and self.is_unused)


def equals(pointer: str, values: Sequence[Any], absent: Any = MISSING) -> Test:
    """Return the test for a member that is one of `values`; one that is not there counts as `absent`."""

    def fits(value: Any) -> bool | None:
        found = get(value, pointer)
        if found is MISSING or found is None:
            found = absent
        return None if found is MISSING else any(same_key(found, wanted) for wanted in values)

    return fits


def lies(pointer: str, bounds: Mapping[str, Any], *, sharp: bool) -> Test:
    """Return the test for a number or moment between bounds; on one it tells nothing unless `sharp`."""
    limits = {kind: measure(bound) for kind, bound in bounds.items()}

    def fits(value: Any) -> bool | None:
        place = measure(get(value, pointer))
        if place is None or any(limit is None for limit in limits.values()):
            return None
        if not sharp and place in limits.values():
            return None
        return all(_COMPARED[kind](place, limit) for kind, limit in limits.items())

    return fits


def contains(pointers: Sequence[str], text: str) -> Test:
    """Return the test for a text in one of some members.

    It never refuses a resource: the text may also occur in members that are not listed.
    """

    def fits(value: Any) -> bool | None:
        return True if any(text in found for found in texts(value, pointers)) else None

    return fits


def texts(value: Any, pointers: Sequence[str]) -> Iterator[str]:
    """Yield the texts at the pointers."""
    for pointer in pointers:
        found = value
        for token in split(pointer):
            found = found.get(token) if isinstance(found, dict) else None
        if isinstance(found, str) and found:
            yield found


def measure(value: Any) -> float | None:
    """Return a number, or a moment in seconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return instant(value)


def scalars(resources: Sequence[ObservedResource], pointer: str) -> list[tuple[Any, int]]:
    """Return the values that resources show at a pointer, each with their number, the rarest first."""
    found: dict[str, tuple[Any, int]] = {}
    for observed in resources:
        value = get(observed.value, pointer)
        if isinstance(value, str | int | float) and value != "":
            name = f"{type(value).__name__} {text_of(value)}"
            found[name] = (value, found.get(name, (value, 0))[1] + 1)
    return sorted(found.values(), key=lambda pair: pair[1])
