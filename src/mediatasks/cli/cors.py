"""`--cors ORIGIN…` of the mock: which web pages may call it."""

import argparse

from mediatasks.errors import UsageError
from mediatasks.mock.http.cors import read_origin

NONE = "none"
_NO_PROVIDERS = (NONE, "null", "localhost")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--cors",
        metavar="ORIGIN",
        nargs="+",
        action="extend",
        default=[],
        help="web pages of these origins may call the providers, besides those of this machine "
        "(`http://localhost:…`), e.g. `https://app.example`; `*`: all pages, `null`: pages without an "
        "origin, `none`: no page",
    )


def read_origins(arguments: argparse.Namespace) -> tuple[list[str] | None, list[str]]:
    """Return the origins (None: no page may call), and the words after them that name providers.

    Raises UsageError for what is no origin.
    """
    given: list[str] = arguments.cors
    # `mediatasks mock --cors https://app.example acme`: the option takes the providers with it.
    providers = [word for word in given[1:] if word.isidentifier() and word not in _NO_PROVIDERS]
    origins = [word for word in given if word not in providers]
    if NONE in origins:
        if set(origins) != {NONE}:
            raise UsageError("--cors: expected origins or `none`, got both")
        return None, providers
    try:
        return [read_origin(origin) for origin in origins], providers
    except UsageError as error:
        raise UsageError(f"--cors: {error}") from None
