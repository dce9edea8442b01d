"""The options of `mediatasks mock` that make it misbehave."""

import argparse
from pathlib import Path

from mediatasks.mock.faults.faults import Faults
from mediatasks.mock.faults.rules import FAULTS, read_rules


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--faults", metavar="FILE", help="misbehave as FILE says (YAML or JSON)")
    parser.add_argument(
        "--fault",
        metavar="[PROVIDER[.OPERATION]=]NAME[:ARG][@RATE]",
        action="append",
        default=[],
        help=f"misbehave so, e.g. `status:503@0.1`; may be given again. Names: {', '.join(FAULTS)}",
    )


def read_faults(arguments: argparse.Namespace) -> Faults:
    """Return the faults that the options ask for. Raises UsageError or ContractError."""
    rules = read_rules(Path(arguments.faults)) if arguments.faults else []
    return Faults(*rules, *arguments.fault)
