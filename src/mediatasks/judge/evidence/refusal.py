"""Whether a request was refused as the contract declares: its status, its body, and a stated text."""

from collections.abc import Iterator

from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.bodies import reply_schema
from mediatasks.contracts.wording import place_of, quoted
from mediatasks.exchange.replies import has_declared_type
from mediatasks.judge.facts import member_fact, reply_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import Key
from mediatasks.judge.violation import Verdict, Violation


def judge_refusal(seen: Observation, kind: str, why: str, with_text: bool) -> Iterator[Verdict]:
    """Judge the reply to a request that had to be refused, and was not accepted.

    `kind` is one of `x-errors`, `why` says in words what was wrong; `with_text`: the stated text is
    the one for just this.
    """
    operation, exchange = seen.operation, seen.exchange
    stated = operation.failures[kind]
    status = str(stated["status"])
    if str(exchange.status) != status:
        fact = reply_fact(operation, status)
        yield Violation("status", f"{status} for a request {why}", exchange.answer, fact)
        return
    schema = operation.reply_schema(status)
    if schema is None or not has_declared_type(operation, exchange):
        # Other rules say what is to be said of a content type.
        yield None
        return
    if exchange.json is MISSING:
        fact = member_fact(operation, status, "")
        yield Violation("(body)", "JSON", exchange.unreadable, fact)
        return
    deviations = reply_schema(operation, status).deviations(exchange.json)
    for deviation in deviations:
        fact = member_fact(operation, status, deviation.pointer)
        yield Violation(place_of(deviation.pointer), deviation.expected, deviation.got, fact)
    text, wanted = get(exchange.json, stated["message"]), stated.get("text")
    if deviations:
        return
    if with_text and wanted is not None and text != wanted:
        fact = member_fact(operation, status, stated["message"])
        yield Violation(place_of(stated["message"]), f"the text `{wanted}`", quoted(text), fact)
        return
    yield None


def is_refused_as_declared(acted: Observation) -> bool:
    """Whether a whole request failed as the contract says of one that a state forbids."""
    status = acted.operation.failures.get("refused", {}).get("status")
    return not acted.accepted and str(acted.exchange.status) == str(status)


def refused_keys(acted: Observation) -> set[Key]:
    """Return the keys of the resources whose element of an accepted reply is a refusal."""
    marks = set(acted.effect.get("refused", {})) - set(acted.effect.get("reply", {}))
    return {
        observed.key
        for observed in acted.resources
        if any(get(get(acted.exchange.json, observed.place), mark) is not MISSING for mark in marks)
    }
