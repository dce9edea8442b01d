"""Run a foreign tool: bounded in time, with all its children, and without telemetry."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 180
SHOWN = 1500
QUIET = {
    "CI": "true",
    "DO_NOT_TRACK": "1",
    "NO_COLOR": "1",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_TELEMETRY": "off",
    "SCARF_ANALYTICS": "false",
}


class CouldNotRun(Exception):
    """A tool could not be installed or started, so nothing is known about the contracts."""


@contextmanager
def started(command: list[str], folder: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` in `folder`, its output in `log`; end it and its children. Raises CouldNotRun."""
    environment = {k: v for k, v in os.environ.items() if k != "FORCE_COLOR"} | QUIET
    with log.open("wb") as out:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                # A group of its own: openapi-generator's java is a grandchild and outlives its parent.
                start_new_session=True,
            )
        except OSError as error:
            raise CouldNotRun(f"`{command[0]}` cannot be started: {error.strerror}") from None
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run(command: list[str], folder: Path, seconds: int = SECONDS) -> tuple[int, str]:
    """Return exit code and output of `command`; a run that does not end in time has the code -1."""
    log = folder / "output.log"
    with started(command, folder, log) as process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return -1, f"did not end in {seconds} s\n{tail(log)}"
    return code, log.read_text("utf-8", "replace")


def failure(command: list[str], folder: Path) -> list[str]:
    """Return what a command that failed printed last, as one problem; none where it succeeded."""
    code, output = run(command, folder)
    if not code:
        return []
    return [f"`{Path(command[0]).name}` failed with exit code {code}\n{output.strip()[-SHOWN:]}"]


def tail(log: Path) -> str:
    """Return the end of a log."""
    return log.read_text("utf-8", "replace").strip()[-SHOWN:]
