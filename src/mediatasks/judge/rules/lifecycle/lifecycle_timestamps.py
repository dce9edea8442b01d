"""Timestamps are in their declared unit and in order; none is rewritten or falls.

In order are created, scheduled, started, updated and finished, as far as that is sound: a time that is
a plan bounds nothing; a resource that can be queued anew may keep times of its last attempt, as does
one that has not ended; what has finished may still be updated. The created time stays as it is, the
updated one only grows. Clocks of one service may differ a little.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import member_fact
from mediatasks.judge.observation.events import Mark, Shown
from mediatasks.judge.observation.timestamps import FORMS, Moment, is_in_unit
from mediatasks.judge.tracks.track import Track
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"lifecycle-trace": None}

Moments = Mapping[str, Moment]
_ORDER = ("created", "scheduled", "started", "updated", "finished")
# The later of two moments may have been taken by a clock that is this much slow, in seconds.
_SKEW = 0.5


def concerns(operation: Operation) -> bool:
    """Whether an operation shows a resource with timestamps."""
    resource = operation.resource
    return resource is not None and "timestamps" in resource.fields


def judge_track(shown: Shown, track: Track) -> Iterator[Verdict]:
    """Judge the timestamps of a resource by themselves, together, and against those shown before."""
    if not shown.whole:
        return
    moments = {}
    for name, (value, moment) in shown.moments.items():
        unit = _place(shown, name)["unit"]
        is_right = moment is not None or is_in_unit(value, unit)
        yield None if is_right else _violation(shown, name, FORMS[unit])
        if moment is not None:
            moments[name] = moment
    states = shown.mark.states
    ended = bool(states) and all(state.final for state in states)
    for earlier, later in _pairs(shown.resource, tuple(moments), ended):
        yield _in_order(shown, moments, earlier, later)
    for name, last, compare in (
        ("created", track.created, _rewritten),
        ("updated", track.updated, _fallen),
    ):
        before = getattr(last, name) if last is not None and name in moments else None
        if last is None or before is None or _is_written_anew(last, shown, track):
            continue
        fault = compare(before[0], moments[name])
        if not fault:
            yield None
            continue
        got = f"{_quoted(shown, name)}, after {quoted(before[1])}"
        yield _violation(shown, name, fault, got)


def _place(shown: Shown, name: str) -> Mapping[str, str]:
    place: Mapping[str, str] = shown.resource.fields["timestamps"][name]
    return place


@lru_cache(maxsize=1024)
def _pairs(resource: Resource, given: tuple[str, ...], ended: bool) -> list[tuple[str, str]]:
    """Return the pairs of timestamps of which the second cannot lie before the first."""
    places = resource.fields["timestamps"]
    known = [name for name in _ORDER if name in given and not places[name].get("planned")]
    unsound = {("updated", "finished")}
    if resource.is_requeued:
        unsound.add(("scheduled", "started"))
    pairs = combinations(known, 2)
    return [p for p in pairs if p not in unsound and (ended or p[1] != "finished")]


def _in_order(shown: Shown, moments: Moments, earlier: str, later: str) -> Verdict:
    one, other = moments[earlier], moments[later]
    if one.zoned is not other.zoned or other.seconds >= one.seconds - max(_SKEW, one.step, other.step):
        return None
    expected = f"no time before that in `{_place(shown, earlier)['at']}`"
    got = f"{_quoted(shown, later)}, before {_quoted(shown, earlier)}"
    return _violation(shown, later, expected, got)


def _is_written_anew(last: Mark, shown: Shown, track: Track) -> bool:
    return track.is_upserted(last, shown) or track.is_anew(last, shown)


def _rewritten(before: Moment, now: Moment) -> str:
    if before.zoned is not now.zoned:
        return ""
    is_other = abs(now.seconds - before.seconds) > max(before.step, now.step)
    return "the same time in every read" if is_other else ""


def _fallen(before: Moment, now: Moment) -> str:
    if before.zoned is not now.zoned:
        return ""
    slack = max(_SKEW, before.step, now.step)
    return "a time that never falls" if now.seconds < before.seconds - slack else ""


def _quoted(shown: Shown, name: str) -> str:
    return quoted(shown.moments[name][0])


def _violation(shown: Shown, name: str, expected: str, got: str = "") -> Violation:
    place = shown.place + _place(shown, name)["at"]
    fact = member_fact(shown.operation, shown.status, place)
    return Violation(place, expected, got or _quoted(shown, name), fact)
