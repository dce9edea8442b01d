"""`mediatasks`: parse arguments, run one command, turn errors into messages and exit codes.

Exit codes: 0 clean, 1 findings, 2 could not run.
"""

import argparse
import errno
import importlib
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from mediatasks.cli import completion
from mediatasks.cli.streams import prepare_streams, silence
from mediatasks.errors import MediatasksError, UsageError, nearest
from mediatasks.signals import raising_interrupt
from mediatasks.unforeseen import describe_unforeseen

COMMANDS = {
    "providers": "list the providers: operations, base URL, credentials, provenance",
    "spec": "print a provider's composed contract",
    "provenance": "print where each fact of a contract comes from",
    "validate": "check a saved request or reply body against the contract",
    "mock": "serve mock servers of the providers",
    "check": "test a server against its contract",
    "diff": "print what changed between contracts, and whom it breaks",
}

# A full disk, a file or a quota that is at its limit.
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


class Parser(argparse.ArgumentParser):
    """A parser whose errors name the nearest valid command and exit with 2."""

    def error(self, message: str) -> NoReturn:
        """Print one message and exit with 2."""
        self.exit(2, f"error: {message}\ntry: {self.prog} --help\n")

    def print_help(self, file: Any = None) -> None:
        """Print the help; where it cannot be written, that is an error like any other."""
        (file or sys.stdout).write(self.format_help())


def build_parser(chosen: str | None) -> Parser:
    """Return the parser. Only the arguments of the `chosen` command are loaded."""
    parser = Parser(
        prog="mediatasks", description="Contracts, clients, mocks and checks for video task APIs."
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.add_argument(
        "--print-completion",
        metavar="SHELL",
        choices=completion.SHELLS,
        help=f"print what completes the command line in {', '.join(completion.SHELLS)}, and exit: "
        '`eval "$(mediatasks --print-completion bash)"`',
    )
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
    if "--print-completion" in words[:1]:
        # What follows is the name of a shell.
        command = None
    prepare_streams(words)
    try:
        with raising_interrupt():
            return _run(command, words)
    except BrokenPipeError:
        # The reader of stdout went away (`| head`): end quietly, without Python's own complaint.
        silence(sys.stdout)
        return 0
    except (KeyboardInterrupt, Exception) as error:
        return _fail(_describe(error))


def _describe(error: BaseException) -> str:
    """Return the message of what ended a command."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, MediatasksError):
        return f"error: {error}"
    if isinstance(error, OSError) and error.errno in _FULL:
        silence(sys.stdout)
        return "error: the output cannot be written: no space is left\nmake room, or write to another place"
    return f"error: {describe_unforeseen(error)}"


def _fail(message: str) -> int:
    """Say on stderr, where there is one, why the command ends, and return the exit code."""
    try:
        print(message, file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)
    return 2


def _run(command: str | None, words: list[str]) -> int:
    if completion.is_asked():
        completion.answer(build_parser(completion.typed_command(COMMANDS)))
    if command is not None and command not in COMMANDS:
        raise UsageError(f"no command `{command}`; {nearest(command, COMMANDS)}")
    try:
        parsed = build_parser(command).parse_args(words)
    except SystemExit:
        # What `--help` prints may meet a closed pipe or a full disk too.
        sys.stdout.flush()
        raise
    if parsed.print_completion:
        completion.print_completion(parsed.print_completion)
        return 0
    if parsed.version:
        from importlib.metadata import version

        print(version("mediatasks"))
        sys.stdout.flush()
        return 0
    if not parsed.command:
        build_parser(None).print_help(sys.stderr)
        return 2
    result: int = importlib.import_module(f"mediatasks.cli.{parsed.command}").run(parsed)
    sys.stdout.flush()
    return result
