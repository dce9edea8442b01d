"""A batch of calls gives what its calls give one by one, in their order.

One call that fails leaves the others alone, and a batch without calls carries nothing out. Elements
that bear ids may come in any order. How many there are is a matter of `rpc-reply-count`, which ids
they bear one of `rpc-id-echo`; neither is reported here again. A result that changes between two
calls of its own is compared with nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediatasks.check.requests.negative import broken_requests
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.rpc_calls import alike, compare, safe_requests, without_calls
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import place_of
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.facts import envelope_fact, operation_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.rpc_calls import call_error, envelope_of
from mediatasks.judge.violation import Verdict, Violation

Found = tuple[Observation, Verdict]


def applies(contract: Contract) -> bool:
    """Whether several calls travel in one request."""
    return contract.envelope is not None and contract.envelope.batches


def probe(client: ProbeClient) -> Iterator[Found]:
    """Send the calls alone, together with ids and without, with one that fails, and none at all."""
    requests = safe_requests(client)
    if not requests:
        return
    if len(requests) == 1:
        requests = requests * 2
    before = [client.call(request) for request in requests]
    ways = [client.batch(requests)]
    if not envelope_of(before[0]).request.get("id_required"):
        ways.append(client.batch(requests, numbered=False))
    after = [client.call(request) for request in requests]
    steady = [compare(b, a) for b, a in zip(before, after, strict=True)]
    for together in ways:
        yield from _compare(together, before, steady, "what the call gives alone")
    yield from _with_failure(client, requests, before, steady)
    yield from _empty(without_calls(client, requests[0])[0])


def _with_failure(
    client: ProbeClient,
    requests: Sequence[DocumentedRequest],
    before: Sequence[Observation],
    steady: Sequence[bool],
) -> Iterator[Found]:
    """Put a call that must fail between the others; they are to be delivered all the same."""
    broken = next(broken_requests(requests[0]), None)
    if broken is None:
        return
    mixed = [requests[0], broken[0], *requests[1:]]
    seen = client.batch(mixed)
    if _counts(seen):
        expected = "what the call gives alone, for only another call fails"
        yield from _compare([seen[0], *seen[2:]], before, steady, expected, skip=1)


def _compare(
    together: Sequence[Observation],
    alone: Sequence[Observation],
    steady: Sequence[bool],
    expected: str,
    skip: int | None = None,
) -> Iterator[Found]:
    if not _counts(together):
        return
    in_order = envelope_of(together[0]).replies(together[0].exchange.json)
    if skip is not None:
        in_order = [r for i, r in enumerate(in_order) if i != skip]
    for i, (seen, own) in enumerate(zip(together, alone, strict=True)):
        if not steady[i]:
            continue
        # The right element under another id is not told here.
        if compare(seen, own) or (i < len(in_order) and alike(in_order[i], own.reply)):
            yield seen, None
            continue
        yield seen, Violation(place_of(seen.place), expected, _got(seen), operation_fact(seen.operation))


def _counts(together: Sequence[Observation]) -> bool:
    """Whether there is something to compare: elements for all calls, or the refusal of the whole batch."""
    first = together[0]
    envelope = envelope_of(first)
    elements = envelope.replies(first.exchange.json)
    calls = envelope.calls(first.exchange.asked)
    return len(elements) == len(calls) or envelope.request_error(first.exchange.json) is not MISSING


def _empty(seen: Observation) -> Iterator[Found]:
    """A batch without calls carries nothing out, and does not make the server fail."""
    exchange, envelope = seen.exchange, envelope_of(seen)
    results = [r for r in envelope.replies(exchange.json) if r.result is not MISSING]
    if not results and exchange.status < 500:
        yield seen, None
        return
    fact = envelope_fact(seen.operation.contract, "error")
    yield (
        seen,
        Violation("request", "an error, or no element, for a batch without calls", exchange.answer, fact),
    )


def _got(seen: Observation) -> str:
    if seen.accepted:
        return "another result"
    error = "an error of the call" if call_error(seen) is not MISSING else "no result"
    return f"{error}: {seen.exchange.answer}"
