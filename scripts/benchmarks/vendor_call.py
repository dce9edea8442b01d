"""A typed call over loopback HTTP, against the official package in its own virtual environment."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

from session import python_in

from benchmarks import task
from benchmarks.measurement import Benchmark, NotRun, Ratios, interleave, timed
from benchmarks.server import serve
from mediatasks import Livepeer

PACKAGE = "livepeer==0.3.0"
ENVIRONMENT = task.ROOT / ".nox/bench-livepeer"
ROUNDS, CALLS, VENDOR_CALLS = 41, 50, 3

_LOOP = Path(__file__).with_name("vendor_loop.py")
_INSTALL_SECONDS = 240


def measure() -> Ratios:
    """Read an example that both accept. Raises NotRun where the package cannot be installed."""
    python = _environment()
    with serve(task.accepted()) as url, Livepeer(url, api_key="key") as ours:
        command = [str(python), str(_LOOP), url, task.ID]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as vendor:
            typed = timed(lambda: ours.get_task(task.ID), CALLS)
            try:
                return interleave(typed, _turns(vendor), ROUNDS)
            finally:
                vendor.terminate()


def _turns(vendor: subprocess.Popen[str]) -> Callable[[], float]:
    def turn() -> float:
        assert vendor.stdin is not None
        assert vendor.stdout is not None
        try:
            vendor.stdin.write(f"{VENDOR_CALLS}\n")
            vendor.stdin.flush()
            return float(vendor.stdout.readline()) / VENDOR_CALLS
        except (OSError, ValueError):
            raise NotRun(f"{PACKAGE} could not read the example") from None

    return turn


def _environment() -> Path:
    """Return the interpreter of a virtual environment with the package; made on first use."""
    python = python_in(ENVIRONMENT)
    wanted = [
        "-c",
        f"import importlib.metadata as m; assert 'livepeer=='+m.version('livepeer')=='{PACKAGE}'",
    ]
    if (
        python.exists()
        and not subprocess.run([python, *wanted], check=False, capture_output=True).returncode
    ):
        return python
    print(f"installing {PACKAGE} into {ENVIRONMENT}", file=sys.stderr)
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", PACKAGE]
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_SECONDS, env=environment)
    except (OSError, subprocess.SubprocessError):
        raise NotRun(f"{PACKAGE} could not be installed from PyPI") from None
    return python


BENCHMARK = Benchmark("vendor", "typed `get_task`, sync", f"official `{PACKAGE}`", 0.08, measure)
