"""A resource shows each member that the contract knows to be present, in general or in its state.

No source promises such a member, or the schema would require it: it was in every documented reply of
the kind. That it is gone is drift that a client notices, and a warning; one for each schema and state.
So is the message of a refusal, where `x-errors` says that it stands. Replies whose schema lacks the
member, and parts taken from a resource, are not judged.
"""

from collections.abc import Callable, Iterator
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, get, reader
from mediatasks.contracts.schema.shape import Shape
from mediatasks.judge.facts import member_fact
from mediatasks.judge.observation.observation import Observation, generic, shows
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"smoke": None, "lifecycle-trace": None}
# Names in maps are as many as a server likes.
_MOST = 500


def applies(contract: Contract) -> bool:
    """Whether the contract says of a resource which members are present, or where refusals say why."""
    if any("message" in f for o in contract.operations.values() for f in o.failures.values()):
        return True
    return any(
        resource.present or any(state.present for state in resource.states.values())
        for resource in contract.resources.values()
    )


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each resource that a read or a list shows whole, and each refusal."""
    yield from _judge_refusal(seen)
    known_members = seen.operation.contract.compiled(_KnownMembers, seen.operation)
    for observed in seen.resources if seen.effect.get("action") in ("read", "list") else ():
        known = known_members.of(seen, observed) if observed.whole else ()
        if not known:
            continue
        gone = [pointer for pointer, read in known if read(observed.value) is MISSING]
        if not gone:
            yield None
            continue
        names = ", ".join(f"`{pointer.lstrip('/')}`" for pointer in gone)
        state = f" in the state `{observed.states[-1].name}`" if observed.states else ""
        fact = member_fact(seen.operation, str(seen.exchange.status), observed.place + gone[0])
        place = observed.place or "(body)"
        yield Violation(place, f"{names} of a {observed.resource.name}{state}", "no such member", fact)


class _KnownMembers:
    """The members that resources show in the replies of an operation, by their states."""

    def __init__(self, operation: Operation) -> None:
        self._known: dict[tuple[Any, ...], list[tuple[str, Callable[[Any], Any]]]] = {}

    def of(self, seen: Observation, observed: ObservedResource) -> list[tuple[str, Callable[[Any], Any]]]:
        """Return (pointer, reader) of each."""
        place = generic(observed.place)
        key = (seen.exchange.status, place, observed.states)
        found = self._known.get(key)
        if found is None:
            known = [p for p in _present(observed) if shows(seen, observed, p)]
            found = [(pointer, reader(pointer)) for pointer in known]
            if len(self._known) < _MOST:
                self._known[key] = found
        return found


def _judge_refusal(seen: Observation) -> Iterator[Verdict]:
    """Judge whether a refusal says why, at the place that the contract names for its status."""
    operation, exchange = seen.operation, seen.exchange
    if operation.contract.envelope is not None or exchange.json is MISSING:
        return
    status = str(exchange.status)
    known = operation.contract.compiled(_messages, operation).get(status)
    if not known:
        return
    if any(get(exchange.json, pointer) is not MISSING for pointer in known):
        yield None
        return
    pointer = known[0]
    expected = f"`{pointer.lstrip('/')}` of a reply {status}"
    yield Violation("(body)", expected, "no such member", member_fact(operation, status, pointer))


def _messages(operation: Operation) -> dict[str, list[str]]:
    """Return status → where its reply says why, as far as its schema knows the places."""
    found: dict[str, list[str]] = {}
    for failure in operation.failures.values():
        status, pointer = failure["status"], failure.get("message")
        schema = operation.reply_schema(status) if status in operation.responses else None
        if pointer is not None and schema and Shape(operation.contract, schema).at(pointer):
            found.setdefault(status, []).append(pointer)
    return found


def _present(observed: ObservedResource) -> Iterator[str]:
    """Yield the pointers of what the resource shows: always, and in every state that it may be in."""
    yield from observed.resource.present
    states = observed.states
    if states:
        first, *others = states
        yield from (p for p in first.present if all(p in other.present for other in others))
