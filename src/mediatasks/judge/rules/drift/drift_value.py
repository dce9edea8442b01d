"""A reply has no value that is not in the contract's enumeration.

Enumerations of replies are open for a client, which reads a new value as unknown: so this is drift and
no broken schema, which schemathesis's `response-schema-conformance` would report (it is left out
there). A value of a type that the enumeration does not have is a broken schema. `x-open-enum` marks
the enumerations of which no source shows the whole list. What a request wrote may come back: that it
was taken is another matter.
"""

from collections.abc import Iterator

from mediatasks.contracts.equality import text_of
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import place_of, quoted
from mediatasks.judge.facts import member_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation, Word

NEEDS = {"smoke": None}

SCOPE = "run"


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each declared reply with a body."""
    if seen.exchange.json is MISSING:
        return
    found = [u for u in seen.unknown if u.kind == "value"]
    for unknown in found:
        fact = member_fact(seen.operation, str(seen.exchange.status), unknown.pointer)
        got = quoted(unknown.got)
        word = Word("value", text_of(unknown.got))
        yield Violation(place_of(unknown.pointer), unknown.known, got, fact, unless_sent=word)
    if not found:
        yield None
