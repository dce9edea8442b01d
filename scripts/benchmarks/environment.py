"""The environment of the measured processes: this checkout, and bytecode as an installation has it."""

from __future__ import annotations

import os

from benchmarks.task import ROOT


def environment(*more: str) -> dict[str, str]:
    """Return it; `more` are folders of the project to import from beside src and generated.

    Where bytecode may not be written, each process would compile our modules and find those of every
    other package compiled. The first turn of a contestant, which does not count, writes it.
    """
    found = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return found | {"PYTHONPATH": os.pathsep.join(str(ROOT / n) for n in (*more, "src", "generated"))}
