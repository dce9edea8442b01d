"""Progress never falls within one attempt, and stays in the range of its unit.

The range is 0 to 1, 0 to 100, or 0 to the number of frames that the resource shows. An attempt ends
where the count of retries changes, or where a move lies in between that restarts progress. What a
resource shows in a final state is compared with nothing: some services count no further there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lifecycle_trace import visit
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.shape import parse_number
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import member_fact
from mediatasks.judge.history import History, Seen
from mediatasks.judge.moves import may_have_restarted
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation

_WHOLES = {"ratio": 1, "percent": 100}
_NAMES = {"ratio": "a share", "percent": "a percentage", "frames": "a number of frames"}


def applies(contract: Contract) -> bool:
    """Whether a resource shows how far it is."""
    return any("progress" in resource.fields for resource in contract.resources.values())


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge the progress of each resource by itself and against the last one seen."""
    for observed in seen.resources:
        field: Mapping[str, str] = observed.resource.fields.get("progress", {})
        shown = get(observed.value, field["at"]) if field and observed.whole else MISSING
        if shown is MISSING or shown is None:
            continue
        place, amount, whole = observed.place + field["at"], _amount(shown), _whole(observed, field)
        expected = f"{_NAMES[field['unit']]} from 0" + (f" to {whole}" if whole is not None else "")
        if amount is None or amount < 0 or (whole is not None and amount > whole):
            yield _violation(seen, place, expected, quoted(shown))
            continue
        last = _last(observed, history, field["at"])
        before = _amount(get(last.observed.value, field["at"])) if last else None
        if before is not None and amount < before:
            fallen = f"{quoted(shown)}, after {before}"
            yield _violation(seen, place, "no less than before in the same attempt", fallen)
        else:
            yield None


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Follow a resource to its end."""
    visit(client)
    yield from ()


def _amount(shown: Any) -> int | float | None:
    """Return a number, which may travel as text; None for what is none."""
    number = parse_number(shown) if isinstance(shown, str) else shown
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    # Whole numbers may be larger than any float.
    return None if isinstance(number, float) and math.isnan(number) else number


def _whole(observed: ObservedResource, field: Mapping[str, str]) -> int | float | None:
    if field["unit"] in _WHOLES:
        return _WHOLES[field["unit"]]
    whole = _amount(get(observed.value, field["of"])) if "of" in field else None
    return whole if whole is not None and whole >= 0 else None


def _last(observed: ObservedResource, history: History, pointer: str) -> Seen | None:
    """Return the last observed that shows progress, where both belong to one attempt."""
    earlier = reversed(history.seen(observed))
    last = next((s for s in earlier if _amount(get(s.observed.value, pointer)) is not None), None)
    return last if last is not None and _is_one_attempt(last, observed, history) else None


def _is_one_attempt(last: Seen, observed: ObservedResource, history: History) -> bool:
    if any(s.final for s in (*last.observed.states, *observed.states)):
        return False
    counted = observed.resource.fields.get("attempt")
    counts = [get(s.value, counted) for s in (last.observed, observed)] if counted else []
    if len(counts) == 2 and counts[0] != counts[1]:
        return False
    is_counted = bool(counts) and MISSING not in counts
    return not may_have_restarted(last, observed, history, by_itself=not is_counted)


def _violation(seen: Observation, place: str, expected: str, got: str) -> Violation:
    fact = member_fact(seen.operation, str(seen.exchange.status), place)
    return Violation(place, expected, got, fact)
