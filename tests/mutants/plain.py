"""Run plain `st run`, the command of schemathesis with its default checks, on a mutant.

It gets the provider's contract, right credentials, a fixed seed, as many examples as our check, and
stops at its first failure. What it reports of the right server too says nothing of a mutant: those
pairs of check and operation (`find_noise`) are switched off for its mutants by its own configuration.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mediatasks.check.engine.setup import label_of
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import split
from tests.mutants.hunt import EXAMPLES, SEED
from tests.mutants.server import Defect, MutantMock, no_defect, serving

# What the right server is judged by: one seed may miss what another one finds.
NOISE_SEEDS = (1, 2, 3)
# Seconds after which a run is ended; a run on a right server takes 10 to 40.
LONGEST = 300.0
_ENDED = (0, 1)
# Runs of the right server at most, until nothing new is reported.
_ROUNDS = 4

# A check of schemathesis and the operation of which it says something.
Pair = tuple[str, str]


@dataclass(frozen=True)
class PlainOutcome:
    """What a run reported: pairs of check and operation, an error under the check `error`.

    `touched` counts the requests that the defect had a hand in. `problem` says what kept the run from
    its end.
    """

    found: tuple[Pair, ...]
    touched: int
    seconds: float
    problem: str = ""


def find_noise(contract: Contract, seed: int) -> PlainOutcome:
    """Return all that is reported of the right server.

    What is switched off lets something else come forth at the same request, so it is run again until
    nothing new comes.
    """
    found: tuple[Pair, ...] = ()
    for _ in range(_ROUNDS):
        outcome = _run(contract, no_defect, seed, found, [])
        found += outcome.found
        if outcome.problem or not outcome.found:
            break
    return replace(outcome, found=found)


def run_plain(contract: Contract, defect: Defect, noise: Iterable[Pair]) -> PlainOutcome:
    """Return what is reported first of a server with a defect, besides what the right one has too."""
    quiet = sorted(set(noise))
    return _run(contract, defect, SEED, quiet, ["--max-failures", "1"])


def _run(
    contract: Contract, defect: Defect, seed: int, quiet: Sequence[Pair], more: Sequence[str]
) -> PlainOutcome:
    mock = MutantMock(contract, defect, SEED)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, serving(mock) as target:
        settings, document, events = (Path(folder) / n for n in ("st.toml", "contract.json", "events"))
        settings.write_text(_credentials(contract) + _settings(quiet))
        document.write_text(json.dumps(_document(contract)))
        command = [str(Path(sys.executable).parent / "st"), "--config-file", str(settings), "run"]
        command += [str(document), "--url", target.url, "--seed", str(seed), "--max-examples"]
        command += [str(EXAMPLES), "--generation-database", "none", "--no-color", *more]
        command += ["--report", "ndjson", "--report-ndjson-path", str(events)]
        problem = _problem(command, folder)
        found = () if problem else tuple(dict.fromkeys(_found(contract, events)))
    if mock.crash is not None:
        raise mock.crash
    loud = tuple(pair for pair in found if pair not in quiet)
    return PlainOutcome(loud, mock.touched, time.monotonic() - began, problem)


def _problem(command: Sequence[str], folder: str) -> str:
    """Run the command; return why it says nothing, empty where it ended as it should."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not at its end after {LONGEST:g} s"
    if done.returncode in _ENDED:
        return ""
    return f"ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]}"


def _found(contract: Contract, events: Path) -> Iterator[Pair]:
    """Yield the failures and errors that the run's events hold."""
    names = {label_of(contract, name): name for name in contract.operations}
    for line in events.read_text().splitlines():
        ((kind, event),) = json.loads(line).items()
        if kind == "NonFatalError":
            yield "error", names.get(str(event.get("label", "")), "")
        recorder = event.get("recorder", {}) if kind == "ScenarioFinished" else {}
        for nodes in recorder.get("checks", {}).values():
            for node in nodes:
                failure = (node.get("failure_info") or {}).get("failure")
                if failure is not None:
                    yield node["name"], names.get(str(failure.get("operation", "")), "")


def _settings(quiet: Sequence[Pair]) -> str:
    """Return the configuration that switches checks off for single operations."""
    by_operation: dict[str, list[str]] = {}
    for check, operation in quiet:
        by_operation.setdefault(operation, []).append(check)
    tables = []
    for operation, checks in by_operation.items():
        tables.append(f"[[operations]]\ninclude-operation-id = {json.dumps(operation)}")
        tables += [f"checks.{check}.enabled = false" for check in checks]
    return "\n".join(tables) + "\n"


def _credentials(contract: Contract) -> str:
    """Return the configuration that sends right credentials, those of the first alternative."""
    secured = (o.security[0] for o in contract.operations.values() if o.security and o.security[0])
    tables = []
    for scheme in next(secured, {}):
        data = contract.security_schemes[scheme]
        (credential,) = data["x-credential"].values()
        name = "api_key" if data["type"] == "apiKey" else "bearer"
        tables.append(
            f"[auth.openapi.{json.dumps(scheme)}]\n{name} = {json.dumps(credential['example'])}\n"
        )
    return "".join(tables)


def _document(contract: Contract) -> Mapping[str, Any]:
    """Return the contract as schemathesis reads it, right credentials in RPC bodies for it to send."""
    document = copy.deepcopy(contract.document)
    if contract.envelope is None:
        return document
    own = Contract(contract.provider, contract.plain, document)
    for operation in own.operations.values():
        for media in operation.request_media.values():
            for data in contract.envelope.credentials.values():
                _fix(own, media["schema"], split(data["at"]), data["example"])
    return document


def _fix(contract: Contract, schema: Mapping[str, Any], tokens: Sequence[str], value: Any) -> None:
    """Let the member at a place have one value only."""
    resolved: Any = contract.resolve(schema)
    for branch in (b for k in ("allOf", "anyOf", "oneOf") for b in resolved.get(k, [])):
        _fix(contract, branch, tokens, value)
    properties = resolved.get("properties", {})
    if tokens[0] in properties and len(tokens) == 1:
        properties[tokens[0]] = {"const": value}
    elif tokens[0] in properties:
        _fix(contract, properties[tokens[0]], tokens[1:], value)
