"""Call the mock of Livepeer with the vendor's own SDKs (`nox -s official`).

    python scripts/try_sdks.py --python PYTHON --node DIR

PYTHON is an interpreter that has the package `livepeer`, DIR the folder of npm's `livepeer`; a SDK whose
package or runtime is missing is skipped, and said to be. Each meets a mock of its own, a process on this
machine that answers the first request with 503, so that the SDK has to repeat it. Exit codes: 0 no error,
1 an error of a SDK, 2 nothing could be tried.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portability_process import SHOWN, CouldNotRun, run

ROOT = Path(__file__).resolve().parents[1]
DRIVERS = ROOT / "scripts/official"
EXAMPLES = ROOT / "specs/livepeer/examples"
# One 503 to the first list; the tasks end within a second.
FAULTS = {
    "faults": [
        {"fault": "status", "provider": "livepeer", "operation": "list_tasks", "status": 503, "times": 1}
    ]
}
SPEED = "600"


@dataclass(frozen=True)
class Sdk:
    """One SDK: what to run before the arguments of a driver, or why it cannot run."""

    name: str
    command: tuple[str, ...] = ()
    lacks: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", type=Path, help="an interpreter that has the Python SDK")
    parser.add_argument(
        "--node", type=Path, help="the folder in which npm has installed the JavaScript SDK"
    )
    parsed = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            return try_sdks(find_sdks(parsed.python, parsed.node), Path(scratch))
    except CouldNotRun as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def find_sdks(python: Path | None, node: Path | None) -> list[Sdk]:
    """Return both SDKs, with what each lacks."""
    return [_python_sdk(python), _node_sdk(node)]


def _python_sdk(python: Path | None) -> Sdk:
    name = "livepeer for Python"
    if python is None or not python.is_file():
        return Sdk(name, lacks="no interpreter that has it; give --python")
    command = [str(python), "-I", "-c", "import livepeer"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        return Sdk(name, lacks=f"the package `livepeer` is not installed for `{python}`")
    return Sdk(name, (str(python), "-I", str(DRIVERS / "livepeer_sdk.py")))


def _node_sdk(folder: Path | None) -> Sdk:
    name = "livepeer for JavaScript"
    program = shutil.which("node")
    if program is None:
        return Sdk(name, lacks="`node` is not installed")
    if folder is None or not (folder / "node_modules/livepeer").is_dir():
        return Sdk(
            name, lacks="the package `livepeer` of npm is not installed; give its folder with --node"
        )
    # A module finds packages beside itself only.
    driver = folder / "livepeer_sdk.mjs"
    shutil.copyfile(DRIVERS / driver.name, driver)
    return Sdk(name, (program, str(driver)))


def try_sdks(sdks: Sequence[Sdk], scratch: Path) -> int:
    """Run each SDK that is there against a mock of its own; return the exit code."""
    if all(sdk.lacks for sdk in sdks):
        raise CouldNotRun("; ".join(f"{sdk.name}: {sdk.lacks}" for sdk in sdks))
    failed = False
    for sdk in sdks:
        if sdk.lacks:
            print(f"{sdk.name}: skipped, {sdk.lacks}")
            continue
        problem = _try(sdk, scratch)
        print(f"{sdk.name}: {problem or 'no error'}")
        failed = failed or bool(problem)
    return int(failed)


def _try(sdk: Sdk, scratch: Path) -> str:
    """Return what went wrong, or an empty text."""
    retried = json.loads((EXAMPLES / "get_task_failed.json").read_text("utf-8"))["id"]
    with running_mock(scratch) as mock:
        url = mock["providers"][0]["url"]
        key = mock["providers"][0]["credentials"][0]["value"]
        payload = str(EXAMPLES / "create_transcode_url_request.json")
        code, output = run([*sdk.command, url, key, payload, retried], scratch, 60)
        print(output.rstrip()[-SHOWN:])
        if code:
            return f"the exit code of its calls is {code}"
        statuses = _statuses(f"{mock['url']}/_mock/requests")
    if statuses[:2] != [503, 200]:
        return f"it did not repeat the first request: {statuses[:2]}"
    return "" if max(statuses[1:]) < 400 else f"the mock refused a request: {statuses}"


@contextmanager
def running_mock(scratch: Path) -> Iterator[dict[str, Any]]:
    """Run the mock as a process of its own; give what it prints of itself."""
    faults = scratch / "faults.json"
    faults.write_text(json.dumps(FAULTS), "utf-8")
    options = ["--port", "0", "--speed", SPEED, "--faults", str(faults), "--format", "json"]
    command = [sys.executable, "-m", "mediatasks", "mock", "livepeer", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise CouldNotRun("the mock did not start")
            yield json.loads(line)
        finally:
            process.terminate()


def _statuses(url: str) -> list[int]:
    """Return the status of each request that the mock has answered, the oldest first."""
    with urllib.request.urlopen(url, timeout=10) as reply:
        told = json.load(reply)
    return [int(entry["status"]) for entry in sorted(told["requests"], key=lambda entry: entry["number"])]


if __name__ == "__main__":
    sys.exit(main())
