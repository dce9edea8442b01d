"""The check: test a server against its contract with schemathesis, set up by the contract alone.

    result = check_provider(contract, Target("http://127.0.0.1:8420/acme", is_mock=True))
    for finding in result.findings: print(finding.operation, finding.rule, finding.place)

`runner` makes a job per provider, runs two at once in processes, and drives one run. First `scenarios`
make the traffic that the rules of `judge` need, each once, through the probe client of `requests`; then
`engine` runs schemathesis, the only folder that knows it. Every request passes the request policy: a
server that is not ours is only read, at a pace, within a budget. Every exchange is handed to `judge`, whose
rules send nothing. `reports` print and write the findings, and which checks judged nothing, and why.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mediatasks.check.options import Options
    from mediatasks.check.reports.result import OperationResult, ProviderResult, has_failed, summarise
    from mediatasks.check.runner.jobs import plan_jobs, run_jobs
    from mediatasks.check.runner.run import check_provider
    from mediatasks.check.runner.worker import Job, run_job
    from mediatasks.check.target import Target
    from mediatasks.judge.finding import Finding

__all__ = [
    "Finding",
    "Job",
    "OperationResult",
    "Options",
    "ProviderResult",
    "Target",
    "check_provider",
    "has_failed",
    "plan_jobs",
    "run_job",
    "run_jobs",
    "summarise",
]

_HOMES = {
    "mediatasks.judge.finding": ("Finding",),
    "mediatasks.check.runner.jobs": ("plan_jobs", "run_jobs"),
    "mediatasks.check.options": ("Options",),
    "mediatasks.check.target": ("Target",),
    "mediatasks.check.reports.result": ("OperationResult", "ProviderResult", "has_failed", "summarise"),
    "mediatasks.check.runner.run": ("check_provider",),
    "mediatasks.check.runner.worker": ("Job", "run_job"),
}

# Loaded when first used: who prints a result, or starts the processes, needs no HTTP and no engine.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        home = next((module for module, names in _HOMES.items() if name in names), None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(home), name)
