"""The six tools: what each needs, and how it reads one contract."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portability_prism import ask
from portability_process import SHOWN, CouldNotRun, failure, run

from mediatasks.contracts.model.contract import Contract

# Examples are held to their schemas as errors. The contracts are open (a reply may carry more
# members than are listed), so extra members in an example are none.
REDOCLY = {
    "extends": ["recommended"],
    "telemetry": "off",
    "rules": {
        "no-invalid-media-type-examples": {"severity": "error", "allowAdditionalProperties": True},
        "no-invalid-parameter-examples": {"severity": "error", "allowAdditionalProperties": True},
        "no-invalid-schema-examples": {"severity": "error", "allowAdditionalProperties": True},
    },
}
SPECTRAL = {"extends": ["spectral:oas"]}
SPECTRAL_ERROR = 0
# package.json and package-lock.json of the node tools, TypeScript among them.
LOCKED = Path(__file__).with_name("constraints") / "node"


@dataclass(frozen=True)
class Place:
    """Where one tool reads one contract: a folder of its own, and the folder of the node tools."""

    folder: Path
    node: Path

    @property
    def document(self) -> Path:
        """The contract."""
        return self.folder / "contract.json"

    def program(self, name: str) -> str:
        """Return the path of a node tool."""
        return str(self.node / "node_modules" / ".bin" / name)


@dataclass(frozen=True)
class Tool:
    """One tool: `package` is its name in npm or PyPI, `read` returns what it holds against a contract."""

    name: str
    package: str
    runtime: str
    read: Callable[[Place, Contract], list[str]]

    @property
    def installed(self) -> bool:
        """Whether a Python tool is there; `install` sees to the node tools."""
        try:
            return self.runtime == "npm" or bool(importlib.metadata.version(self.package))
        except importlib.metadata.PackageNotFoundError:
            return False

    def lacks(self) -> str:
        """Return which runtime is missing on this machine; empty where none is."""
        return (
            "" if not self.runtime or shutil.which(self.runtime) else f"`{self.runtime}` is not installed"
        )


def install(tools: list[Tool], node: Path) -> None:
    """Install the node tools among `tools` into `node`. Raises CouldNotRun."""
    for tool in tools:
        if not tool.installed:
            raise CouldNotRun(f"`{tool.package}` is not installed; run: nox -s portability")
    if not any(tool.runtime == "npm" for tool in tools):
        return
    node.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(LOCKED / name, node / name)
    # Install scripts are left out: one of a dependency only reports that it was installed.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--prefix", str(node)]
    code, output = run(["npm", "ci", *options], node, 400)
    if code:
        raise CouldNotRun(f"npm could not install the tools\n{output.strip()[-SHOWN:]}")


def _prism(place: Place, contract: Contract) -> list[str]:
    command = [place.program("prism"), "mock", "--host", "127.0.0.1", str(place.document)]
    return ask(command, place.folder, contract)


def _redocly(place: Place, _: Contract) -> list[str]:
    (place.folder / "redocly.yaml").write_text(json.dumps(REDOCLY))
    command = [place.program("redocly"), "lint", str(place.document), "--format", "json"]
    found = _report([*command, "--max-problems", "1000"], place.folder)
    if isinstance(found, str):
        return [found]
    return [
        f"{p['message']} ({p['ruleId']}) at {p['location'][0].get('pointer', '#')}"
        for p in found["problems"]
        if p["severity"] == "error"
    ]


def _spectral(place: Place, _: Contract) -> list[str]:
    (place.folder / "spectral.yaml").write_text(json.dumps(SPECTRAL))
    command = [place.program("spectral"), "lint", str(place.document), "--ruleset", "spectral.yaml"]
    found = _report([*command, "--format", "json", "--quiet"], place.folder)
    if isinstance(found, str):
        return [found]
    return [
        f"{p['message']} ({p['code']}) at #/{'/'.join(map(str, p['path']))}"
        for p in found
        if p["severity"] == SPECTRAL_ERROR
    ]


def _typescript(place: Place, _: Contract) -> list[str]:
    types = place.folder / "contract.ts"
    generate = [place.program("openapi-typescript"), str(place.document), "--output", str(types)]
    compile_ = [place.program("tsc"), "--noEmit", "--strict", str(types)]
    return failure(generate, place.folder) or failure(compile_, place.folder)


def _generator(place: Place, _: Contract) -> list[str]:
    program = str(Path(sys.executable).with_name("openapi-generator-cli"))
    options = ["-i", str(place.document)]
    out = str(place.folder / "client")
    # `openapi` goes through the whole document; `-g python` of 7.26 writes no valid code for a webhook's
    # body, and stops at a reply that is null.
    generate = [program, "generate", "-g", "openapi", *options, "-o", out]
    return failure([program, "validate", *options], place.folder) or failure(generate, place.folder)


def _models(place: Place, _: Contract) -> list[str]:
    out = place.folder / "models.py"
    options = ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel"]
    program = str(Path(sys.executable).with_name("datamodel-codegen"))
    generate = [program, "--input", str(place.document), "--output", str(out), *options]
    return failure(generate, place.folder) or failure([sys.executable, str(out)], place.folder)


def _report(command: list[str], folder: Path) -> Any:
    """Return the JSON report of a linter, or a text that says why there is none."""
    code, output = run(command, folder)
    starts = [at for at in (output.find("{"), output.find("[")) if at >= 0]
    try:
        return json.JSONDecoder().raw_decode(output, min(starts, default=0))[0]
    except json.JSONDecodeError:
        name = os.path.basename(command[0])
        return f"`{name}` gave no report, exit code {code}\n{output.strip()[-SHOWN:]}"


TOOLS = (
    Tool("prism", "@stoplight/prism-cli", "npm", _prism),
    Tool("redocly", "@redocly/cli", "npm", _redocly),
    Tool("spectral", "@stoplight/spectral-cli", "npm", _spectral),
    Tool("openapi-typescript", "openapi-typescript", "npm", _typescript),
    Tool("openapi-generator", "openapi-generator-cli", "java", _generator),
    Tool("datamodel-codegen", "datamodel-code-generator", "", _models),
)
