"""Where a reply deviates from its type: as a value, and once in the log."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

log = logging.getLogger("mediatasks")


@dataclass(frozen=True, slots=True)
class Deviation:
    """One place of a reply that does not fit its type and reads as None.

    `operation` is the operation id, for a webhook the name of the event's model. `pointer` is the JSON
    Pointer of the place in the whole body. `pattern` is the same with `*` for each position of an array
    and each key of a map, so that deviations of one kind share it. None of them holds a value of the body.
    """

    operation: str
    pointer: str
    expected: str
    got: str
    pattern: str = field(default="", repr=False)


# What was logged by this process. Patterns come from the models alone, so their number is bounded.
_logged: dict[tuple[str, str, str], object] = {}


def tell_deviations(
    provider: str, deviations: Sequence[Deviation], on_deviation: Callable[[Deviation], object] | None
) -> None:
    """Log deviations, each kind once, and hand each one to the caller's `on_deviation`."""
    log_once(provider, deviations)
    if on_deviation is not None:
        for found in deviations:
            on_deviation(found)


def log_once(provider: str, deviations: Iterable[Deviation]) -> None:
    """Log each deviation at WARNING, once in this process for each provider, operation and pattern."""
    for found in deviations:
        mark = object()
        if _logged.setdefault((provider, found.operation, found.pattern), mark) is mark:
            log.warning(
                "%s: `%s` deviates from the contract at `%s`: expected %s, got %s "
                "(it reads as None; where it is an id or a state, what holds it does; logged once)",
                provider,
                found.operation,
                found.pattern or "/",
                found.expected,
                found.got,
            )
