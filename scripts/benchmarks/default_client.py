"""The models that openapi-python-client makes of the same contract with its own templates."""

from __future__ import annotations

import contextlib
import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measurement import NotRun
from benchmarks.task import ROOT

PACKAGE = "default_client"

_CONTRACT = ROOT / "generated/mediatasks_clients/livepeer/contract.json"


@contextlib.contextmanager
def default_client() -> Iterator[Path]:
    """Generate the client into a temporary folder and yield that. Raises NotRun."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        config = folder / "config.json"
        config.write_text(json.dumps({"post_hooks": []}))
        command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
        command += ["--meta", "none", "--path", str(_CONTRACT), "--config", str(config)]
        command += ["--output-path", str(folder / PACKAGE)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            raise NotRun("openapi-python-client made no client; is it installed?")
        yield folder


def load_task(folder: Path) -> Any:
    """Return the class of tasks from `folder`."""
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(f"{PACKAGE}.models.task").Task
    finally:
        sys.path.remove(str(folder))
