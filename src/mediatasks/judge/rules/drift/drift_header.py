"""A reply has no header of its own that the contract does not list.

What HTTP and carriers add to any reply is left alone (`headers`).
"""

from collections.abc import Iterator

from mediatasks.errors import shown
from mediatasks.exchange.http.headers import is_common
from mediatasks.exchange.replies import is_declared
from mediatasks.judge.facts import reply_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"smoke": None}


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge the headers of each declared reply."""
    exchange, status = seen.exchange, str(seen.exchange.status)
    if seen.index or not is_declared(seen.operation, exchange.status):
        return
    listed = seen.operation.responses.get(status, {}).get("headers", {})
    known = {name.lower() for name in listed}
    unknown = [n for n in exchange.reply_headers or {} if n not in known and not is_common(n)]
    for name in unknown:
        expected = f"no header of its own besides: {', '.join(listed)}" if listed else "none of its own"
        place = f"header {shown(name.encode('utf-8', 'replace'))}"
        yield Violation(place, expected, "a further header", reply_fact(seen.operation, status))
    if not unknown:
        yield None
