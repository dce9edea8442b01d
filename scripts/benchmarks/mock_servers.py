"""The two contestants of the mock's rows, each in a process of its own: our mock, and Prism.

Both serve the same contract, the Task Engine's: ours reads the one that ships, Prism its plain view.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measurement import NotRun
from benchmarks.task import ROOT
from mediatasks.contracts.store import open_store
from mediatasks.mock.samples import Sample, first_sample

PACKAGE = "@stoplight/prism-cli@5.16.0"
PROVIDER = "taskengine"
FOLDER = ROOT / ".nox/bench-prism"

_OPERATIONS = {"get": "get_job", "post": "create_job", "list": "list_jobs"}
_START_SECONDS = 60.0
_INSTALL_SECONDS = 300


@dataclass(frozen=True)
class Server:
    """A running server: its process, its port, what stands before every path."""

    process: subprocess.Popen[bytes]
    port: int
    prefix: str

    def request(self, name: str) -> str:
        """Return the documented request `get`, `post` or `list` as it goes over the wire."""
        sample = _sample(name)
        headers = {"host": "127.0.0.1", **sample.headers}
        if sample.body:
            headers |= {"content-type": "application/json", "content-length": str(len(sample.body))}
        lines = [f"{sample.method} {self.prefix}{sample.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", sample.body.decode()])

    def memory(self) -> float:
        """Return its resident memory, and that of its children, in bytes. Raises NotRun."""
        total, todo = 0, [self.process.pid]
        while todo:
            folder = Path(f"/proc/{todo.pop()}")
            if not folder.exists():
                raise NotRun("this system has no /proc to read resident memory from")
            total += int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            for task in (folder / "task").iterdir():
                todo += map(int, (task / "children").read_text().split())
        return float(total)


def _sample(name: str) -> Sample:
    contract = open_store().contract(PROVIDER)
    found = first_sample(contract, _OPERATIONS[name])
    if found is None:
        raise NotRun(f"the contract documents no request of `{_OPERATIONS[name]}`")
    return found
