"""Timestamps are in their declared unit and in order; none is rewritten or falls.

In order are created, scheduled, started, updated and finished, as far as that is sound: a time that is
a plan bounds nothing; a resource that can be queued anew may keep times of its last attempt, as does
one that has not ended; what has finished may still be updated. The created time stays as it is, the
updated one only grows. Clocks of one service may differ a little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lifecycle_trace import visit
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.judge.facts import member_fact
from mediatasks.judge.history import History, Seen
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.timestamps import FORMS, Moment, is_in_unit, read_moment
from mediatasks.judge.violation import Verdict, Violation

Moments = Mapping[str, Moment]
_ORDER = ("created", "scheduled", "started", "updated", "finished")
# The later of two moments may have been taken by a clock that is this much slow, in seconds.
_SKEW = 0.5


def applies(contract: Contract) -> bool:
    """Whether a resource has timestamps."""
    return any("timestamps" in resource.fields for resource in contract.resources.values())


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge the timestamps of each resource by themselves, together, and against those seen before."""
    for observed in seen.resources:
        if "timestamps" not in observed.resource.fields or not observed.whole:
            continue
        for name in _given(observed):
            place = _place(observed, name)
            is_right = is_in_unit(get(observed.value, place["at"]), place["unit"])
            yield None if is_right else _violation(seen, observed, name, FORMS[place["unit"]])
        read = ((name, _moment(observed, name)) for name in _given(observed))
        moments = {name: moment for name, moment in read if moment is not None}
        for earlier, later in _pairs(observed, moments):
            yield _in_order(seen, observed, moments, earlier, later)
        for name, compare in (("created", _rewritten), ("updated", _fallen)):
            last = _last(observed, history, name) if name in moments else None
            if last is not None:
                fault = compare(_moment(last.observed, name), moments[name])
                if not fault:
                    yield None
                    continue
                got = f"{_shown(observed, name)}, after {_shown(last.observed, name)}"
                yield _violation(seen, observed, name, fault, got)


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Follow a resource to its end, and look through the lists."""
    visit(client)
    yield from ()


def _given(observed: ObservedResource) -> Iterator[str]:
    """Yield the names of the timestamps that are shown."""
    for name, place in observed.resource.fields["timestamps"].items():
        value = get(observed.value, place["at"])
        # Some services write 0 for a time that has not come.
        if value is not MISSING and value is not None and (value is False or value != 0):
            yield name


def _moment(observed: ObservedResource, name: str) -> Moment | None:
    place = _place(observed, name)
    return read_moment(get(observed.value, place["at"]), place["unit"])


def _place(observed: ObservedResource, name: str) -> Mapping[str, str]:
    place: Mapping[str, str] = observed.resource.fields["timestamps"][name]
    return place


def _pairs(observed: ObservedResource, moments: Moments) -> Iterator[tuple[str, str]]:
    """Yield the pairs of timestamps of which the second cannot lie before the first."""
    known = [n for n in _ORDER if n in moments and not _place(observed, n).get("planned")]
    ended = bool(observed.states) and all(state.final for state in observed.states)
    unsound = {("updated", "finished")}
    if observed.resource.is_requeued:
        unsound.add(("scheduled", "started"))
    for i, earlier in enumerate(known):
        for later in known[i + 1 :]:
            if (earlier, later) not in unsound and (ended or later != "finished"):
                yield earlier, later


def _in_order(
    seen: Observation, observed: ObservedResource, moments: Moments, earlier: str, later: str
) -> Verdict:
    one, other = moments[earlier], moments[later]
    if one.zoned is not other.zoned or other.seconds >= one.seconds - max(_SKEW, one.step, other.step):
        return None
    expected = f"no time before that in `{_place(observed, earlier)['at']}`"
    return _violation(
        seen, observed, later, expected, f"{_shown(observed, later)}, before {_shown(observed, earlier)}"
    )


def _last(observed: ObservedResource, history: History, name: str) -> Seen | None:
    """Return the last observed of the same resource that shows a moment."""
    last = next((s for s in reversed(history.seen(observed)) if _moment(s.observed, name)), None)
    if last is None:
        return None
    since = last.observation.number
    updated = any(act.effect["action"] == "upsert" for act in history.acts(observed, since))
    return None if updated or history.is_anew(observed, since) else last


def _rewritten(before: Moment | None, now: Moment) -> str:
    if before is None or before.zoned is not now.zoned:
        return ""
    return (
        "the same time in every read"
        if abs(now.seconds - before.seconds) > max(before.step, now.step)
        else ""
    )


def _fallen(before: Moment | None, now: Moment) -> str:
    if before is None or before.zoned is not now.zoned:
        return ""
    slack = max(_SKEW, before.step, now.step)
    return "a time that never falls" if now.seconds < before.seconds - slack else ""


def _shown(observed: ObservedResource, name: str) -> str:
    return quoted(get(observed.value, _place(observed, name)["at"]))


def _violation(
    seen: Observation, observed: ObservedResource, name: str, expected: str, got: str = ""
) -> Violation:
    place = observed.place + _place(observed, name)["at"]
    fact = member_fact(seen.operation, str(seen.exchange.status), place)
    return Violation(place, expected, got or _shown(observed, name), fact)
