"""Another account's resource is refused, in the way that the contract states, and in no list.

Which resources are another's is known of a mock made for the run (its seeds) and by `--foreign-id`;
without either nothing is judged. On a server elsewhere they are only read: what belongs to somebody
else is not to be changed by a server that fails here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.wording import place_of
from mediatasks.judge.evidence.refusal import judge_refusal
from mediatasks.judge.facts import Fact, reply_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

_ADDRESSING = ("read", "update", "move", "copy", "delete")
_WHY = "for a resource of another account"


@dataclass(frozen=True)
class ForeignRequest:
    """A request for a resource that is known to be another account's."""

    seen: Observation
    foreign: ObservedResource


def applies(contract: Contract) -> bool:
    """Whether the contract says how another account's resource is refused."""
    return any(addressing(contract, resource) for resource in contract.resources.values())


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each list: it shows nothing of what is known to be another account's."""
    if not seen.accepted or seen.effect.get("action") != "list":
        return
    foreign = {f.key for f in history.foreign if seen.resource and f.resource.name == seen.resource.name}
    shown = [s for s in seen.resources if s.key in foreign]
    for observed in shown:
        expected = "no resource of another account"
        yield Violation(place_of(observed.place), expected, "one", _fact(seen.operation))
    if foreign and not shown:
        yield None


def judge_foreign(asked: ForeignRequest) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the refusal."""
    seen = asked.seen
    if not seen.accepted:
        yield from ((seen, verdict) for verdict in judge_refusal(seen, "foreign", _WHY, True))
        return
    status = seen.operation.failures["foreign"]["status"]
    expected = f"{status}, for the resource `{' '.join(asked.foreign.key)}` belongs to another account"
    fact = _fact(seen.operation)
    yield seen, Violation("request", expected, seen.exchange.answer, fact, is_error=True)


NEEDS = {"smoke": None, "foreign-resources": judge_foreign}


def addressing(contract: Contract, resource: Resource) -> list[Operation]:
    """Return the operations that refuse one resource of another account in a stated way."""
    found = []
    for name, effect in resource.operations.items():
        operation = contract.operations[name]
        named = all(pointer in effect.get("where", {}) for pointer in resource.key)
        if effect["action"] in _ADDRESSING and named and "foreign" in operation.failures:
            found.append(operation)
    return found


def _fact(operation: Operation) -> Fact:
    """Return the fact of the refusal, of an operation that states one."""
    contract = operation.contract
    stating = [o for r in contract.resources.values() for o in addressing(contract, r)]
    chosen = operation if operation in stating else stating[0]
    return reply_fact(chosen, str(chosen.failures["foreign"]["status"]))
