"""Which mutants run: chosen by rule from all that could be made, and listed in `table.tsv`.

Of each check's mutants a few are taken, so that every kind of defect is among them, and providers and
operations come up as evenly as they can. The choice depends on the contracts alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mediatasks.check.engine.settings import CHECKS
from mediatasks.contracts.model.contract import Contract
from mediatasks.judge.rule import RUN_RULES, read_rules
from tests.mutants.mutant import Mutant, make_mutants

TABLE = Path(__file__).parent / "table.tsv"
_HEADER = ("mutant", "check", "what is wrong")
# Of each check; more where it has more kinds of defects.
PER_CHECK = 5
LEAST = 3

# Checks with fewer than `LEAST` mutants: why there are no more.
FEWER = {
    "cases-generated": "a fault of the contract or of the check itself, which no server has",
    "operation-reached": "a fault of the contract or of the check itself, which no server has",
    "baseline-stale": "says something of a file of the user's, and nothing of a server",
    "missing-required-header": "no operation of any provider has a required header of its own",
    "response-headers-conformance": "one operation declares headers, and one of these has a form to break",
}

# Mutants that are right servers all the same, and are not made: why.
_NO_CLIP = "the mock holds no clip that is completed, so that no reply shows the member"
EQUIVALENT: dict[str, str] = {
    f"livepeer.{operation}.value_added.output-clip-assetSpec-{member}": _NO_CLIP
    for operation in ("list_tasks", "get_task", "create_transcode")
    for member in (
        "type",
        "creatorId-type",
        "status-phase",
        "source-type",
        "playbackPolicy-type",
        "storage-ipfs-spec-nftMetadataTemplate",
        "storage-status-phase",
    )
}

# What the form of replies alone tells: a third of all mutants at most may be of these checks.
FORM = (
    "response-schema-conformance",
    "response-headers-conformance",
    "content-type-conformance",
    "status-code-conformance",
    "not-a-server-error",
)


def checks() -> list[str]:
    """Return the ids of all checks: ours, those of schemathesis that are used, those of a run itself."""
    return [*read_rules(), *(name.replace("_", "-") for name in CHECKS), *RUN_RULES]


def choose(contracts: Iterable[Contract]) -> list[Mutant]:
    """Return the mutants that run, in order of their checks."""
    by_check: dict[str, list[Mutant]] = defaultdict(list)
    for contract in contracts:
        for mutant in make_mutants(contract):
            if mutant.id not in EQUIVALENT:
                by_check[mutant.check].append(mutant)
    operations: Counter[str] = Counter()
    return [m for check in checks() for m in _some(by_check[check], operations)]


def rows(mutants: Sequence[Mutant]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table, its header first."""
    yield _HEADER
    yield from ((mutant.id, mutant.check, mutant.sketch.defect) for mutant in mutants)


def table(mutants: Sequence[Mutant]) -> str:
    """Return the text of the table."""
    return "".join("\t".join(row) + "\n" for row in rows(mutants))


def _some(mutants: list[Mutant], operations: Counter[str]) -> Iterator[Mutant]:
    """Yield one mutant of each kind, and more up to the number wanted."""
    kinds: Counter[str] = Counter()
    providers: Counter[str] = Counter()
    wanted = max(PER_CHECK, len({m.kind for m in mutants}))
    left = sorted(mutants, key=lambda m: m.id)
    while left and sum(kinds.values()) < wanted:
        chosen = min(left, key=lambda m: (kinds[m.kind], providers[m.provider], operations[_place(m)]))
        left.remove(chosen)
        kinds[chosen.kind] += 1
        providers[chosen.provider] += 1
        operations[_place(chosen)] += 1
        yield chosen


def _place(mutant: Mutant) -> str:
    return f"{mutant.provider}.{mutant.operation}"
