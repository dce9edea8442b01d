"""`mediatasks check` against plain `st run`, and the whole gate against the time that it may take.

Both test the same operations over HTTP with the same settings, so that schemathesis makes the same cases;
ours judges each of them too, and sends the probes of its own checks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.environment import environment
from benchmarks.measurement import Benchmark, NotRun, Ratios, interleave
from mediatasks.check.engine.settings import build_settings
from mediatasks.check.options import Options
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.exchange.credentials import Credentials

PROVIDER, LARGEST = "kokoon", "taskengine"
ROUNDS = 3
GATE_SECONDS, ONE_SECONDS = 180.0, 60.0
BIN = Path(sys.executable).parent


def measure_wall() -> Ratios:
    """Compare the wall time of a whole run of one provider."""
    contract = open_store().contract(PROVIDER)
    with tempfile.TemporaryDirectory() as folder:
        settings, document = Path(folder) / "schemathesis.toml", Path(folder) / "contract.json"
        settings.write_text(_settings(contract))
        document.write_text(json.dumps(contract.document))
        plain = [str(BIN / "st"), "--config-file", str(settings), "run", str(document), "--url"]
        return interleave(lambda: _timed(_check()), lambda: _timed(plain), ROUNDS)


def measure_gate() -> Ratios:
    """Compare the whole gate, all providers at 25 examples, with the time that it may take."""
    return _against([*_command(), "check"], GATE_SECONDS)


def measure_one() -> Ratios:
    """Compare the largest provider over HTTP with the time that it may take."""
    return _against([*_command(), "check", LARGEST], ONE_SECONDS)


def _against(command: list[str], seconds: float) -> Ratios:
    return Ratios(tuple(_run(command) / seconds for _ in range(2)))


def _command() -> list[str]:
    return [sys.executable, "-m", "mediatasks"]


def _check() -> list[str]:
    contract = open_store().contract(PROVIDER)
    given = [f"--credential={c.argument}={c.example}" for c in contract.credentials]
    # Nothing is watched through its states: that would time how long the mock's tasks last.
    return [*_command(), "check", PROVIDER, *given, "--allow-writes", "--watch", "0", "--url"]


def _settings(contract: Contract) -> str:
    """Return our settings as the file of schemathesis, with the credentials in it."""
    settings = build_settings(contract, Options())
    credentials = Credentials(contract, {c.argument: c.example for c in contract.credentials})
    settings["headers"] = {p.name: str(p.value) for p in credentials.all if p.place == "header"}
    return "".join(f"{name} = {_toml(value)}\n" for name, value in settings.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(n)} = {_toml(v)}" for n, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _timed(command: list[str]) -> float:
    """Return the seconds of a command against a mock of its own."""
    with _mock() as url:
        return _run([*command, url])


def _run(command: list[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    if done.returncode != 0:
        raise NotRun(f"`{' '.join(command[:4])} …` ended with {done.returncode}: {done.stdout[-300:]}")
    return time.perf_counter() - began


@contextmanager
def _mock() -> Iterator[str]:
    command = [*_command(), "mock", PROVIDER, "--port", "0", "--format", "json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
    )
    try:
        assert process.stdout is not None
        yield f"{json.loads(process.stdout.readline())['url']}/{PROVIDER}"
    finally:
        process.terminate()
        process.wait()


BENCHMARKS = (
    Benchmark("check-wall", "check of one provider", "plain `st run`, same settings", 1.1, measure_wall),
    Benchmark("check-gate", "check of all providers", f"{GATE_SECONDS:g} s", 1.0, measure_gate),
    Benchmark("check-one", "check of the largest provider", f"{ONE_SECONDS:g} s", 1.0, measure_one),
)
