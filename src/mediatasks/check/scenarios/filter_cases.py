"""The filters of a list, each with values that some known resource has, and one that none has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from mediatasks.check.requests.links import linked_to
from mediatasks.check.requests.lister import Lister, listers
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.scenario import Attempt
from mediatasks.contracts.equality import same_key, text_of
from mediatasks.contracts.pointer import MISSING, get, put
from mediatasks.contracts.wording import quoted
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.facts import effect_fact, request_fact
from mediatasks.judge.filter_case import (
    FilterCase,
    contains,
    equals,
    lies,
    measure,
    scalars,
    texts,
)
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.rules.lists.filter_match import FILTERS, FilteredList

NOBODY = "mediatasks-check-nobody"
_BOUNDS = {
    "after": "is more than {}",
    "from": "is {} or more",
    "before": "is less than {}",
    "to": "is {} or less",
}
# Values of one filter that are tried.
_TRIED = 2
# Resources that a list should have shown are read again before that is said; so many at most.
_READ = 2
# Added to the highest number of a kind that is known, it gives one that does not exist.
FAR = 1_000_003


def ask_filtered_lists(client: ProbeClient) -> Iterator[Attempt]:
    """Yield a FilteredList for each filter, and for some that go together."""
    for lister in listers(client):
        if not any(member in lister.effect for member in FILTERS):
            continue
        for request in (lister.base, *linked_to(client, lister.operation)):
            if needed := _given(lister, request):
                yield Attempt(partial(_filtered, lister, request, needed, ()))
        listing = lister.filled(_TRIED)
        known = listing.resources if listing is not None else ()
        for cases in _filter_cases(lister, known):
            request = lister.base
            for case in cases:
                request = case.put_into(request)
            yield Attempt(partial(_filtered, lister, request, cases, known))


def _filtered(
    lister: Lister, request: DocumentedRequest, cases: list[FilterCase], known: Sequence[ObservedResource]
) -> FilteredList | None:
    listing = lister.whole(request)
    if listing is None:
        return None
    keys = set(listing.keys)
    lost = [s for s in known if s.key not in keys and _fit(cases, s)] if listing.is_whole else []
    now = (lister.client.found(lister.client.read(observed), observed.key) for observed in lost[:_READ])
    return FilteredList(listing, cases, [s for s in now if s is not None and _fit(cases, s)])


def _fit(cases: list[FilterCase], observed: ObservedResource) -> bool:
    return all(case.fits(observed.value) for case in cases)


def _filter_cases(lister: Lister, known: Sequence[ObservedResource]) -> Iterator[list[FilterCase]]:
    """Yield what to ask for: single filters, then some that go together."""
    single = list(_equal(lister, known))
    yield from ([case] for case in single)
    yield from _pairs(lister, single, known)
    yield from _together(lister)
    for several in (_separated, _keyed, _wildcard, _ranges, _search, _conditions):
        yield from ([case] for case in several(lister, known))


def _given(lister: Lister, request: DocumentedRequest) -> list[FilterCase]:
    """Return the filters that a request cannot do without, with the values that it has."""
    wildcard = lister.effect.get("wildcard", {}).get("value", MISSING)
    found = []
    for pointer, expression in lister.effect.get("where", {}).items():
        value = request.value_of(expression) if str(expression).startswith("$request.") else MISSING
        if isinstance(value, str | int) and value != wildcard and not lister.is_optional(expression):
            found.append(_case(lister, pointer, expression, value, [value]))
    return found


def _equal(lister: Lister, known: Sequence[ObservedResource]) -> Iterator[FilterCase]:
    for pointer, expression in lister.effect.get("where", {}).items():
        if not lister.is_optional(expression):
            continue
        for value, _ in scalars(known, pointer)[:_TRIED]:
            for sent in _sent(lister, pointer, value):
                yield _case(lister, pointer, expression, sent, [value])
        for sent, value, is_nobody in _unused(lister, pointer, expression, known):
            yield _case(lister, pointer, expression, sent, [value], is_nobody)


def _case(
    lister: Lister,
    pointer: str,
    expression: str,
    sent: Any,
    values: Sequence[Any],
    is_nobody: bool = False,
) -> FilterCase:
    absent = lister.effect.get("absent", {}).get(pointer, MISSING)
    words = f"`{pointer}` is " + " or ".join(map(quoted, values))
    fact = request_fact(lister.operation, expression)
    return FilterCase(expression, sent, pointer, words, equals(pointer, values, absent), fact, is_nobody)


def _sent(lister: Lister, pointer: str, value: Any) -> Iterator[Any]:
    """Yield what a filter calls a value of the resource; nothing where no source says it."""
    codes: Mapping[str, Any] | None = lister.effect.get("codes", {}).get(pointer)
    separator = lister.effect.get("separators", {}).get(pointer)
    if codes is not None:
        yield from (code for code, meant in codes.items() if same_key(meant, value))
    elif separator is None or separator not in text_of(value):
        yield value


def _unused(
    lister: Lister, pointer: str, expression: str, known: Sequence[ObservedResource]
) -> Iterator[tuple[Any, Any, bool]]:
    """Yield a value that no known resource has: as sent, as it would have it, and whether none ever has."""
    held = [value for value, _ in scalars(known, pointer)]
    codes = lister.effect.get("codes", {}).get(pointer)
    member = lister.member(pointer)
    listed = list(codes.items()) if codes is not None else [(v, v) for v in member.first("enum") or ()]
    shape = lister.shape(expression)
    if listed or member.first("pattern") or member.first("format"):
        free = [(sent, v, False) for sent, v in listed if not any(same_key(v, h) for h in held)]
        yield from free[:1]
    elif held and all(isinstance(v, int) and not isinstance(v, bool) for v in held):
        number = max(held) + FAR
        yield number, number, True
    elif "string" in shape.types or not shape.types:
        yield NOBODY, NOBODY, True


def _pairs(
    lister: Lister, single: Sequence[FilterCase], known: Sequence[ObservedResource]
) -> Iterator[list[FilterCase]]:
    """Yield two filters at a time: two that fit a resource, and two that no resource fits."""
    by_pointer: dict[str, list[FilterCase]] = {}
    for case in single:
        if not case.is_nobody:
            by_pointer.setdefault(case.pointer, []).append(case)
    for first, second in pairwise(by_pointer.values()):
        both = [[a, b] for a in first for b in second if _independent(lister, (a, b))]
        values = [s.value for s in known]
        fitting = [p for p in both if any(all(w.fits(v) for w in p) for v in values)]
        # Where one filter alone would find more, a server that forgets the other is found out.
        telling = [p for p in fitting if any(w.fits(v) is False for w in p for v in values)]
        yield from (telling or fitting)[:1]
        yield from [p for p in both if p not in fitting][:1]


def _independent(lister: Lister, pair: Sequence[FilterCase]) -> bool:
    """Whether no rule of its own says how the filters go together."""
    pointers = {case.pointer for case in pair}
    rules = lister.effect.get("together", [])
    return not any(pointers <= {*rule["when"], *rule["only"]} for rule in rules)


def _together(lister: Lister) -> Iterator[list[FilterCase]]:
    """Yield filters that find nothing since one does not go with the other."""
    for rule in lister.effect.get("together", []):
        asked = [case for p, value in rule["when"].items() for case in _alone(lister, p, value)]
        for pointer, allowed in rule["only"].items():
            codes = lister.effect.get("codes", {}).get(pointer, {})
            others = [value for value in codes.values() if not any(same_key(value, a) for a in allowed)]
            for value in others[:1]:
                yield [*asked, *_alone(lister, pointer, value)]


def _alone(lister: Lister, pointer: str, value: Any) -> Iterator[FilterCase]:
    """Yield a filter that nothing fits, since it does not go with another one."""
    expression = lister.effect["where"][pointer]
    for sent in _sent(lister, pointer, value):
        case = _case(lister, pointer, expression, sent, [value])
        yield replace(case, fits=lambda value: False, words=f"nothing where {case.words}")


def _separated(lister: Lister, known: Sequence[ObservedResource]) -> Iterator[FilterCase]:
    for pointer, separator in lister.effect.get("separators", {}).items():
        expression = lister.effect["where"][pointer]
        values = [(v, sent) for v, _ in scalars(known, pointer) for sent in _sent(lister, pointer, v)]
        if len(values) >= _TRIED and lister.is_optional(expression):
            joined = separator.join(text_of(sent) for _, sent in values[:_TRIED])
            yield _case(lister, pointer, expression, joined, [v for v, _ in values[:_TRIED]])


def _keyed(lister: Lister, known: Sequence[ObservedResource]) -> Iterator[FilterCase]:
    """Yield requests for one resource and for several, where a list wants ids."""
    pointer = lister.resource.key[-1]
    expression = lister.effect.get("where", {}).get(pointer)
    if expression is None or lister.is_optional(expression) or len(lister.resource.key) > 1:
        return
    chain = str(lister.resource.data.get("chain", ""))
    kinds = lister.shape(expression).types
    wanted = [get(s.value, pointer) for s in known[:_TRIED]]
    if not wanted:
        return
    for values in ([wanted[:1]] if kinds - {"array"} else []) + ([wanted] if "array" in kinds else []):
        asked = [s.value for s in known if chain and get(s.value, pointer) in values]
        chains = [lister.client.known.told(lister.resource, value, chain) for value in asked]

        def fits(value: Any, values: list[Any] = values, chains: list[Any] = chains) -> bool | None:
            if any(same_key(get(value, pointer), wanted) for wanted in values):
                return True
            # What a resource was restarted as may be told with it.
            own = lister.client.known.told(lister.resource, value, chain) if chain else None
            mates = any(c is MISSING or own is MISSING or same_key(own, c) for c in chains)
            return None if mates else False

        sent = values if "array" in kinds and len(values) > 1 else values[0]
        case = _case(lister, pointer, expression, sent, values)
        yield replace(case, fits=fits)


def _wildcard(lister: Lister, known: Sequence[ObservedResource]) -> Iterator[FilterCase]:
    wildcard = lister.effect.get("wildcard")
    state = lister.resource.fields.get("state", "")
    if wildcard is None:
        return

    def fits(value: Any) -> bool | None:
        found = lister.resource.state_of(value)
        return None if found is None else found.phase in wildcard["phases"]

    expression = lister.effect["where"][lister.resource.key[-1]]
    words = f"`{state}` counts as " + " or ".join(wildcard["phases"])
    fact = request_fact(lister.operation, expression)
    yield FilterCase(expression, wildcard["value"], state, words, fits, fact)


def _ranges(lister: Lister, known: Sequence[ObservedResource]) -> Iterator[FilterCase]:
    fact = effect_fact(lister.operation, lister.resource, "ranges")
    for pointer, names in lister.effect.get("ranges", {}).items():
        for bound, expression in names.items():
            for value in _middle(known, pointer, bound):
                fits = lies(pointer, {bound: value}, sharp=False)
                words = f"`{pointer}` {_BOUNDS[bound].format(quoted(value))}"
                yield FilterCase(expression, value, pointer, words, fits, fact)


def _search(lister: Lister, known: Sequence[ObservedResource]) -> Iterator[FilterCase]:
    search = lister.effect.get("search")
    if search is None:
        return
    expression, places = search["text"], search["in"]
    found = dict.fromkeys(text for s in known for text in texts(s.value, places))
    for text in [*list(found)[:_TRIED], NOBODY]:
        words, fact = f"{quoted(text)} is found in it", request_fact(lister.operation, expression)
        test, is_nobody = contains(places, text), text == NOBODY
        yield FilterCase(expression, text, places[0], words, test, fact, is_nobody)


def _conditions(lister: Lister, known: Sequence[ObservedResource]) -> Iterator[FilterCase]:
    plan = lister.effect.get("conditions")
    if plan is None:
        return
    for name, pointer in lister.effect["names"].items():
        inside = name in plan.get("contains", ())
        for value, _ in scalars(known, pointer)[:1]:
            fits = contains([pointer], value) if inside else equals(pointer, [value])
            yield _condition(lister, name, value, f"is {quoted(value)}", fits)
        if name not in plan.get("ranged", ()):
            for sent, value, is_nobody in _unused(lister, pointer, plan["list"], known):
                fits = equals(pointer, [value])
                yield _condition(lister, name, sent, f"is {quoted(value)}", fits, is_nobody)
            continue
        for bound, word in plan["bounds"].items():
            for value in _middle(known, pointer, bound):
                fits = lies(pointer, {bound: value}, sharp=True)
                words = _BOUNDS[bound].format(quoted(value))
                yield _condition(lister, name, {word: value}, words, fits)


def _condition(
    lister: Lister, name: str, value: Any, words: str, fits: Any, is_nobody: bool = False
) -> FilterCase:
    plan = lister.effect["conditions"]
    condition = put(put({}, plan["name"], name), plan["value"], value)
    sent, fact = json.dumps([condition]), request_fact(lister.operation, plan["list"])
    pointer = lister.effect["names"][name]
    return FilterCase(plan["list"], sent, pointer, f"`{pointer}` {words}", fits, fact, is_nobody)


def _middle(known: Sequence[ObservedResource], pointer: str, bound: str) -> list[Any]:
    """Return a number or moment that some resources lie before and some behind, if there is one."""
    values = [value for value, _ in scalars(known, pointer)]
    ordered = sorted((v for v in values if measure(v) is not None), key=lambda v: measure(v) or 0.0)
    half = len(ordered) if bound in ("from", "after") else len(ordered) - 1
    return ordered[half // 2 : half // 2 + 1]
