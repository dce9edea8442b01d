"""Derive everything from the contracts: composed documents, JSON Schemas, clients and doc pages.

`python scripts/generate.py` writes the project's own `generated/`; `--check` compares it with what
would be written; `--specs` and `--output` do the same for contracts and a folder of your own.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import filecmp
import hashlib
import importlib.metadata
import json
import keyword
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "src")]

from client_writer import MARK, TEMPLATES, write_client  # noqa: E402
from documents import write_documents  # noqa: E402
from standalone_schemas import standalone_schemas  # noqa: E402

from mediatasks.contracts.compose.store import ContractStore  # noqa: E402
from mediatasks.errors import ContractError, MediatasksError, UsageError  # noqa: E402

PACKAGE = "mediatasks_clients"


def generate(specs: Path, output: Path, package: str) -> ContractStore:
    """Write clients, contracts, schemas and the stamp of `specs` into `output`. Raises MediatasksError."""
    check_tools()
    if not package.isidentifier() or keyword.iskeyword(package):
        raise UsageError(f"`{package}` is no name for a Python package; letters, digits and `_`")
    store = ContractStore(specs)
    contracts = store.choose([])
    folder = output / package
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda c: write_client(c, folder / c.provider), contracts))
    (folder / "py.typed").write_text("")
    (folder / "__init__.py").write_text(_package_init({c.provider: c.name for c in contracts}))
    for contract in contracts:
        target = output / "schemas" / contract.provider
        target.mkdir(parents=True)
        for name, schema in standalone_schemas(contract).items():
            text = json.dumps(schema, indent=1, ensure_ascii=False)
            (target / f"{name}.json").write_text(text + "\n")
    stamp = {
        "generator": {n: importlib.metadata.version(n) for n in ("openapi-python-client", "ruff")},
        "templates": digest(sorted(TEMPLATES.glob("*.jinja"))),
        "contracts": {c.provider: digest(_contract_files(specs / c.provider)) for c in contracts},
    }
    (output / "stamp.json").write_text(json.dumps(stamp, indent=1) + "\n")
    _format(output)
    _audit(output, package)
    return store


def check_tools() -> None:
    """Raise UsageError if a tool is not at the version that pyproject.toml pins."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    for pin in groups["generate"]:
        name, _, version = pin.partition("==")
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            installed = "none"
        if installed != version:
            raise UsageError(
                f"needs {pin}, found {installed}; run: pip install {' '.join(groups['generate'])}"
            )


def digest(files: list[Path]) -> str:
    """Return the SHA-256 of names and contents of `files`."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def _contract_files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _package_init(names: dict[str, str]) -> str:
    classes = {c: p for p, n in sorted(names.items()) for c in (f"Async{n}", n)}
    typed = "".join(f"    from .{p} import Async{n}, {n}\n" for p, n in sorted(names.items()))
    return (
        MARK.format(provider="*")
        + '"""The clients of all providers, loaded when first used."""\n\n'
        + "from __future__ import annotations\n\nimport importlib\n"
        + "from typing import TYPE_CHECKING, Any\n\nif TYPE_CHECKING:\n"
        + typed
        + f"\nCLIENTS = {classes!r}\n\n__all__ = {sorted(classes)!r}\n\n\n"
        # Type checkers see the names above; a `__getattr__` would make any other name pass.
        + "if not TYPE_CHECKING:\n\n    def __getattr__(name: str) -> Any:\n"
        + "        if name not in CLIENTS:\n"
        + '            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")\n'
        + '        return getattr(importlib.import_module(f".{CLIENTS[name]}", __name__), name)\n'
    )


def _format(output: Path) -> None:
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--no-cache", "--line-length", "108", "--isolated"]
    rules = [
        "check",
        "--fix-only",
        "--output-format",
        "concise",
        "--select",
        "I,F401",
        "--unfixable",
        "F811",
    ]
    for command in ([*rules, *options], ["format", *options]):
        done = subprocess.run([*ruff, *command, str(output)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise ContractError(str(output), "ruff refuses the generated code", done.stdout + done.stderr)


def _audit(output: Path, package: str) -> None:
    command = [sys.executable, "-B", str(ROOT / "scripts/client_audit.py"), str(output), package]
    # The interpreter's own path first: the package must be the one just written.
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        problem = "the client does not hold the whole contract"
        raise ContractError(package, problem, done.stdout + done.stderr)


def differences(left: Path, right: Path) -> Iterator[str]:
    """Yield the files that differ between two trees, or stand in one only."""
    names = {p.relative_to(t) for t in (left, right) for p in t.rglob("*") if p.is_file()}
    for name in sorted(n for n in names if "__pycache__" not in n.parts):
        pair = (left / name, right / name)
        if not all(p.is_file() for p in pair) or not filecmp.cmp(*pair, shallow=False):
            yield str(name)


def main(words: Sequence[str] | None = None) -> int:
    """Generate, or check. Exit 0 in step, 1 out of step, 2 could not run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--specs", type=Path, default=ROOT / "specs", help="folder of providers")
    parser.add_argument("--output", type=Path, default=ROOT / "generated", help="folder to write")
    parser.add_argument("--package", default=PACKAGE, help="name of the Python package")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of step")
    arguments = parser.parse_args(words)
    try:
        return _run(arguments)
    except MediatasksError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _run(arguments: argparse.Namespace) -> int:
    own = arguments.specs.resolve() == ROOT / "specs"
    if arguments.output.exists() and not arguments.check:
        _refuse_foreign(arguments.output)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch, "generated")
        store = generate(arguments.specs, made, arguments.package)
        documents = write_documents(store.choose([])) if own else {}
        stale = list(differences(made, arguments.output)) if arguments.output.exists() else ["all"]
        stale += [p for p, t in documents.items() if _text(ROOT / p) != t]
        if arguments.check:
            for name in stale:
                print(f"out of step: {name}")
            print("run: nox -s generate" if stale else "generated files are in step", file=sys.stderr)
            return 1 if stale else 0
        if arguments.output.exists():
            shutil.rmtree(arguments.output)
        shutil.copytree(made, arguments.output)
        for place, text in documents.items():
            (ROOT / place).write_text(text)
    print(f"wrote {arguments.output}: {', '.join(store.names)}", file=sys.stderr)
    return 0


def _text(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def _refuse_foreign(output: Path) -> None:
    """Raise UsageError for a folder that this script did not write: it would be deleted."""
    if any(output.iterdir()) and not (output / "stamp.json").is_file():
        raise UsageError(f"{output} holds other files; name a new folder with --output")


if __name__ == "__main__":
    sys.exit(main())
