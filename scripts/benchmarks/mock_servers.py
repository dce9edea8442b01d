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

from benchmarks.environment import environment
from benchmarks.measurement import NotRun
from benchmarks.task import ROOT
from mediatasks.contracts.compose.store import open_store
from mediatasks.mock.control.samples import Sample, samples

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
        sample = sample_of(name)
        headers = {"host": "127.0.0.1", **sample.headers}
        if sample.body:
            headers["content-length"] = str(len(sample.body))
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


def sample_of(name: str) -> Sample:
    """Return the documented request `get`, `post` or `list`."""
    operation = open_store().contract(PROVIDER).operations[_OPERATIONS[name]]
    return next(samples(operation))


@contextlib.contextmanager
def ours(*options: str) -> Iterator[Server]:
    """Run our mock of the one provider."""
    port = _free_port()
    command = [sys.executable, "-m", "mediatasks", "mock", PROVIDER, "--port", str(port), *options]
    with _running(command, port, f"/{PROVIDER}", environment()) as server:
        yield server


@contextlib.contextmanager
def prism() -> Iterator[Server]:
    """Run Prism on the plain contract, its logging off. Raises NotRun where node is missing."""
    program, port = _installed(), _free_port()
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(open_store().contract(PROVIDER).plain))
        command = [str(program), "mock", "-p", str(port), "-v", "silent", "--errors", str(document)]
        with _running(command, port, "", dict(os.environ)) as server:
            yield server


@contextlib.contextmanager
def _running(command: list[str], port: int, prefix: str, variables: dict[str, str]) -> Iterator[Server]:
    """Yield the server when it has answered a request."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=variables) as process:
        try:
            server = Server(process, port, prefix)
            _wait(server)
            yield server
        finally:
            process.terminate()


def _wait(server: Server) -> None:
    sample, end = sample_of("get"), time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            connection.request(sample.method, server.prefix + sample.target, headers=dict(sample.headers))
            reply = connection.getresponse()
            if reply.status != 200:
                raise NotRun(f"{_name(server)} answered {reply.status}")
            return
        except OSError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise NotRun(f"{_name(server)} did not start")


def _name(server: Server) -> str:
    return "the mock" if server.prefix else PACKAGE


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _installed() -> Path:
    """Return Prism's program, installed by npm on first use. Raises NotRun."""
    program = FOLDER / "node_modules/.bin/prism"
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NotRun("node is missing")
    known = FOLDER / "package.json"
    wanted = PACKAGE.rpartition("@")[2]
    if program.exists() and known.exists() and wanted in known.read_text():
        return program
    print(f"installing {PACKAGE} into {FOLDER}", file=sys.stderr)
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [
        npm,
        "install",
        "--silent",
        "--no-fund",
        "--no-audit",
        "--save-exact",
        "--prefix",
        str(FOLDER),
        PACKAGE,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError):
        raise NotRun(f"{PACKAGE} could not be installed from npm") from None
    return program
