"""A call that fails does so in the declared HTTP status and envelope, its text where texts stand.

A 5xx is reported by `not-a-server-error`. What HTTP itself answers to a message that is too large or
too slow says nothing of a call.
"""

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.shape import Shape, type_of
from mediatasks.contracts.wording import place_of
from mediatasks.exchange.replies import OF_THE_MESSAGE, is_declared
from mediatasks.judge.facts import envelope_fact, reply_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.rpc_calls import any_error, element_place, envelope_of, text_of_error
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"smoke": None}


def applies(contract: Contract) -> bool:
    """Whether it is an RPC provider."""
    return contract.envelope is not None


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each reply to a call that was not carried out, or in part only."""
    exchange, operation = seen.exchange, seen.operation
    if seen.call is None or exchange.status >= 500 or exchange.status in OF_THE_MESSAGE:
        return
    if exchange.status >= 300 and not is_declared(operation, exchange.status):
        status = operation.success
        expected = f"{status}, in which failures of calls travel"
        yield Violation("status", expected, exchange.answer, reply_fact(operation, status))
        return
    error, place = any_error(seen)
    if error is not MISSING:
        yield _judge_error(seen, error, place)
    if seen.errors is not MISSING:
        yield _judge_errors(seen)


def _judge_error(seen: Observation, error: object, place: str) -> Verdict:
    text = text_of_error(envelope_of(seen), error)
    if isinstance(text, str):
        return None
    fact = envelope_fact(seen.operation.contract, "error")
    got = "no such member" if text is MISSING else f"a value of type {type_of(text)}"
    at = place + str(envelope_of(seen).reply.get("message", ""))
    return Violation(place_of(at), "the text of the error", got, fact)


def _judge_errors(seen: Observation) -> Verdict:
    """Judge the type of what failed of a call that was carried out in part."""
    envelope = envelope_of(seen)
    shape = Shape(seen.operation.contract, envelope.rpc["schemas"].get("errors", {}))
    elements = seen.errors if isinstance(seen.errors, list) else []
    inner = shape.items.types if shape.items else frozenset()
    wrong = bool(shape.types) and type_of(seen.errors) not in shape.types
    wrong = wrong or (bool(inner) and any(type_of(e) not in inner for e in elements))
    if not wrong:
        return None
    fact = envelope_fact(seen.operation.contract, "errors")
    place = element_place(seen) + str(envelope.reply["errors"])
    return Violation(place_of(place), "the list of what failed, as texts", "another type", fact)
