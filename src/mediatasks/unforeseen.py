"""What a command says of an error that nobody foresaw."""

import os
import traceback
from collections.abc import Sequence
from pathlib import Path

DEBUG = "MEDIATASKS_DEBUG"
_ROOT = Path(__file__).parent
# Errors that caused one another; more are not looked at.
_CHAIN = 20


def describe_unforeseen(error: BaseException) -> str:
    """Return its type and place in one message.

    Its traceback goes to stderr where $MEDIATASKS_DEBUG is set. Its own text may hold anything, secrets
    included, and is not shown.
    """
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    places = traceback.extract_tb(error.__traceback__)
    own = _own(places) or places
    place = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    return (
        f"{type(error).__name__}{place}, which was not foreseen\n"
        f"please report it; {DEBUG}=1 in the environment prints the traceback"
    )


def own_cause(error: BaseException | None) -> BaseException | None:
    """Return the error itself, or the one that caused it, that was raised in code of ours; else None."""
    for _ in range(_CHAIN):
        if error is None or _own(traceback.extract_tb(error.__traceback__)):
            return error
        error = error.__cause__ or error.__context__
    return None


def _own(places: Sequence[traceback.FrameSummary]) -> list[traceback.FrameSummary]:
    return [place for place in places if _ROOT in Path(place.filename).parents]
