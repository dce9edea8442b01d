"""Read the plain contracts with tools that are not ours. Used by `nox -s portability`.

Node tools are installed by npm at pinned versions into `--tools`; openapi-generator needs java. A
tool whose runtime is missing is skipped, and said to be. Exit 0 clean, 1 findings, 2 could not run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mediatasks.contracts.document import Contract
from mediatasks.contracts.store import open_store
from mediatasks.mock.samples import Sample, first_sample

NPM = {
    "prism": "@stoplight/prism-cli@5.16.0",
    "redocly": "@redocly/cli@2.77.0",
    "spectral": "@stoplight/spectral-cli@6.16.3",
    "openapi-typescript": "openapi-typescript@7.13.0",
}
PYTHON = ("openapi-generator", "datamodel-codegen")
SECONDS = 180
PORT = 8497

# A trial returns what went wrong; nothing where the tool was content.
Trial = Callable[[Path, Contract], str]


class Tools:
    """The six tools, each as a trial of one document."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trials: dict[str, Trial] = {
            "prism": self.prism,
            "redocly": lambda d, _: self.node("redocly", "lint", str(d), "--format", "stylish"),
            "spectral": self.spectral,
            "openapi-typescript": lambda d, _: self.node(
                "openapi-typescript", str(d), "--output", str(d.with_suffix(".ts"))
            ),
            "openapi-generator": lambda d, _: run(
                python_tool("openapi-generator-cli"), "validate", "-i", str(d)
            ),
            "datamodel-codegen": lambda d, _: run(
                python_tool("datamodel-codegen"),
                *("--input", str(d), "--input-file-type", "openapi", "--output", str(d.with_suffix(".py"))),
                *("--output-model-type", "pydantic_v2.BaseModel"),
            ),
        }

    def missing(self, name: str) -> str:
        """Return what a tool lacks to run on this machine."""
        if name in NPM:
            return "" if shutil.which("npm") else "no node"
        return "no java" if name == "openapi-generator" and not shutil.which("java") else ""

    def install(self, names: list[str]) -> None:
        """Install the node tools among `names`. Raises SystemExit with npm's own words."""
        packages = [NPM[n] for n in names if n in NPM and not self.missing(n)]
        if packages:
            options = ("--silent", "--no-fund", "--no-audit", "--prefix", str(self.folder))
            problem = run("npm", "install", *options, *packages, "typescript@5")
            if problem:
                print(f"error: npm could not install {', '.join(packages)}\n{problem}", file=sys.stderr)
                sys.exit(2)

    def node(self, name: str, *arguments: str) -> str:
        """Run a node tool."""
        return run(str(self.folder / "node_modules/.bin" / name), *arguments)

    def spectral(self, document: Path, _: Contract) -> str:
        """Lint with Spectral's own OpenAPI rules; warnings pass."""
        ruleset = document.with_name("spectral.yaml")
        ruleset.write_text("extends: ['spectral:oas']\n")
        options = ("--ruleset", str(ruleset), "--fail-severity", "error", "--display-only-failures")
        return self.node("spectral", "lint", str(document), *options)

    def prism(self, document: Path, contract: Contract) -> str:
        """Start Prism and let it answer a documented request of the contract."""
        command = [str(self.folder / "node_modules/.bin/prism"), "mock", "-p", str(PORT), str(document)]
        log = document.with_suffix(".log")
        with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out, env=quiet()) as prism:
            try:
                return ask(first_sample(contract), prism) and f"{log.read_text()[-1500:]}"
            finally:
                prism.terminate()


def ask(sample: Sample | None, prism: subprocess.Popen[bytes]) -> str:
    """Send `sample` to Prism once it listens; return what is wrong with the answer."""
    if sample is None:
        return "the contract has no documented request"
    headers = {"content-type": "application/json", **sample.headers}
    url, body = f"http://127.0.0.1:{PORT}{sample.target}", sample.body or None
    request = urllib.request.Request(url, body, headers, method=sample.method)
    end = time.monotonic() + 30
    while time.monotonic() < end and prism.poll() is None:
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                return "" if reply.status == 200 else f"status {reply.status}"
        except urllib.error.HTTPError as error:
            return f"status {error.code}: {error.read(300)!r}"
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    return "did not start"


def run(*command: str) -> str:
    """Run a tool; return its output if it failed, nothing if it did not."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=SECONDS, env=quiet()
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (done.stdout + done.stderr).strip()[-3000:] or "failed silently" if done.returncode else ""


def quiet() -> dict[str, str]:
    """Return an environment in which no tool phones home."""
    return {
        **os.environ,
        "REDOCLY_TELEMETRY": "off",
        "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        "CI": "true",
    }


def python_tool(name: str) -> str:
    """Return the path of a tool of this environment."""
    return str(Path(sys.executable).with_name(name))


def main() -> int:
    """Try every tool on every provider and print the table."""
    parser = argparse.ArgumentParser(description="Read the plain contracts with other tools.")
    parser.add_argument("--tool", action="append", choices=[*NPM, *PYTHON], help="only this one")
    parser.add_argument("--tools", type=Path, default=None, help="folder for the node tools")
    arguments = parser.parse_args()
    chosen = arguments.tool or [*NPM, *PYTHON]
    contracts = open_store().choose([])
    table = Table("tool", *(c.provider for c in contracts))
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        tools = Tools((arguments.tools or Path(scratch, "npm")).resolve())
        tools.install(chosen)
        for name in chosen:
            cells = []
            for contract in contracts:
                print(f"{name}: {contract.provider}", file=sys.stderr)
                document = Path(scratch, f"{contract.provider}.json")
                document.write_text(json.dumps(contract.plain))
                lacking = tools.missing(name)
                problem = "" if lacking else tools.trials[name](document, contract)
                cells.append(f"skipped: {lacking}" if lacking else "error" if problem else "ok")
                if problem:
                    problems.append(f"{name} on {contract.provider}:\n{problem}")
            table.add_row(name, *cells)
    Console().print(table)
    print(*problems, sep="\n\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
