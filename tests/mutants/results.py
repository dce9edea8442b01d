"""What a full run has found out so far, in a file: a run that was ended goes on where it was.

Kept in `build/mutants.json`, and forgotten as soon as the code changes that it depends on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import schemathesis

from tests.mutants.hunt import Outcome
from tests.mutants.plain import PlainOutcome
from tests.mutants.work import Task

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "build" / "mutants.json"
# Plain `st run` knows nothing of our check.
_SHARED = ("src/mediatasks/contracts", "src/mediatasks/mock", "generated", "tests/mutants")
_OURS = ("src/mediatasks/check", "src/mediatasks/judge", "src/mediatasks/exchange")


class Results:
    """Results by kind and name, written as they come."""

    def __init__(self, path: Path = FILE) -> None:
        self.path = path
        self._stamps = {kind: _stamp(kind) for kind in ("hunt", "plain", "noise")}
        self._kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        for kind, stamp in self._stamps.items():
            if self._kept.get(kind, {}).get("stamp") != stamp:
                self._kept[kind] = {"stamp": stamp, "results": {}}

    def get(self, task: Task) -> Any:
        """Return the result of a task: an Outcome, a PlainOutcome, or None where there is none yet."""
        data = self._kept[task.kind]["results"].get(_key(task))
        if data is None:
            return None
        if task.kind == "hunt":
            return Outcome(**{**data, "found": tuple(data["found"])})
        return PlainOutcome(**{**data, "found": tuple((c, o) for c, o in data["found"])})

    def put(self, task: Task, result: Any) -> None:
        """Keep the result of a task."""
        self._kept[task.kind]["results"][_key(task)] = asdict(result)
        self.path.parent.mkdir(exist_ok=True)
        partial = self.path.with_suffix(".part")
        partial.write_text(json.dumps(self._kept))
        partial.replace(self.path)


def _key(task: Task) -> str:
    return f"{task.name} {task.seed} {json.dumps(task.noise)}"


def _stamp(kind: str) -> str:
    """Return what tells one state of the code from another."""
    digest = hashlib.sha256(schemathesis.__version__.encode())
    for path in sorted(_files(_SHARED + (_OURS if kind == "hunt" else ()))):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            shown = path.name == "page.py" or path.name.startswith("test_")
            if path.is_file() and path.suffix not in (".pyc", ".tsv") and not shown:
                yield path
