"""A method that does not exist is an error of its call, with the stated text; other calls are delivered."""

from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import place_of
from mediatasks.judge.facts import envelope_fact, operation_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.rpc_calls import call_error, element_place, envelope_of, text_of_error
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class UnknownCall:
    """A call of a method that does not exist, alone or in a batch behind a `known` one."""

    seen: Observation
    known: Observation | None


def applies(contract: Contract) -> bool:
    """Whether it is an RPC provider."""
    return contract.envelope is not None


def judge_unknown(call: UnknownCall) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the error of the call; beside a known one whether that was delivered."""
    seen, known = call.seen, call.known
    if known is None:
        yield from ((seen, verdict) for verdict in _judge_alone(seen))
        return
    yield seen, _judge_error(seen)
    if known.accepted:
        yield known, None
    elif 200 <= known.exchange.status < 300:
        # `rpc-failure-status` reports another status.
        expected = "the result of the known method, for only the other call is of an unknown one"
        fact = operation_fact(known.operation)
        yield known, Violation(place_of(known.place), expected, known.exchange.answer, fact)


NEEDS = {"unknown-methods": judge_unknown}


def _judge_alone(seen: Observation) -> Iterator[Verdict]:
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
