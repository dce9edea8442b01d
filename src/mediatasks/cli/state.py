"""`--state FILE` of the mock: keep what it holds in a file, and go on from there."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mediatasks.mock.application import Mock
from mediatasks.mock.store.clock import Clock


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument("--state", metavar="FILE", help="keep what is held in FILE, and go on from there")


@contextmanager
def kept(arguments: argparse.Namespace, make: Callable[[Clock], Mock]) -> Iterator[Mock]:
    """Make the mock with the clock that it shall have, and keep it while the block runs.

    Raises UsageError where the file cannot be used.
    """
    if not arguments.state:
        yield make(Clock(arguments.speed))
        return
    # Without a file nobody pays for the import of SQLite.
    from mediatasks.mock.store.state_file import StateFile

    with StateFile(arguments.state) as file:
        mock = make(file.clock(arguments.speed))
        file.keep(mock)
        yield mock
