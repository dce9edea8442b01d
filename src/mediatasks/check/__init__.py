"""The check: test a server against its contract with schemathesis, set up by the contract alone.

    result = check_provider(contract, Target("http://127.0.0.1:8420/acme", is_mock=True))
    for finding in result.findings: print(finding.operation, finding.rule, finding.place)

Told as a story: `jobs` makes a job per provider and runs two at once; `run` drives one: it takes the
credentials (`credentials`), starts the engine (`engine`, set up by `settings`), counts what was
reached (`coverage`, `replies`), gives up where a run would say nothing (`silence`, `access`), takes
the secrets out (`masking`, `exchange`), and turns failures into findings
(`translation`, `findings`, with the provenance from `sources`), one per cause (`folding`).
`rpc_access` adds what schemathesis cannot see. `reports` writes files (`junit` is ours), `report`
prints, `progress` shows whose turn it is.
"""

from __future__ import annotations

from mediatasks.check.findings import Finding
from mediatasks.check.jobs import Job, plan_jobs, run_job, run_jobs
from mediatasks.check.options import Options, Target
from mediatasks.check.result import OperationResult, ProviderResult, has_failed, summarise
from mediatasks.check.run import check_provider

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
