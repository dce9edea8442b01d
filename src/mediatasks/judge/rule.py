"""The rules by id: found by their files, chosen by name."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.errors import UsageError, nearest
from mediatasks.judge import rules
from mediatasks.judge.observation.events import Shown
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.tracks.history import History
from mediatasks.judge.tracks.track import Track
from mediatasks.judge.violation import Verdict

# What a run itself says, without a rule: see `run` and `coverage`.
RUN_RULES = {
    "reply-received": "Every request is answered in time",
    "cases-generated": "The contract is good enough to make requests from",
    "operation-reached": "At least one case of every operation was sent",
    "operation-accepted": "At least one case of every operation was accepted",
    "baseline-stale": "Every entry of the baseline still occurs",
}

JudgeObservation = Callable[[Observation, History], Iterator[Verdict]]
JudgeTrack = Callable[[Shown, Track], Iterator[Verdict]]
JudgeEvidence = Callable[[Any], Iterator[tuple[Observation, Verdict]]]


@dataclass(frozen=True)
class Rule:
    """One check of ours. `title` is the first line of its module's docstring.

    `judge` judges each observation, `judge_track` each resource that one shows by its track. `scope`
    says what a verdict depends on: the `exchange` alone, the earlier ones of the same `resource`, or
    the whole `run`. `applies` tells whether a contract says enough, `concerns` whether an operation
    does; a module without `applies` has a rule for contracts with such an operation. `needs` names the
    traffic that the rule is blind without; where a scenario brings evidence besides its exchanges, a
    function that judges one piece of it stands beside the name. `blames` is `server` or `client`: whose
    defect a violation is.
    """

    id: str
    title: str
    scope: str
    judge: JudgeObservation | None
    judge_track: JudgeTrack | None
    needs: Mapping[str, JudgeEvidence | None]
    applies: Callable[[Contract], bool]
    concerns: Callable[[Operation], bool]
    blames: str


@cache
def read_rules(blames: str = "server") -> dict[str, Rule]:
    """Return the rules about servers, or about clients, by id, in order of their ids."""
    found = {}
    for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}."):
        if not module.ispkg:
            rule = _rule(module.name)
            if rule.blames == blames:
                found[rule.id] = rule
    return dict(sorted(found.items()))


def choose_rules(names: Sequence[str] = (), others: Sequence[str] = ()) -> list[Rule]:
    """Return the rules among `names` (none: all); `others` are ids of checks that are no rules.

    Raises UsageError for a name nobody knows.
    """
    own = read_rules()
    valid = [*own, *RUN_RULES, *others]
    for name in names:
        if name not in valid:
            raise UsageError(f"no check `{name}`; {nearest(name, valid)}")
    return [rule for rule in own.values() if not names or rule.id in names]


def _rule(name: str) -> Rule:
    module: Any = importlib.import_module(name)
    concerns = getattr(module, "concerns", lambda operation: True)
    return Rule(
        name.rpartition(".")[2].replace("_", "-"),
        (module.__doc__ or "").strip().splitlines()[0].rstrip("."),
        _scope(module),
        getattr(module, "judge", None),
        getattr(module, "judge_track", None),
        getattr(module, "NEEDS", {}),
        getattr(module, "applies", lambda contract: any(map(concerns, contract.operations.values()))),
        concerns,
        getattr(module, "BLAMES", "server"),
    )


def _scope(module: Any) -> str:
    return getattr(module, "SCOPE", "resource" if hasattr(module, "judge_track") else "exchange")
