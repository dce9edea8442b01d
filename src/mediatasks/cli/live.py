"""The options of `mediatasks check` for a server that others use and somebody pays for."""

import argparse
from pathlib import Path
from typing import Any

from mediatasks.check.options import MAX_WATCH, Options
from mediatasks.judge.baseline import read_baseline


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="deviations that are known and accepted, each with reason and date (YAML)",
    )
    group = parser.add_argument_group("a server of yours (--url)")
    group.add_argument(
        "--allow-writes",
        action="store_true",
        help="send requests that may write; without it only what the contract calls safe leaves",
    )
    group.add_argument(
        "--task-id",
        metavar="ID",
        action="append",
        default=[],
        help="a task that exists, to be read (default: a few that the server lists)",
    )
    group.add_argument(
        "--rate",
        type=float,
        metavar="N",
        help="requests a second at most (default: 10; to this machine as fast as it answers)",
    )
    group.add_argument("--max-requests", type=int, metavar="N", help="stop after so many requests")
    group.add_argument("--max-time", type=float, metavar="SECONDS", help="stop after so long")
    group.add_argument(
        "--max-wait",
        type=float,
        metavar="SECONDS",
        default=Options.max_wait,
        help="how long a Retry-After is obeyed at most (default: %(default)s)",
    )
    group.add_argument(
        "--watch",
        type=float,
        metavar="SECONDS",
        default=Options.watch,
        help=f"how long one task is followed, up to {MAX_WATCH} (default: %(default)s)",
    )


def read_limits(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the values by the names that `Options` has for them."""
    return {
        "task_ids": tuple(dict.fromkeys(arguments.task_id)),
        "rate": arguments.rate,
        "max_requests": arguments.max_requests,
        "max_time": arguments.max_time,
        "max_wait": arguments.max_wait,
        "watch": arguments.watch,
        "baseline": tuple(read_baseline(arguments.baseline)) if arguments.baseline else (),
    }
