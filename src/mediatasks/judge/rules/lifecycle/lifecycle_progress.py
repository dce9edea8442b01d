"""Progress never falls within one attempt, and stays in the range of its unit.

The range is 0 to 1, 0 to 100, or 0 to the number of frames that the resource shows. An attempt ends
where the count of retries changes, or where a move lies in between that restarts progress. What a
resource shows in a final state is compared with nothing: some services count no further there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.check.requests.probe_client import Session
from mediatasks.check.scenarios.lifecycle_trace import visit
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.schema.shape import parse_number
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import member_fact
from mediatasks.judge.history import Ledger, Seen
from mediatasks.judge.moves import may_have_restarted
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import Sighting
from mediatasks.judge.violation import Claim, Verdict

_WHOLES = {"ratio": 1, "percent": 100}
_NAMES = {"ratio": "a share", "percent": "a percentage", "frames": "a number of frames"}


def applies(contract: Contract) -> bool:
    """Whether a resource shows how far it is."""
    return any("progress" in resource.fields for resource in contract.resources.values())


def judge(seen: Observation, ledger: Ledger) -> Iterator[Verdict]:
    """Judge the progress of each resource by itself and against the last one seen."""
    for sighting in seen.sightings:
        field: Mapping[str, str] = sighting.resource.fields.get("progress", {})
        shown = get(sighting.value, field["at"]) if field and sighting.whole else MISSING
        if shown is MISSING or shown is None:
            continue
        place, amount, whole = sighting.place + field["at"], _amount(shown), _whole(sighting, field)
        expected = f"{_NAMES[field['unit']]} from 0" + (f" to {whole}" if whole is not None else "")
        if amount is None or amount < 0 or (whole is not None and amount > whole):
            yield _claim(seen, place, expected, quoted(shown))
            continue
        last = _last(sighting, ledger, field["at"])
        before = _amount(get(last.sighting.value, field["at"])) if last else None
        if before is not None and amount < before:
            fallen = f"{quoted(shown)}, after {before}"
            yield _claim(seen, place, "no less than before in the same attempt", fallen)
        else:
            yield None


def probe(session: Session) -> Iterator[tuple[Observation, Verdict]]:
    """Follow a resource to its end."""
    visit(session)
    yield from ()


def _amount(shown: Any) -> int | float | None:
    """Return a number, which may travel as text; None for what is none."""
    number = parse_number(shown) if isinstance(shown, str) else shown
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    # Whole numbers may be larger than any float.
    return None if isinstance(number, float) and math.isnan(number) else number


def _whole(sighting: Sighting, field: Mapping[str, str]) -> int | float | None:
    if field["unit"] in _WHOLES:
        return _WHOLES[field["unit"]]
    whole = _amount(get(sighting.value, field["of"])) if "of" in field else None
    return whole if whole is not None and whole >= 0 else None


def _last(sighting: Sighting, ledger: Ledger, pointer: str) -> Seen | None:
    """Return the last sighting that shows progress, where both belong to one attempt."""
    earlier = reversed(ledger.seen(sighting))
    last = next((s for s in earlier if _amount(get(s.sighting.value, pointer)) is not None), None)
    return last if last is not None and _is_one_attempt(last, sighting, ledger) else None


def _is_one_attempt(last: Seen, sighting: Sighting, ledger: Ledger) -> bool:
    if any(s.final for s in (*last.sighting.states, *sighting.states)):
        return False
    counted = sighting.resource.fields.get("attempt")
    counts = [get(s.value, counted) for s in (last.sighting, sighting)] if counted else []
    if len(counts) == 2 and counts[0] != counts[1]:
        return False
    is_counted = bool(counts) and MISSING not in counts
    return not may_have_restarted(last, sighting, ledger, by_itself=not is_counted)


def _claim(seen: Observation, place: str, expected: str, got: str) -> Claim:
    fact = member_fact(seen.operation, str(seen.exchange.status), place)
    return Claim(place, expected, got, fact)
