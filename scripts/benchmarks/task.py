"""The task that all benchmarks read: Livepeer's documented example, as a server would send it."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.measurement import NotRun

ROOT = Path(__file__).resolve().parents[2]
ID = "09F8B46C-61A0-4254-9875-F71F4C605BC7"

_EXAMPLE = ROOT / "specs/livepeer/examples/get_task_documented.json"


def documented() -> bytes:
    """Return the full example, 3.9 KB without white space."""
    return json.dumps(json.loads(_EXAMPLE.read_text()), separators=(",", ":")).encode()


def accepted() -> bytes:
    """Return the example with `gop` as text: the official package refuses the documented number."""
    text = documented().decode()
    if text.count('"gop":2') == 0:
        raise NotRun("the example has no number `gop` to turn into text")
    return text.replace('"gop":2', '"gop":"2"').encode()
