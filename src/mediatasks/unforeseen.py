"""What a command says of an error that nobody foresaw."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

DEBUG = "MEDIATASKS_DEBUG"


def describe_unforeseen(error: BaseException) -> str:
    """Return its type and place in one message.

    Its traceback goes to stderr where $MEDIATASKS_DEBUG is set. Its own text may hold anything, secrets
    included, and is not shown.
    """
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    places = traceback.extract_tb(error.__traceback__)
    own = [p for p in places if "mediatasks" in Path(p.filename).parts] or places
    place = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    return (
        f"{type(error).__name__}{place}, which was not foreseen\n"
        f"please report it; {DEBUG}=1 in the environment prints the traceback"
    )
