"""`mediatasks validate PROVIDER OPERATION FILE…`: a saved request or reply body against the contract."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.schema.bodies import find_operation, reply_schema, request_schema
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.schema.validation import MOST, Validator
from mediatasks.contracts.wording import place_of
from mediatasks.errors import UsageError
from mediatasks.exchange.content import ContentError, read_json

MAX_BYTES = 256 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("provider", metavar="PROVIDER")
    parser.add_argument("operation", metavar="OPERATION", help="operation id, e.g. get_job")
    side = parser.add_mutually_exclusive_group()
    side.add_argument("--request", action="store_true", help="the bodies are request bodies")
    side.add_argument(
        "--status",
        metavar="N",
        help="the bodies are replies with this status (default: the 2xx one)",
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="JSON; `-` is standard input")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Print every deviation; return 1 if there is one."""
    contract = open_store(arguments.contracts).contract(arguments.provider)
    operation = find_operation(contract, arguments.operation)
    body, schema = _schema(operation, arguments)
    if arguments.files.count("-") > 1:
        raise UsageError("standard input (`-`) can be read once only")
    bodies = [(name, _read(name)) for name in arguments.files]
    found = {name: schema.deviations(value) for name, value in bodies}
    if arguments.format == "json":
        files = [{"file": n, "deviations": [_plain(d) for d in ds]} for n, ds in found.items()]
        report = {"provider": contract.provider, "operation": operation.id, "body": body}
        print(json.dumps({**report, "files": files}, indent=2, ensure_ascii=False))
    else:
        for name, deviations in found.items():
            _print(name, deviations, f"the {body} of `{contract.provider}` `{operation.id}`")
    return 1 if any(found.values()) else 0


def _schema(operation: Operation, arguments: argparse.Namespace) -> tuple[str, Validator]:
    if arguments.request:
        return "request", request_schema(operation)
    status = arguments.status or operation.success
    return f"reply {status}", reply_schema(operation, status)


def _print(name: str, deviations: list[Mismatch], body: str) -> None:
    shown = "standard input" if name == "-" else name
    if not deviations:
        print(f"{shown}: fits {body}")
        return
    number = len(deviations)
    least = "at least " * (number == MOST)
    print(f"{shown}: {least}{number} deviation{'s' * (number > 1)} from {body}")
    for deviation in deviations:
        print(f"  {place_of(deviation.pointer) if deviation.steps else '(the whole body)'}")
        print(f"    expected {deviation.expected}")
        print(f"    got {deviation.got}")


def _plain(deviation: Mismatch) -> dict[str, str]:
    said = {"keyword": deviation.keyword, "expected": deviation.expected, "got": deviation.got}
    return {"pointer": deviation.pointer, **said}


def _read(name: str) -> Any:
    """Return the JSON value in the file. Raises UsageError."""
    shown = "standard input" if name == "-" else name
    try:
        if name == "-":
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{shown}: cannot be read: {reason}") from None
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{shown}: is longer than the limit of {MAX_BYTES} bytes")
    try:
        return read_json(raw, unique_names=True)
    except ContentError as error:
        raise UsageError(f"{shown}: expected JSON, got {error}") from None
