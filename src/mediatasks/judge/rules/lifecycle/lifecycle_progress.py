"""Progress never falls within one attempt, and stays in the range of its unit.

The range is 0 to 1, 0 to 100, or 0 to the number of frames that the resource shows. An attempt ends
where the count of retries changes, or where a move lies in between that restarts progress. What a
resource shows in a final state is compared with nothing: some services count no further there.
"""

from collections.abc import Iterator, Mapping

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import member_fact
from mediatasks.judge.observation.events import Mark, Shown, amount_of
from mediatasks.judge.tracks.moves import may_have_restarted
from mediatasks.judge.tracks.track import Track
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"lifecycle-trace": None}

_WHOLES = {"ratio": 1, "percent": 100}
_NAMES = {"ratio": "a share", "percent": "a percentage", "frames": "a number of frames"}


def concerns(operation: Operation) -> bool:
    """Whether an operation shows a resource with progress."""
    resource = operation.resource
    return resource is not None and "progress" in resource.fields


def judge_track(shown: Shown, track: Track) -> Iterator[Verdict]:
    """Judge the progress of a resource by itself and against the last one shown."""
    if shown.progress is MISSING or shown.progress is None or not shown.whole:
        return
    field: Mapping[str, str] = shown.resource.fields["progress"]
    amount, whole = shown.mark.amount, _whole(shown, field["unit"])
    if amount is None or amount < 0 or (whole is not None and amount > whole):
        expected = f"{_NAMES[field['unit']]} from 0" + (f" to {whole}" if whole is not None else "")
        yield _violation(shown, expected, quoted(shown.progress))
        return
    last = track.progress
    before = last.amount if last is not None and _is_one_attempt(last, shown, track) else None
    if before is not None and amount < before:
        fallen = f"{quoted(shown.progress)}, after {before}"
        yield _violation(shown, "no less than before in the same attempt", fallen)
    else:
        yield None


def _whole(shown: Shown, unit: str) -> int | float | None:
    if unit in _WHOLES:
        return _WHOLES[unit]
    whole = None if shown.total is MISSING else amount_of(shown.total)
    return whole if whole is not None and whole >= 0 else None


def _is_one_attempt(last: Mark, shown: Shown, track: Track) -> bool:
    if any(state.final for state in (*last.states, *shown.mark.states)):
        return False
    counted = "attempt" in shown.resource.fields
    if counted and last.attempt != shown.mark.attempt:
        return False
    is_counted = counted and shown.mark.attempt is not MISSING
    return not may_have_restarted(last, shown, track, by_itself=not is_counted)


def _violation(shown: Shown, expected: str, got: str) -> Violation:
    place = shown.place + shown.resource.fields["progress"]["at"]
    return Violation(place, expected, got, member_fact(shown.operation, shown.status, place))
