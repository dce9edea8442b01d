"""Completion of the whole command line in a shell: `mediatasks --print-completion bash`.

The library argcomplete does the work: the shell asks this program at each Tab. Commands, options and
their choices come from the parser; here is what names of contracts and checks may follow.
"""

import argparse
import os
import shlex
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mediatasks.errors import MediatasksError, MissingExtra

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")
_PROGRAM = "mediatasks"

Completer = Callable[..., Iterable[str]]


def is_asked() -> bool:
    """Whether a shell asks for completions."""
    return "_ARGCOMPLETE" in os.environ


def print_completion(shell: str) -> None:
    """Print the lines that a shell evaluates once. Raises MissingExtra."""
    print(_argcomplete().shellcode([_PROGRAM], shell=shell), end="")


def typed_command(commands: Iterable[str]) -> str | None:
    """Return the command of the line that a shell asks about; None where none is typed yet."""
    line = os.environ.get("COMP_LINE", "")
    try:
        words = shlex.split(line)
    except ValueError:
        # A quote is still open.
        words = line.split()
    return next((word for word in words[1:] if word in commands), None)


def answer(parser: argparse.ArgumentParser) -> None:
    """Answer the shell, and end the process."""
    for action in _actions(parser):
        completer = _COMPLETERS.get(action.option_strings[0] if action.option_strings else action.dest)
        if completer is not None:
            action.completer = completer  # type: ignore[attr-defined] # where argcomplete looks
    _argcomplete().autocomplete(parser)


def _argcomplete() -> Any:
    try:
        import argcomplete
    except ModuleNotFoundError:
        raise MissingExtra("completion in a shell", "mock") from None
    return argcomplete


def _actions(parser: argparse.ArgumentParser) -> Iterable[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)


def _providers(parsed_args: argparse.Namespace, **_: Any) -> Sequence[str]:
    """Return the providers, without those that were typed already."""
    typed = getattr(parsed_args, "providers", None) or []
    try:
        names = [contract.provider for contract in _store(parsed_args).choose([])]
    except MediatasksError:
        return []
    return [name for name in names if name not in typed]


def _operations(parsed_args: argparse.Namespace, **_: Any) -> Sequence[str]:
    """Return the operations of the providers that were typed; of all where none was."""
    typed = getattr(parsed_args, "providers", None) or getattr(parsed_args, "provider", None) or []
    try:
        chosen = _store(parsed_args).choose([typed] if isinstance(typed, str) else typed)
    except MediatasksError:
        return []
    return list(dict.fromkeys(name for contract in chosen for name in contract.operations))


def _store(parsed_args: argparse.Namespace) -> Any:
    # Every command loads this module; only completion needs the contracts.
    from mediatasks.contracts.compose.store import open_store

    return open_store(getattr(parsed_args, "contracts", None))


def _rules(**_: Any) -> Sequence[str]:
    from mediatasks.judge.rule import RUN_RULES, read_rules

    return sorted({*RUN_RULES, *read_rules()})


def _faults(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> Sequence[str]:
    """Return the names of faults, behind the `PROVIDER=` that was typed."""
    from mediatasks.mock.faults.rules import FAULTS

    where, equals, _name = prefix.rpartition("=")
    names = [f"{where}{equals}{name}" for name in FAULTS]
    return names if equals else [*names, *(f"{name}=" for name in _providers(parsed_args))]


def _of_list(read: Callable[[], Sequence[str]]) -> Completer:
    """Return what completes the last of several names with commas between them."""

    def complete(prefix: str, **_: Any) -> Sequence[str]:
        before, comma, _last = prefix.rpartition(",")
        typed = before.split(",")
        return [f"{before}{comma}{name}" for name in read() if name not in typed]

    return complete


def _phases() -> Sequence[str]:
    from mediatasks.check.options import PHASES

    return PHASES


def _reports() -> Sequence[str]:
    from mediatasks.check.options import REPORTS

    return REPORTS


_COMPLETERS: dict[str, Completer] = {
    "provider": _providers,
    "providers": _providers,
    "--provider": _providers,
    "operation": _operations,
    "--operation": _operations,
    "--rule": _rules,
    "--fault": _faults,
    "--phases": _of_list(_phases),
    "--report": _of_list(_reports),
    "--cors": lambda **_: ["http://localhost", "none", "null", "*"],
}
