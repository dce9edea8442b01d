"""A request without the right credentials is refused, in the declared way.

The documented request of each secured operation is sent without credentials, and with each of them
left out or wrong: in header, query, cookie, and in the body of RPC requests. Besides, no
request of a run may be accepted that went without. An optional scheme (an empty alternative) asks for
nothing. A signature can only be wrong where the check can make a right one: it sends none.

schemathesis's `ignored_auth` is off, for it asks the same of every single case.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.placement import Placement
from mediatasks.judge.evidence.refusal import judge_refusal
from mediatasks.judge.facts import operation_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

_REFUSED = (401, 403)
_TOO_MANY = 429
WITHOUT = "without credentials"


@dataclass(frozen=True)
class UnauthenticatedRequest:
    """A request that was not accepted: `why` says in words what is wrong with its `placements`.

    `exists`: what it asks for is there, so that a server cannot say instead that it is not.
    """

    seen: Observation
    why: str
    exists: bool
    placements: Sequence[Placement]


def applies(contract: Contract) -> bool:
    """Whether an operation needs credentials."""
    has_body = contract.envelope is not None and bool(contract.envelope.credentials)
    return has_body or any(o.security and {} not in o.security for o in contract.operations.values())


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each accepted request, and each that went without the right credentials."""
    credentials = history.credentials
    if credentials is None or not credentials.needed(seen.operation):
        return
    is_right = credentials.suffice(seen.operation, seen.exchange)
    if is_right or not seen.accepted or _may_be_known(credentials, seen):
        if seen.accepted == is_right:
            yield None
        return
    lacks = _lacks(credentials.needed(seen.operation), seen.exchange)
    expected = f"a refusal of a request {lacks}"
    fact = operation_fact(seen.operation)
    yield Violation("request", expected, seen.exchange.answer, fact, is_error=True)


def judge_unauthenticated(asked: UnauthenticatedRequest) -> Iterator[tuple[Observation, Verdict]]:
    """Judge how a request was refused."""
    yield from ((asked.seen, verdict) for verdict in _judge_refusal(asked))


NEEDS = {"credentials": judge_unauthenticated}


def _judge_refusal(asked: UnauthenticatedRequest) -> Iterator[Verdict]:
    seen, why = asked.seen, asked.why
    operation, status = seen.operation, seen.exchange.status
    if status == _TOO_MANY:
        return
    if operation.contract.envelope is not None:
        yield from _judge_text(seen, asked.placements)
    elif not asked.exists and str(status) == operation.failures.get("missing", {}).get("status"):
        # What is asked for may not be there, and a server may say that first.
        return
    elif "unauthenticated" in operation.failures:
        yield from judge_refusal(seen, "unauthenticated", why, why == WITHOUT)
    elif status in _REFUSED:
        yield None
    else:
        fact = operation_fact(operation)
        yield Violation("status", f"401 or 403 for a request {why}", seen.exchange.answer, fact)


def _judge_text(seen: Observation, placements: Sequence[Placement]) -> Iterator[Verdict]:
    """Judge the text that refuses a wrong credential of an RPC provider; a missing one breaks the form."""
    envelope = seen.operation.contract.envelope
    assert envelope is not None
    template = envelope.errors.get("unauthenticated")
    given = {p.name for p in placements}
    if template is None or not given.issuperset(c["at"] for c in envelope.credentials.values()):
        yield None
        return
    wanted = template
    for name, data in envelope.credentials.items():
        wanted = wanted.replace("{" + name + "}", str(seen.exchange.sent("body", data["at"])))
    error = envelope.request_error(seen.exchange.json)
    if error is MISSING and seen.reply is not None:
        error = seen.reply.error
    if get(error, envelope.reply.get("message", "")) == wanted:
        yield None
        return
    fact = operation_fact(seen.operation)
    yield Violation("error", f"the text `{wanted}` for a wrong credential", seen.exchange.answer, fact)


def _lacks(sets: Sequence[Sequence[Placement]], exchange: Exchange) -> str:
    """Return in words what is wrong with the credentials of a request."""
    sent = [s for s in sets if any(exchange.sent(p.place, p.name) is not None for p in s)]
    if not sent:
        return WITHOUT
    placements = sent[0]
    missing = [p for p in placements if exchange.sent(p.place, p.name) is None]
    wrong = [p for p in placements if not exchange.carries(p)]
    names = " and ".join(f"the {p.place} `{p.name}`" for p in missing or wrong)
    return f"without {names}" if missing else f"with another value in {names}"


def _may_be_known(credentials: Credentials, seen: Observation) -> bool:
    """Whether the wrong value is another user's right one: generated numbers may be."""
    for placement in credentials.body:
        sent = seen.exchange.sent(placement.place, placement.name)
        guessed = sent is not None and sent not in (placement.value, placement.wrong.value)
        if guessed and type(sent) is type(placement.value):
            return True
    return False
