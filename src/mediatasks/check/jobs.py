"""Jobs in processes, two at once.

Making cases takes most of the time, and one interpreter makes one at a time. A process of its own
also gives a run the same order of sets each time, on which the cases depend.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from mediatasks.check.credentials import Credentials, find_values
from mediatasks.check.foreign import find_foreign
from mediatasks.check.options import Options, Target, parse_url
from mediatasks.check.prerequisites import require_operations
from mediatasks.check.progress import Listener
from mediatasks.check.result import ProviderResult
from mediatasks.contracts.document import Contract
from mediatasks.errors import MediatasksError, MissingExtra, UsageError

_PROCESSES = 2


@dataclass(frozen=True)
class Job:
    """One provider to check: its server's base URL (None: an embedded mock) and its secrets."""

    contract: Contract
    url: str | None
    options: Options
    values: Mapping[str, Any]
    allow_writes: bool = False


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


def run_job(job: Job, listen: Listener, is_stopped: Callable[[], bool] = lambda: False) -> ProviderResult:
    """Run one job in this process, until `is_stopped` at most. Raises MediatasksError."""
    from mediatasks.check.run import check_provider

    _keep_folders_clean()
    if job.url is not None:
        target = Target(job.url, allow_writes=job.allow_writes)
        return check_provider(job.contract, target, job.options, job.values, listen, is_stopped)
    from mediatasks.check.embedded import embedded_mock

    with embedded_mock(job.contract, job.options.seed) as target:
        return check_provider(job.contract, target, job.options, job.values, listen, is_stopped)


def run_jobs(
    jobs: Sequence[Job], listen: Listener, finish: Callable[[ProviderResult], None]
) -> list[ProviderResult]:
    """Run jobs, two at once, and return their results in the order given.

    `listen` hears which operation's turn it is, `finish` gets each result when it is there; both may
    be called by other threads. Raises MediatasksError for the first job that could not run. At
    KeyboardInterrupt the jobs that run end with what they have; then it is raised again.
    """
    # A fresh interpreter: threads and locks of this one must not be copied.
    context = multiprocessing.get_context("spawn")
    news, stop = context.Queue(), context.Event()
    reader = threading.Thread(target=_read_news, args=(news, listen), daemon=True)
    reader.start()
    try:
        with (
            _fixed_hashes(),
            ThreadPoolExecutor(_PROCESSES) as turns,
        ):
            futures = [turns.submit(_in_process, j, context, news, stop) for j in _largest_first(jobs)]
            try:
                results = _collect(futures, finish)
            except BaseException as error:
                stop.set()
                turns.shutdown(cancel_futures=True)
                if isinstance(error, KeyboardInterrupt):
                    _collect([f for f in futures if not f.cancelled()], finish)
                raise
    except BrokenProcessPool:
        raise UsageError("a process of the check was ended from outside; run it again") from None
    finally:
        news.put(None)
        reader.join(timeout=5)
    return [results[job.contract.provider] for job in jobs]


def _in_process(job: Job, context: BaseContext, news: Any, stop: Any) -> ProviderResult | str:
    """Run a job in a process of its own: what schemathesis makes depends on what came before."""
    with ProcessPoolExecutor(1, context, initializer=_prepare, initargs=(news, stop)) as pool:
        return pool.submit(_work, job).result()


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


def _read_news(news: Any, listen: Listener) -> None:
    while (item := news.get()) is not None:
        listen(*item)


_state: dict[str, Any] = {}


def _prepare(news: Any, stop: Any) -> None:
    """Set a worker up: the parent says when to stop, not the terminal."""
    from mediatasks.check.engine import import_engine

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _state.update(news=news, stop=stop)
    # Modules stay for good; each full collection of garbage would look through them again.
    with suppress(MissingExtra):
        import_engine()
    gc.freeze()


def _work(job: Job) -> ProviderResult | str:
    """Run a job in a worker; an error is returned as its text, for not each can be pickled."""

    def tell(provider: str, operation: str, phase: str) -> None:
        _state["news"].put((provider, operation, phase))

    try:
        return run_job(job, tell, _state["stop"].is_set)
    except MediatasksError as error:
        return str(error)
    finally:
        # As the process ends it would look for garbage in all that the run has left: half a second.
        gc.freeze()


def _unwrap(result: ProviderResult | str) -> ProviderResult:
    if isinstance(result, str):
        raise UsageError(result)
    return result


def _keep_folders_clean() -> None:
    """Let Hypothesis keep its tables in the user's cache instead of the current folder."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    place = str(Path(cache) / "mediatasks" / "hypothesis")
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", place)
