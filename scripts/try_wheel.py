"""Try an installed wheel: contracts and clients are in it, its commands work (`nox -s build`)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("mediatasks"))
PROVIDERS = ["boro", "kokoon", "livepeer", "taskengine", "vionlabs"]


def run(*arguments: str) -> str:
    """Run one command of the wheel and return what it printed to stdout."""
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        sys.exit(f"mediatasks {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Try `providers`, the page of the mock, a client against it, and `check`."""
    listed = [p["name"] for p in json.loads(run("providers", "--format", "json"))]
    assert listed == PROVIDERS, listed
    mock = subprocess.Popen([COMMAND, "mock", "--port", "8499"], stdout=subprocess.PIPE, text=True)
    try:
        assert mock.stdout
        mock.stdout.readline()
        import httpx2

        base = "http://127.0.0.1:8499"
        page = httpx2.get(base, headers={"accept": "text/html"})
        parts = re.findall(r'"(/_mock/page/[^"]+)"', page.text)
        parts.append("/_mock/page/vendor/swagger-ui/swagger-ui-bundle.js")
        assert len(parts) > 3
        assert all(httpx2.get(base + part).status_code == 200 for part in parts), parts
        from mediatasks import TaskEngine
        from mediatasks.contracts.compose.store import open_store

        secrets = {c.argument: c.example for c in open_store().contract("taskengine").credentials}
        with TaskEngine(f"{base}/taskengine", **secrets) as engine:
            assert engine.get_job(123).id == 123
    finally:
        mock.terminate()
        mock.wait(10)
    run("check", "kokoon", "--max-examples", "2")
    print("the wheel's providers, mock, page and check work")


if __name__ == "__main__":
    main()
