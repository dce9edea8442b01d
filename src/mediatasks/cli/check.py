"""`mediatasks check [PROVIDER…]`: test servers against their contracts."""

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from mediatasks.check.options import PHASES, REPORTS, SUMMARY, Options, parse_list
from mediatasks.check.reports.annotations import build_annotations
from mediatasks.check.reports.result import ProviderResult, has_failed
from mediatasks.check.reports.summary import write_summary
from mediatasks.check.reports.terminal import build_json, print_result
from mediatasks.check.runner.jobs import plan_jobs, run_jobs
from mediatasks.check.runner.progress import Progress
from mediatasks.cli import live
from mediatasks.cli.console import open_console
from mediatasks.cli.streams import silence
from mediatasks.contracts.compose.store import open_store
from mediatasks.errors import MissingExtra
from mediatasks.exchange.credentials import parse_credential
from mediatasks.judge.finding import SEVERITIES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("providers", metavar="PROVIDER", nargs="*", help="default: all")
    parser.add_argument(
        "--url", help="base URL of the provider's server (default: a mock made for this run)"
    )
    parser.add_argument(
        "--credential",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a credential (default: the environment variable that `mediatasks providers` names)",
    )
    live.add_arguments(parser)
    parser.add_argument("--seed", type=int, default=Options.seed, help="default: %(default)s")
    parser.add_argument(
        "--max-examples",
        type=int,
        default=Options.max_examples,
        metavar="N",
        help="generated cases per operation and phase (default: %(default)s)",
    )
    parser.add_argument("--phases", metavar="LIST", help=f"of {','.join(PHASES)} (default: all of them)")
    parser.add_argument(
        "--operation", action="append", default=[], metavar="ID", help="only this operation"
    )
    parser.add_argument(
        "--rule", action="append", default=[], metavar="ID", help="only this check (see docs/check.md)"
    )
    parser.add_argument(
        "--foreign-id",
        action="append",
        default=[],
        metavar="ID",
        help="a resource of another account, to see that it is refused; it is only read",
    )
    parser.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        default="error",
        help="the lowest level of findings that makes the exit code 1 (default: %(default)s)",
    )
    parser.add_argument(
        "--fail-fast", action="store_true", help="end a provider's run at the first such finding"
    )
    parser.add_argument("--report", metavar="LIST", help=f"files to write, of {','.join(REPORTS)}")
    parser.add_argument(
        "--report-dir",
        type=Path,
        default=Options.report_dir,
        metavar="DIR",
        help="where to, a folder per provider (default: %(default)s)",
    )
    parser.add_argument("--format", choices=("text", "json", "github"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Print the result; return 1 if there is a finding at or above `--fail-on`."""
    if find_spec("schemathesis") is None:
        # Said first: this extra holds all the others that the command needs.
        raise MissingExtra("`mediatasks check`", "check")
    options = Options(
        seed=arguments.seed,
        max_examples=arguments.max_examples,
        phases=PHASES if arguments.phases is None else parse_list(arguments.phases),
        operations=tuple(dict.fromkeys(arguments.operation)),
        rules=tuple(dict.fromkeys(arguments.rule)),
        foreign_ids=tuple(dict.fromkeys(arguments.foreign_id)),
        reports=parse_list(arguments.report or ""),
        report_dir=arguments.report_dir,
        fail_on=arguments.fail_on,
        fail_fast=arguments.fail_fast,
        **live.read_limits(arguments),
    )
    given = dict(map(parse_credential, arguments.credential))
    contracts = open_store(arguments.contracts).choose(arguments.providers)
    jobs = plan_jobs(
        contracts, arguments.url, options, given, os.environ, allow_writes=arguments.allow_writes
    )
    if arguments.format == "text":
        # Fails before the run where the output cannot be made.
        open_console()
    done: dict[str, ProviderResult] = {}

    def finish(result: ProviderResult) -> None:
        done[result.provider] = result
        progress.finish(result)

    try:
        with Progress([job.contract.provider for job in jobs]) as progress:
            results = run_jobs(jobs, progress.listen, finish)
    except KeyboardInterrupt:
        if done:
            # What was found until then was paid for.
            _tell(list(done.values()), options, arguments.format)
        raise
    try:
        _tell(results, options, arguments.format)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of stdout is gone. The exit code still says whether there are findings.
        silence(sys.stdout)
    return 1 if has_failed(results, arguments.fail_on) else 0


def _tell(results: list[ProviderResult], options: Options, form: str) -> None:
    """Print and write what a run came to."""
    if SUMMARY in options.reports:
        page = write_summary(results, options.seed, options.report_dir)
        print(f"report: {page}", file=sys.stderr)
    if form == "json":
        print(build_json(results, options.seed))
    elif form == "github":
        print("\n".join(build_annotations(results)))
    else:
        print_result(results, options.seed, open_console())
