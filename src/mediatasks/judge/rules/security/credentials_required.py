"""A request without the right credentials is refused, in the declared way.

The probe sends the documented request of each secured operation without credentials, and with each
of them left out or wrong: in header, query, cookie, and in the body of RPC requests. Besides, no
request of a run may be accepted that went without. An optional scheme (an empty alternative) asks for
nothing. A signature can only be wrong where the check can make a right one: it sends none.

schemathesis's `ignored_auth` is off, for it asks the same of every single case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.placement import Placement
from mediatasks.judge.facts import operation_fact
from mediatasks.judge.history import History
from mediatasks.judge.observation import Observation
from mediatasks.judge.refusal import judge_refusal
from mediatasks.judge.violation import Verdict, Violation

_REFUSED = (401, 403)
_TOO_MANY = 429
_NONE = "without credentials"


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


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Ask each operation without credentials, without single ones, and with wrong ones."""
    for operation in client.contract.operations.values():
        request = client.request(operation.id) if client.may(operation.id) else None
        sets = client.credentials.needed(operation)
        if request is None or not sets:
            continue
        exists = client.target.is_mock or (operation.safe and client.call(request).accepted)
        for placements, why in _ways(sets):
            seen = client.call(request, placements)
            if seen.accepted:
                # `judge` has said so; one way in is enough.
                break
            yield from ((seen, verdict) for verdict in _judge_refusal(seen, why, exists, placements))


def _ways(sets: Sequence[Sequence[Placement]]) -> Iterator[tuple[list[Placement], str]]:
    """Yield the credentials of each request that must be refused, and what is wrong with them."""
    yield [], _NONE
    for i, given in enumerate(sets):
        for p in given:
            name = f"the {p.place} `{p.name}`"
            yield [o.wrong if o is p else o for o in given], f"with another value in {name}"
            if len(given) > 1 and not i:
                yield [o for o in given if o is not p], f"without {name}"


def _judge_refusal(
    seen: Observation, why: str, exists: bool, placements: Sequence[Placement]
) -> Iterator[Verdict]:
    operation, status = seen.operation, seen.exchange.status
    if status == _TOO_MANY:
        return
    if operation.contract.envelope is not None:
        yield from _judge_text(seen, placements)
    elif not exists and str(status) == operation.failures.get("missing", {}).get("status"):
        # What is asked for may not be there, and a server may say that first.
        return
    elif "unauthenticated" in operation.failures:
        yield from judge_refusal(seen, "unauthenticated", why, why == _NONE)
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
        return _NONE
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
