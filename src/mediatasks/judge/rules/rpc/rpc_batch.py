"""A batch of calls gives what its calls give one by one, in their order.

One call that fails leaves the others alone, and a batch without calls carries nothing out. Elements
that bear ids may come in any order. How many there are is a matter of `rpc-reply-count`, which ids
they bear one of `rpc-id-echo`; neither is reported here again. A result that changes between two
calls of its own is compared with nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import place_of
from mediatasks.judge.facts import envelope_fact, operation_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.rpc_calls import call_error, come_to_the_same, envelope_of
from mediatasks.judge.violation import Verdict, Violation

Found = tuple[Observation, Verdict]


@dataclass(frozen=True)
class BatchedCalls:
    """Calls in one request, and each of them `alone`; those whose result changes are not `steady`.

    `failing` is the place in the request of one more call, which must fail; `together` is without it.
    """

    together: Sequence[Observation]
    alone: Sequence[Observation]
    steady: Sequence[bool]
    failing: int | None = None


def applies(contract: Contract) -> bool:
    """Whether several calls travel in one request."""
    return contract.envelope is not None and contract.envelope.batches


def judge_batch(batch: BatchedCalls) -> Iterator[Found]:
    """Judge each call by what it gave alone."""
    if not _counts(batch.together):
        return
    expected = "what the call gives alone"
    in_order = envelope_of(batch.together[0]).replies(batch.together[0].exchange.json)
    if batch.failing is not None:
        expected += ", for only another call fails"
        in_order = [r for i, r in enumerate(in_order) if i != batch.failing]
    for i, (seen, own) in enumerate(zip(batch.together, batch.alone, strict=True)):
        if not batch.steady[i]:
            continue
        # The right element under another id is not told here.
        element = in_order[i] if i < len(in_order) else seen.reply
        if come_to_the_same(seen.reply, own.reply) or come_to_the_same(element, own.reply):
            yield seen, None
            continue
        yield seen, Violation(place_of(seen.place), expected, _got(seen), operation_fact(seen.operation))


def judge_empty(seen: Observation) -> Iterator[Found]:
    """Judge a batch without calls: it carries nothing out, and does not make the server fail."""
    exchange, envelope = seen.exchange, envelope_of(seen)
    results = [r for r in envelope.replies(exchange.json) if r.result is not MISSING]
    if not results and exchange.status < 500:
        yield seen, None
        return
    fact = envelope_fact(seen.operation.contract, "error")
    expected = "an error, or no element, for a batch without calls"
    yield seen, Violation("request", expected, exchange.answer, fact)


NEEDS = {"batches": judge_batch, "empty-batches": judge_empty}


def _counts(together: Sequence[Observation]) -> bool:
    """Whether there is something to compare: elements for all calls, or the refusal of the whole batch."""
    first = together[0]
    envelope = envelope_of(first)
    elements = envelope.replies(first.exchange.json)
    calls = envelope.calls(first.exchange.asked)
    return len(elements) == len(calls) or envelope.request_error(first.exchange.json) is not MISSING


def _got(seen: Observation) -> str:
    if seen.accepted:
        return "another result"
    error = "an error of the call" if call_error(seen) is not MISSING else "no result"
    return f"{error}: {seen.exchange.answer}"
