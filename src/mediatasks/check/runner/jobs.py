"""Jobs in processes, two at once.

Making cases takes most of the time, and one interpreter makes one at a time. A process of its own
also gives a run the same order of sets each time, on which the cases depend.
"""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from typing import Any

from mediatasks.check.options import Options
from mediatasks.check.reports.result import ProviderResult
from mediatasks.check.runner.foreign import find_foreign
from mediatasks.check.runner.prerequisites import require_operations
from mediatasks.check.runner.progress import Listener
from mediatasks.check.runner.worker import RESULT, Job, work
from mediatasks.check.target import Target, parse_url
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import MediatasksError, UsageError
from mediatasks.exchange.credentials import Credentials, find_values

_PROCESSES = 2
# How often the parent looks whether a worker is to end, and how long that may take then.
_LOOK_SECONDS, _ENDING_SECONDS = 0.1, 4.0
# A worker has sent its result, and ends.
_LEAVING_SECONDS = 1.0


def plan_jobs(
    contracts: Sequence[Contract],
    url: str | None,
    options: Options,
    given: Mapping[str, str],
    environment: Mapping[str, str],
    *,
    allow_writes: bool = False,
) -> list[Job]:
    """Return a job per contract. Raises UsageError for whatever can be known before a request."""
    if url is None and (allow_writes or options.task_ids):
        raise UsageError("`--allow-writes` and `--task-id` are for a server of yours: they need `--url`")
    if url is not None and len(contracts) != 1:
        names = ", ".join(c.provider for c in contracts)
        raise UsageError(f"`--url` needs exactly one provider, got {len(contracts)}: {names}")
    if given and len(contracts) != 1:
        raise UsageError("`--credential` needs exactly one provider")
    if options.foreign_ids and len(contracts) != 1:
        raise UsageError("`--foreign-id` needs exactly one provider")
    base = None if url is None else parse_url(url)
    jobs = []
    for contract in contracts:
        values = find_values(contract, given, environment, base is None)
        Credentials(contract, values).require()
        require_operations(contract, options)
        find_foreign(contract, Target(""), options)
        jobs.append(Job(contract, base, options, values, allow_writes))
    return jobs


def run_jobs(
    jobs: Sequence[Job], listen: Listener, finish: Callable[[ProviderResult], None]
) -> list[ProviderResult]:
    """Run jobs, two at once, and return their results in the order given.

    `listen` hears which operation's turn it is, `finish` gets each result when it is there; both may
    be called by other threads. Raises MediatasksError for the first job that could not run. At
    KeyboardInterrupt the jobs that run end with what they have, within five seconds; then it is raised
    again.
    """
    stop = threading.Event()
    with (
        _fixed_hashes(),
        ThreadPoolExecutor(_PROCESSES) as turns,
    ):
        futures = [turns.submit(_in_process, j, listen, stop) for j in _largest_first(jobs)]
        try:
            results = _collect(futures, finish)
        except BaseException as error:
            stop.set()
            turns.shutdown(wait=False, cancel_futures=True)
            if isinstance(error, KeyboardInterrupt):
                with suppress(MediatasksError):
                    _collect([f for f in futures if not f.cancelled()], finish)
            raise
    return [results[job.contract.provider] for job in jobs]


def _in_process(job: Job, listen: Listener, stop: threading.Event) -> ProviderResult | str:
    """Run a job in a process of its own: what schemathesis makes depends on what came before."""
    # A fresh interpreter: threads and locks of this one must not be copied.
    context = multiprocessing.get_context("spawn")
    # Not a queue and no event of multiprocessing: a process that dies at the wrong time would block them.
    channel, its_end = context.Pipe()
    process = context.Process(target=work, args=(job, its_end), daemon=True)
    process.start()
    # Only the process holds the other end now: it is closed when the process ends.
    its_end.close()
    try:
        return _await_result(channel, listen, stop)
    except (EOFError, OSError):
        return _ended(job, stop)
    finally:
        process.join(_LEAVING_SECONDS)
        process.kill()
        process.join()
        channel.close()


def _await_result(channel: Any, listen: Listener, stop: threading.Event) -> ProviderResult | str:
    """Return what a process sends as its result, and tell `listen` what it sends before.

    Raises EOFError where the process ends before, or does not end in time once `stop` is set.
    """
    until = None
    while True:
        if channel.poll(_LOOK_SECONDS):
            kind, content = channel.recv()
            if kind == RESULT:
                result: ProviderResult | str = content
                return result
            listen(*content)
        if until is None and stop.is_set():
            until = time.monotonic() + _ENDING_SECONDS
            channel.send(None)
        if until is not None and time.monotonic() > until:
            raise EOFError


def _ended(job: Job, stop: threading.Event) -> str:
    if stop.is_set():
        return f"`{job.contract.provider}`: its server did not answer in time for a result"
    return f"`{job.contract.provider}`: the process of the check ended before it had a result; run it again"


def _largest_first(jobs: Sequence[Job]) -> list[Job]:
    return sorted(jobs, key=lambda j: -len(j.contract.operations))


def _collect(
    futures: Sequence[Future[ProviderResult | str]], finish: Callable[[ProviderResult], None]
) -> dict[str, ProviderResult]:
    results = {}
    for future in as_completed(futures):
        result = _unwrap(future.result())
        results[result.provider] = result
        finish(result)
    return results


@contextmanager
def _fixed_hashes() -> Iterator[None]:
    """Give the workers one order of sets: generated cases depend on it, and a seed must repeat."""
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONHASHSEED"]
        else:
            os.environ["PYTHONHASHSEED"] = before


def _unwrap(result: ProviderResult | str) -> ProviderResult:
    if isinstance(result, str):
        raise UsageError(result)
    return result
