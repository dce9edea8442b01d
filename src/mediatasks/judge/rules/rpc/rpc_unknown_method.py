"""A method that does not exist is an error of its call, with the stated text; other calls are delivered."""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.negative import unknown_method
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.rpc_calls import safe_requests
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import place_of
from mediatasks.judge.facts import envelope_fact, operation_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.rpc_calls import call_error, element_place, envelope_of, text_of_error
from mediatasks.judge.violation import Verdict, Violation


def applies(contract: Contract) -> bool:
    """Whether it is an RPC provider."""
    return contract.envelope is not None


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Call an unknown method alone, and where batches are taken behind a known one."""
    requests = safe_requests(client)
    if not requests:
        return
    unknown = unknown_method(client.contract, requests[0])
    seen = client.call(unknown)
    for verdict in _judge_unknown(seen):
        yield seen, verdict
    alone = client.call(requests[0])
    if not envelope_of(alone).batches or not alone.accepted:
        return
    first, second = client.batch([requests[0], unknown])
    yield second, _judge_error(second)
    if first.accepted:
        yield first, None
        return
    if not 200 <= first.exchange.status < 300:
        # `rpc-failure-status` reports that.
        return
    expected = "the result of the known method, for only the other call is of an unknown one"
    fact = operation_fact(first.operation)
    yield first, Violation(place_of(first.place), expected, first.exchange.answer, fact)


def _judge_unknown(seen: Observation) -> Iterator[Verdict]:
    verdict = _judge_error(seen)
    yield verdict
    envelope = envelope_of(seen)
    template = envelope.errors.get("unknown_method")
    if verdict is not None or template is None or seen.call is None:
        return
    wanted = template.replace("{method}", str(seen.call.method))
    if text_of_error(envelope, call_error(seen)) == wanted:
        yield None
        return
    fact = envelope_fact(seen.operation.contract, "error")
    place = place_of(element_place(seen) + str(envelope.reply["error"]))
    yield Violation(place, f"the text `{wanted}`", seen.exchange.answer, fact)


def _judge_error(seen: Observation) -> Verdict:
    """Judge whether the call itself failed."""
    if call_error(seen) is not MISSING and seen.reply is not None and seen.reply.result is MISSING:
        return None
    fact = envelope_fact(seen.operation.contract, "error")
    expected = "an error of the call, for there is no such method"
    return Violation(place_of(element_place(seen)), expected, seen.exchange.answer, fact)
