"""What is read is what was asked for: every member that the request names the resource by.

A list that takes ids shows resources with these, or others of their chain of restarts. Ids that
differ in case, in blanks or in the way a number is written are the same to many services.
"""

from collections.abc import Iterator
from typing import Any

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.expression import evaluate
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.shape import parse_number
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import named_fact
from mediatasks.judge.observation.events import short
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import Key, ObservedResource, addressed_keys
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"lifecycle-trace": None}
# Actions whose reply shows the resource that was named; that of a copy shows another one.
SCOPE = "resource"
_SAME = ("read", "update", "move", "delete")


def concerns(operation: Operation) -> bool:
    """Whether an operation names a resource, and shows it."""
    effect = operation.effect
    return effect.get("action") in (*_SAME, "list") and bool(effect.get("where"))


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each resource that the reply shows against what was asked for."""
    if seen.effect.get("action") == "list":
        yield from _listed(seen, history)
    elif seen.effect.get("action") in _SAME:
        for observed in seen.resources:
            for pointer, expression in seen.effect.get("where", {}).items():
                asked, value = evaluate(expression, seen.scope), get(observed.value, pointer)
                if asked is not MISSING and value is not MISSING and _is_plain(asked) and _is_plain(value):
                    is_right = _is_same(asked, value)
                    yield None if is_right else _violation(seen, observed, pointer, expression, [asked])


def _listed(seen: Observation, history: History) -> Iterator[Verdict]:
    assert seen.resource is not None
    asked = addressed_keys(seen.resource, seen.effect, seen.scope)
    if not asked:
        return
    expression = seen.effect["where"][seen.resource.key[-1]]
    chain = seen.resource.data.get("chain")
    for observed in seen.resources:
        if any(all(map(_is_same, key, observed.key)) for key in asked):
            yield None
            continue
        if chain and _is_of_chain(seen, get(observed.value, chain), asked, history):
            continue
        yield _violation(seen, observed, seen.resource.key[-1], expression, [key[-1] for key in asked])


def _is_of_chain(seen: Observation, common: Any, asked: list[Key], history: History) -> bool:
    """Whether a resource may belong to the chain of one that was asked for."""
    assert seen.resource is not None
    if not _is_plain(common) or common is MISSING:
        return False
    chains = [history.chain_of(seen.resource.name, key) for key in asked]
    return any(c is MISSING or c == short(common) or _is_same(c, common) for c in chains)


def _is_same(asked: Any, value: Any) -> bool:
    one, other = (text_of(v).strip().casefold() for v in (asked, value))
    if one == other:
        return True
    numbers = [parse_number(t.lstrip("+0") or "0") for t in (one, other)]
    return None not in numbers and numbers[0] == numbers[1]


def _is_plain(value: Any) -> bool:
    return value is not None and not isinstance(value, dict | list)


def _violation(
    seen: Observation, observed: ObservedResource, pointer: str, expression: str, asked: list[Any]
) -> Violation:
    got = f"{quoted(get(observed.value, pointer))} for {', '.join(map(quoted, asked[:5]))}"
    fact = named_fact(seen.operation, expression)
    return Violation(observed.place + pointer, "the one that was asked for", got, fact)
