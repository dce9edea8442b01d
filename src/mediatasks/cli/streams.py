"""The standard streams of a command: any character can be written, whoever reads them."""

import codecs
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_ESCAPING = "mediatasks-json"
# What prints JSON whatever the options say.
_JSON_COMMANDS = ("spec",)


def prepare_streams(words: Sequence[str]) -> None:
    """Have characters that stdout cannot show replaced: in JSON by its escapes, elsewhere by `?`.

    A stream that was closed before the start becomes one that takes everything.
    """
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    codecs.register_error(_ESCAPING, _escaped)
    is_json = "json" in words or "--format=json" in words or any(w in _JSON_COMMANDS for w in words)
    # A stream that somebody put in place (a test, a notebook) need not have this.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors=_ESCAPING if is_json else "replace")


def silence(stream: Any) -> None:
    """Send what is still in a stream nowhere: Python writes it as it ends, and complains if it cannot."""
    try:
        number = stream.fileno()
    except (OSError, ValueError, AttributeError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Return the characters that cannot be encoded as JSON escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
