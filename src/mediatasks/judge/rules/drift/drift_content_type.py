"""A reply has a content type that the contract declares.

Which level another one belongs to: JSON under another name (`application/problem+json`, `text/json`)
can still be read where JSON is declared, and a success may be taken without the body that no one
declared: that is drift, reported here. What cannot be read breaks the contract: `content-type-conformance`
(schemathesis) reports it, and not what stands here.
"""

from collections.abc import Iterator

from mediatasks.exchange.replies import declared_content, is_declared, is_known_type, is_renamed_json
from mediatasks.judge.facts import reply_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"smoke": None}


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each declared reply."""
    exchange, operation = seen.exchange, seen.operation
    if seen.index or not is_declared(operation, exchange.status):
        return
    declared = declared_content(operation, exchange)
    got = exchange.content_type or "no content type"
    if not declared and exchange.reply and exchange.status < 400:
        got = f"a body of {len(exchange.reply)} bytes, {got}"
        yield _violation(seen, "no body, for the contract declares none", got)
    elif is_renamed_json(operation, exchange):
        yield _violation(seen, " or ".join(declared), got)
    elif not declared or is_known_type(operation, exchange):
        yield None


def _violation(seen: Observation, expected: str, got: str) -> Violation:
    fact = reply_fact(seen.operation, str(seen.exchange.status))
    return Violation("header Content-Type", expected, got, fact)
