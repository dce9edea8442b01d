"""Read the body of a webhook as the one of several models that it fits best."""

from collections.abc import Sequence
from typing import Any

from mediatasks.client.replies.deviation import Deviation


class NoEvent(Exception):
    """A body fits no model; the text says for each of them why."""


def read_event(bodies: Sequence[Any], value: Any) -> tuple[Any, tuple[Deviation, ...]]:
    """Return the event in a plain `value`, and what of it reads as None because it does not fit.

    Of several models that can be read, it is the one with the fewest deviations. Raises NoEvent.
    """
    from mediatasks.client.replies.reading import Unreadable, read_value

    found, problems = [], []
    for kind in bodies:
        try:
            found.append(read_value(kind, value, kind.__name__))
        except Unreadable as error:
            problems.append(f"{kind.__name__}: at `{error.deviation.pointer or '/'}` {error}")
    if not found:
        raise NoEvent("\n".join(problems))
    return min(found, key=lambda pair: len(pair[1]))
