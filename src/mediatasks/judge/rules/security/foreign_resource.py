"""Another account's resource is refused, in the way that the contract states, and in no list.

Which resources are another's is known of a mock made for the run (its seeds) and by `--foreign-id`;
without either nothing is judged. On a server elsewhere they are only read: what belongs to somebody
else is not to be changed by a server that fails here.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.runner.foreign import addressing
from mediatasks.check.scenarios.smoke import send_smoke_requests
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.wording import place_of
from mediatasks.judge.facts import Fact, reply_fact
from mediatasks.judge.history import History
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.refusal import judge_refusal
from mediatasks.judge.violation import Verdict, Violation

_WHY = "for a resource of another account"


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


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Ask for each known one by each operation that names a resource."""
    if client.known.foreign:
        yield from send_smoke_requests(client)
    for foreign in client.known.foreign:
        for operation in addressing(client.contract, foreign.resource):
            request = client.naming(operation.id, foreign)
            if request is None or not (operation.safe or client.target.is_mock):
                continue
            seen = client.call(request)
            for verdict in _judge(seen, foreign):
                yield seen, verdict


def _judge(seen: Observation, foreign: ObservedResource) -> Iterator[Verdict]:
    if not seen.accepted:
        yield from judge_refusal(seen, "foreign", _WHY, True)
        return
    status = seen.operation.failures["foreign"]["status"]
    expected = f"{status}, for the resource `{' '.join(foreign.key)}` belongs to another account"
    yield Violation("request", expected, seen.exchange.answer, _fact(seen.operation), is_error=True)


def _fact(operation: Operation) -> Fact:
    """Return the fact of the refusal, of an operation that states one."""
    contract = operation.contract
    stating = [o for r in contract.resources.values() for o in addressing(contract, r)]
    chosen = operation if operation in stating else stating[0]
    return reply_fact(chosen, str(chosen.failures["foreign"]["status"]))
