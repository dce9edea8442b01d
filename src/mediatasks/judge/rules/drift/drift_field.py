"""A reply has no member that the contract does not list.

Free-form objects that the contract declares are free, and what a request wrote into an open object may
come back. A client ignores a member that it does not know: it is drift.
"""

from collections.abc import Iterator

from mediatasks.contracts.pointer import MISSING, split
from mediatasks.contracts.schema.shape import type_of
from mediatasks.contracts.wording import place_of
from mediatasks.judge.facts import member_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation, Word

SCOPE = "run"

NEEDS = {"smoke": None}


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each declared reply with a body."""
    if seen.exchange.json is MISSING:
        return
    found = [u for u in seen.unknown if u.kind == "field"]
    for unknown in found:
        holder = unknown.pointer.rpartition("/")[0]
        fact = member_fact(seen.operation, str(seen.exchange.status), holder)
        got = f"a member of type {type_of(unknown.got)}"
        word = Word("name", split(unknown.pointer)[-1])
        yield Violation(place_of(unknown.pointer), unknown.known, got, fact, unless_sent=word)
    if not found:
        yield None
