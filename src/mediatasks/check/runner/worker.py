"""One job: run in this process, or in a process made for it."""

import gc
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mediatasks.check.options import Options
from mediatasks.check.reports.result import ProviderResult
from mediatasks.check.requests.interruption import watch_for_end
from mediatasks.check.runner.progress import Listener
from mediatasks.check.target import Target
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import MediatasksError, MissingExtra
from mediatasks.signals import ignore_all
from mediatasks.unforeseen import describe_unforeseen

# What a message of the process is: whose turn it is, or the result.
TURN, RESULT = "turn", "result"


@dataclass(frozen=True)
class Job:
    """One provider to check: its server's base URL (None: an embedded mock) and its secrets."""

    contract: Contract
    url: str | None
    options: Options
    values: Mapping[str, Any]
    allow_writes: bool = False


def run_job(job: Job, listen: Listener, is_stopped: Callable[[], bool] = lambda: False) -> ProviderResult:
    """Run one job in this process, until `is_stopped` at most. Raises MediatasksError."""
    from mediatasks.check.runner.run import check_provider

    _keep_folders_clean()
    if job.url is not None:
        target = Target(job.url, allow_writes=job.allow_writes)
        return check_provider(job.contract, target, job.options, job.values, listen, is_stopped)
    from mediatasks.check.runner.mock_target import embedded_mock

    with embedded_mock(job.contract, job.options.seed) as target:
        return check_provider(job.contract, target, job.options, job.values, listen, is_stopped)


def work(job: Job, channel: Any) -> None:
    """Run a job in a process made for it and send the result; an error is sent as its text.

    `channel` is a connection to the parent: whatever comes from there ends the run.
    """
    ignore_all()
    ended = watch_for_end(channel)
    # Modules stay for good; each full collection of garbage would look through them again.
    from mediatasks.check.engine.schemathesis_adapter import import_engine

    with suppress(MissingExtra):
        import_engine()
    gc.freeze()
    lock = threading.Lock()

    def send(kind: str, content: Any) -> None:
        # Nobody may be there any more.
        with lock, suppress(OSError):
            channel.send((kind, content))

    def tell(*turn: str) -> None:
        send(TURN, turn)

    result: ProviderResult | str
    try:
        result = run_job(job, tell, ended.is_set)
    except MediatasksError as error:
        result = str(error)
    except Exception as error:
        result = f"`{job.contract.provider}`: {describe_unforeseen(error)}"
    # As the process ends it would look for garbage in all that the run has left: half a second.
    gc.freeze()
    send(RESULT, result)


def _keep_folders_clean() -> None:
    """Let Hypothesis keep its tables in the user's cache instead of the current folder."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    place = str(Path(cache) / "mediatasks" / "hypothesis")
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", place)
