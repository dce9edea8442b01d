"""`mediatasks spec PROVIDER`: print the composed contract."""

import argparse
import json
import sys

from mediatasks.contracts.compose.store import open_store
from mediatasks.errors import MissingExtra, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("provider", metavar="PROVIDER")
    parser.add_argument(
        "--view",
        choices=("plain", "calls"),
        default="plain",
        help="RPC providers: `plain` has the one real path, `calls` a fragment path per method",
    )
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml")


def run(arguments: argparse.Namespace) -> int:
    """Print the document to stdout."""
    contract = open_store(arguments.contracts).contract(arguments.provider)
    if arguments.view == "calls" and contract.envelope is None:
        raise UsageError(f"`{contract.provider}` is no RPC provider; it has the view `plain` only")
    document = contract.plain if arguments.view == "plain" else contract.document
    if arguments.format == "json":
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    try:
        import yaml
    except ModuleNotFoundError:
        raise MissingExtra("`--format yaml`", "mock") from None
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    # `allow_unicode` needs a stream that can take it, whatever the locale says.
    text = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100)
    sys.stdout.buffer.write(text.encode())
    return 0
