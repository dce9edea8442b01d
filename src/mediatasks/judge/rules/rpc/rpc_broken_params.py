"""Params that break the contract are refused: the call has an error, and no result.

A required one that is missing or of another type, and params that are no object. The type is one that
no server could turn into the right one. Where and how errors travel `rpc-failure-status` judges.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.negative import broken_requests
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import place_of
from mediatasks.judge.facts import operation_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.rpc_calls import any_error, element_place
from mediatasks.judge.violation import Verdict, Violation


def applies(contract: Contract) -> bool:
    """Whether it is an RPC provider."""
    return contract.envelope is not None


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Break the documented request of each method in each way."""
    for operation in client.contract.operations.values():
        request = client.request(operation.id) if client.may(operation.id) else None
        for broken, why in broken_requests(request) if request else ():
            seen = client.call(broken)
            yield seen, _judge(seen, why)


def _judge(seen: Observation, why: str) -> Verdict:
    error, _ = any_error(seen)
    has_result = seen.reply is not None and seen.reply.result is not MISSING
    if (error is not MISSING and not has_result) or not 200 <= seen.exchange.status < 300:
        return None
    got = "a result" if has_result else seen.exchange.answer
    place = place_of(element_place(seen))
    return Violation(place, f"an error for a call {why}", got, operation_fact(seen.operation))
