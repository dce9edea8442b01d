"""`mediatasks`: parse arguments, run one command, turn errors into messages and exit codes.

Exit codes: 0 clean, 1 findings, 2 could not run.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from mediatasks.errors import MediatasksError, nearest

COMMANDS = {
    "providers": "list the providers: operations, base URL, credentials, provenance",
    "spec": "print a provider's composed contract",
    "provenance": "print where each fact of a contract comes from",
    "validate": "check a saved request or reply body against the contract",
    "mock": "serve mock servers of the providers",
    "check": "test a server against its contract",
    "diff": "print what changed between contracts, and whom it breaks",
}


class Parser(argparse.ArgumentParser):
    """A parser whose errors name the nearest valid command and exit with 2."""

    def error(self, message: str) -> NoReturn:
        """Print one message and exit with 2."""
        self.exit(2, f"error: {message}\ntry: {self.prog} --help\n")


def build_parser(chosen: str | None) -> Parser:
    """Return the parser. Only the arguments of the `chosen` command are loaded."""
    parser = Parser(
        prog="mediatasks", description="Contracts, clients, mocks and checks for video task APIs."
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument(
            "--contracts",
            metavar="DIR",
            help="use the contracts in DIR (one folder a provider) instead of those that ship "
            "(default: $MEDIATASKS_CONTRACTS)",
        )
        if name == chosen:
            importlib.import_module(f"mediatasks.cli.{name}").add_arguments(command)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = next((w for w in words if not w.startswith("-")), None)
    if command is not None and command not in COMMANDS:
        print(f"error: no command `{command}`; {nearest(command, COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return _run(command, words)
    except MediatasksError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of stdout went away (`| head`): end quietly, without Python's own complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 2


def _run(command: str | None, words: list[str]) -> int:
    parsed = build_parser(command).parse_args(words)
    if parsed.version:
        from importlib.metadata import version

        print(version("mediatasks"))
        return 0
    if not parsed.command:
        build_parser(None).print_help(sys.stderr)
        return 2
    result: int = importlib.import_module(f"mediatasks.cli.{parsed.command}").run(parsed)
    sys.stdout.flush()
    return result
