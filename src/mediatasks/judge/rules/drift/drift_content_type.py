"""A reply has a content type that the contract declares.

Which level another one belongs to: JSON under another name (`application/problem+json`, `text/json`)
can still be read where JSON is declared, and a success may be taken without the body that no one
declared: that is drift, reported here. What cannot be read breaks the contract: `content-type-conformance`
(schemathesis) reports it, and not what stands here.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.probe_client import Session
from mediatasks.check.scenarios.smoke import tour
from mediatasks.exchange.replies import declared_content, is_declared, is_known_type, is_renamed_json
from mediatasks.judge.facts import reply_fact
from mediatasks.judge.history import Ledger
from mediatasks.judge.observation import Observation
from mediatasks.judge.violation import Claim, Verdict


def judge(seen: Observation, ledger: Ledger) -> Iterator[Verdict]:
    """Judge each declared reply."""
    exchange, operation = seen.exchange, seen.operation
    if seen.index or not is_declared(operation, exchange.status):
        return
    declared = declared_content(operation, exchange)
    got = exchange.content_type or "no content type"
    if not declared and exchange.reply and exchange.status < 400:
        got = f"a body of {len(exchange.reply)} bytes, {got}"
        yield _claim(seen, "no body, for the contract declares none", got)
    elif is_renamed_json(operation, exchange):
        yield _claim(seen, " or ".join(declared), got)
    elif not declared or is_known_type(operation, exchange):
        yield None


def _claim(seen: Observation, expected: str, got: str) -> Claim:
    fact = reply_fact(seen.operation, str(seen.exchange.status))
    return Claim("header Content-Type", expected, got, fact)


def probe(session: Session) -> Iterator[tuple[Observation, Verdict]]:
    """Have a reply of each kind come."""
    return tour(session)
