"""The filters of a list, each with values that some known resource has, and one that none has."""

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
from mediatasks.judge.evidence.filter_case import (
    FilterCase,
    Test,
    contains,
    equals,
    lies,
    measure,
    scalars,
    texts,
)
from mediatasks.judge.facts import effect_fact, request_fact
from mediatasks.judge.observation.observed_resource import ObservedResource
from mediatasks.judge.rules.lists.filter_match import FILTERS, FilteredList

UNUSED = "mediatasks-check-nobody"
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
            if needed := list(_Filters(lister, ()).needed(request)):
                yield Attempt(partial(_filtered, lister, request, needed, ()))
        listing = lister.filled(_TRIED)
        known = listing.resources if listing is not None else ()
        for cases in _Filters(lister, known).cases():
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


def _fit(cases: Sequence[FilterCase], observed: ObservedResource) -> bool:
    return all(case.fits(observed.value) for case in cases)


class _Filters:
    """The filters of one list, with values that the `known` resources have, and some that none has."""

    def __init__(self, lister: Lister, known: Sequence[ObservedResource]) -> None:
        self.lister, self.effect, self.known = lister, lister.effect, known
        self.where: Mapping[str, Any] = lister.effect.get("where", {})

    def cases(self) -> Iterator[list[FilterCase]]:
        """Yield what to ask for: single filters, then some that go together."""
        single = list(self._equal())
        yield from ([case] for case in single)
        yield from self._pairs(single)
        yield from self._together()
        others = (
            self._separated,
            self._keyed,
            self._wildcard,
            self._ranges,
            self._search,
            self._conditions,
        )
        for several in others:
            yield from ([case] for case in several())

    def needed(self, request: DocumentedRequest) -> Iterator[FilterCase]:
        """Yield the filters that a request cannot do without, with the values that it has."""
        wildcard = self.effect.get("wildcard", {}).get("value", MISSING)
        for pointer, expression in self.where.items():
            value = request.value_of(expression) if str(expression).startswith("$request.") else MISSING
            is_given = isinstance(value, str | int) and value != wildcard
            if is_given and not self.lister.is_optional(expression):
                yield self._case(pointer, value, [value])

    def _equal(self) -> Iterator[FilterCase]:
        for pointer, expression in self.where.items():
            if not self.lister.is_optional(expression):
                continue
            for value, _ in scalars(self.known, pointer)[:_TRIED]:
                yield from (self._case(pointer, sent, [value]) for sent in self._sent(pointer, value))
            for sent, value, is_unused in self._unused(pointer, expression):
                yield self._case(pointer, sent, [value], is_unused)

    def _case(self, pointer: str, sent: Any, values: Sequence[Any], is_unused: bool = False) -> FilterCase:
        absent = self.effect.get("absent", {}).get(pointer, MISSING)
        words = f"`{pointer}` is " + " or ".join(map(quoted, values))
        expression, fits = self.where[pointer], equals(pointer, values, absent)
        fact = request_fact(self.lister.operation, expression)
        return FilterCase(expression, sent, pointer, words, fits, fact, is_unused)

    def _sent(self, pointer: str, value: Any) -> Iterator[Any]:
        """Yield what a filter calls a value of the resource; nothing where no source says it."""
        codes: Mapping[str, Any] | None = self.effect.get("codes", {}).get(pointer)
        separator = self.effect.get("separators", {}).get(pointer)
        if codes is not None:
            yield from (code for code, meant in codes.items() if same_key(meant, value))
        elif separator is None or separator not in text_of(value):
            yield value

    def _unused(self, pointer: str, expression: str) -> Iterator[tuple[Any, Any, bool]]:
        """Yield a value that no known resource has: as sent, as it would have it, whether none ever has."""
        held = [value for value, _ in scalars(self.known, pointer)]
        codes = self.effect.get("codes", {}).get(pointer)
        member, types = self.lister.member(pointer), self.lister.shape(expression).types
        listed = list(codes.items()) if codes is not None else [(v, v) for v in member.first("enum") or ()]
        if listed or member.first("pattern") or member.first("format"):
            free = [(sent, v, False) for sent, v in listed if not any(same_key(v, h) for h in held)]
            yield from free[:1]
        elif held and all(isinstance(v, int) and not isinstance(v, bool) for v in held):
            number = max(held) + FAR
            yield number, number, True
        elif "string" in types or not types:
            yield UNUSED, UNUSED, True

    def _pairs(self, single: Sequence[FilterCase]) -> Iterator[list[FilterCase]]:
        """Yield two filters at a time: two that fit a resource, and two that no resource fits."""
        by_pointer: dict[str, list[FilterCase]] = {}
        for case in single:
            if not case.is_unused:
                by_pointer.setdefault(case.pointer, []).append(case)
        for first, second in pairwise(by_pointer.values()):
            both = [[a, b] for a in first for b in second if self._are_independent(a, b)]
            fitting = [pair for pair in both if any(_fit(pair, s) for s in self.known)]
            # Where one filter alone would find more, a server that forgets the other is found out.
            telling = [p for p in fitting if any(c.fits(s.value) is False for c in p for s in self.known)]
            yield from (telling or fitting)[:1]
            yield from [pair for pair in both if pair not in fitting][:1]

    def _are_independent(self, one: FilterCase, other: FilterCase) -> bool:
        """Whether no rule of its own says how the filters go together."""
        pointers, rules = {one.pointer, other.pointer}, self.effect.get("together", [])
        return not any(pointers <= {*rule["when"], *rule["only"]} for rule in rules)

    def _together(self) -> Iterator[list[FilterCase]]:
        """Yield filters that find nothing since one does not go with the other."""
        for rule in self.effect.get("together", []):
            asked = [case for p, value in rule["when"].items() for case in self._futile(p, value)]
            for pointer, allowed in rule["only"].items():
                codes = self.effect.get("codes", {}).get(pointer, {})
                others = [v for v in codes.values() if not any(same_key(v, a) for a in allowed)]
                for value in others[:1]:
                    yield [*asked, *self._futile(pointer, value)]

    def _futile(self, pointer: str, value: Any) -> Iterator[FilterCase]:
        """Yield a filter that nothing fits, since it does not go with another one."""
        for sent in self._sent(pointer, value):
            case = self._case(pointer, sent, [value])
            yield replace(case, fits=lambda value: False, words=f"nothing where {case.words}")

    def _separated(self) -> Iterator[FilterCase]:
        for pointer, separator in self.effect.get("separators", {}).items():
            held = [value for value, _ in scalars(self.known, pointer)]
            values = [(v, sent) for v in held for sent in self._sent(pointer, v)][:_TRIED]
            if len(values) == _TRIED and self.lister.is_optional(self.where[pointer]):
                joined = separator.join(text_of(sent) for _, sent in values)
                yield self._case(pointer, joined, [v for v, _ in values])

    def _keyed(self) -> Iterator[FilterCase]:
        """Yield requests for one resource and for several, where a list wants ids."""
        resource, told = self.lister.resource, self.lister.client.known.told
        pointer, chain = resource.key[-1], str(resource.data.get("chain", ""))
        expression = self.where.get(pointer)
        if expression is None or self.lister.is_optional(expression) or len(resource.key) > 1:
            return
        kinds = self.lister.shape(expression).types
        wanted = [get(s.value, pointer) for s in self.known[:_TRIED]]
        one, several = [wanted[:1]] if kinds - {"array"} else [], [wanted] if "array" in kinds else []
        for values in (*one, *several) if wanted else ():
            asked = [s.value for s in self.known if chain and get(s.value, pointer) in values]
            chains = [told(resource, value, chain) for value in asked]

            def fits(value: Any, values: list[Any] = values, chains: list[Any] = chains) -> bool | None:
                if any(same_key(get(value, pointer), wanted) for wanted in values):
                    return True
                # What a resource was restarted as may be told with it.
                own = told(resource, value, chain) if chain else None
                mates = any(c is MISSING or own is MISSING or same_key(own, c) for c in chains)
                return None if mates else False

            sent = values if "array" in kinds and len(values) > 1 else values[0]
            yield replace(self._case(pointer, sent, values), fits=fits)

    def _wildcard(self) -> Iterator[FilterCase]:
        wildcard, resource = self.effect.get("wildcard"), self.lister.resource
        if wildcard is None:
            return

        def fits(value: Any) -> bool | None:
            found = resource.state_of(value)
            return None if found is None else found.phase in wildcard["phases"]

        state, expression = resource.fields.get("state", ""), self.where[resource.key[-1]]
        words = f"`{state}` counts as " + " or ".join(wildcard["phases"])
        fact = request_fact(self.lister.operation, expression)
        yield FilterCase(expression, wildcard["value"], state, words, fits, fact)

    def _ranges(self) -> Iterator[FilterCase]:
        fact = effect_fact(self.lister.operation, "ranges")
        for pointer, names in self.effect.get("ranges", {}).items():
            for bound, expression in names.items():
                for value in self._middle(pointer, bound):
                    fits = lies(pointer, {bound: value}, sharp=False)
                    words = f"`{pointer}` {_BOUNDS[bound].format(quoted(value))}"
                    yield FilterCase(expression, value, pointer, words, fits, fact)

    def _search(self) -> Iterator[FilterCase]:
        search = self.effect.get("search")
        if search is None:
            return
        expression, places = search["text"], search["in"]
        found = dict.fromkeys(text for s in self.known for text in texts(s.value, places))
        fact = request_fact(self.lister.operation, expression)
        for text in [*list(found)[:_TRIED], UNUSED]:
            words, test = f"{quoted(text)} is found in it", contains(places, text)
            yield FilterCase(expression, text, places[0], words, test, fact, text == UNUSED)

    def _conditions(self) -> Iterator[FilterCase]:
        plan = self.effect.get("conditions")
        if plan is None:
            return
        for name, pointer in self.effect["names"].items():
            inside = name in plan.get("contains", ())
            for value, _ in scalars(self.known, pointer)[:1]:
                fits = contains([pointer], value) if inside else equals(pointer, [value])
                yield self._condition(name, value, f"is {quoted(value)}", fits)
            if name not in plan.get("ranged", ()):
                for sent, value, is_unused in self._unused(pointer, plan["list"]):
                    fits = equals(pointer, [value])
                    yield self._condition(name, sent, f"is {quoted(value)}", fits, is_unused)
                continue
            for bound, word in plan["bounds"].items():
                for value in self._middle(pointer, bound):
                    fits, words = (
                        lies(pointer, {bound: value}, sharp=True),
                        _BOUNDS[bound].format(quoted(value)),
                    )
                    yield self._condition(name, {word: value}, words, fits)

    def _condition(
        self, name: str, value: Any, words: str, fits: Test, is_unused: bool = False
    ) -> FilterCase:
        plan, pointer = self.effect["conditions"], self.effect["names"][name]
        sent = json.dumps([put(put({}, plan["name"], name), plan["value"], value)])
        fact = request_fact(self.lister.operation, plan["list"])
        return FilterCase(plan["list"], sent, pointer, f"`{pointer}` {words}", fits, fact, is_unused)

    def _middle(self, pointer: str, bound: str) -> list[Any]:
        """Return a number or moment that some resources lie before and some behind, if there is one."""
        values = [value for value, _ in scalars(self.known, pointer)]
        ordered = sorted((v for v in values if measure(v) is not None), key=lambda v: measure(v) or 0.0)
        half = len(ordered) if bound in ("from", "after") else len(ordered) - 1
        return ordered[half // 2 : half // 2 + 1]
