"""A filter lists what it asks for: everything that fits, and nothing else.

Each filter is sent with values that known resources have, with one that none has, and with another
filter. Resources change while they are listed, so what is wrong must be so each time it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.create import linked_requests
from mediatasks.check.scenarios.filter_cases import filter_cases, given
from mediatasks.check.scenarios.lister import Lister, fill, listers
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import quoted
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.filter_case import FilterCase
from mediatasks.judge.listing import Listing
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation

_FILTERS = ("where", "ranges", "search", "conditions")
_TIMES = 3
# Resources that a list should have shown are read again before that is said; so many at most.
_READ = 2


def applies(contract: Contract) -> bool:
    """Whether a list has a filter."""
    return any(
        effect["action"] == "list" and any(member in effect for member in _FILTERS)
        for resource in contract.resources.values()
        for effect in resource.operations.values()
    )


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Ask each list for what its filters name."""
    for lister in listers(client):
        if not any(member in lister.effect for member in _FILTERS):
            continue
        base = lister.base
        assert base is not None
        for request in (base, *linked_requests(client, lister.operation)):
            needed = given(lister, request)
            if needed:
                yield from _judge(lister, request, needed, ())
        listing = fill(lister, 2)
        known = listing.resources if listing is not None else ()
        for several in filter_cases(lister, known):
            request = base
            for case in several:
                request = case.put_into(request)
            yield from _judge(lister, request, several, known)


def _judge(
    lister: Lister,
    request: DocumentedRequest,
    asked: Sequence[FilterCase],
    known: Sequence[ObservedResource],
) -> Iterator[tuple[Observation, Verdict]]:
    verdicts: list[tuple[Observation, Verdict]] = []
    for _ in range(_TIMES):
        listing = lister.whole(request)
        if listing is None or not listing.seen.accepted:
            return
        found = (_strange(listing, asked), _lost(lister, listing, asked, known))
        verdicts = [(listing.seen, verdict) for verdict in found]
        if all(verdict is None for _, verdict in verdicts):
            break
    yield from verdicts


def _strange(listing: Listing, asked: Sequence[FilterCase]) -> Verdict:
    for observed in listing.resources:
        for case in asked:
            if case.refuses(observed.value):
                shown = get(observed.value, case.pointer)
                got = "one that does not show it" if shown is MISSING else quoted(shown)
                expected = f"only what the filter asks for: {case.words}"
                return Violation(observed.place + case.pointer, expected, got, case.fact)
    return None


def _lost(
    lister: Lister, listing: Listing, asked: Sequence[FilterCase], known: Sequence[ObservedResource]
) -> Verdict:
    if not listing.is_whole:
        return None
    keys = set(listing.keys)
    fitting = [s for s in known if s.key not in keys and all(w.fits(s.value) for w in asked)]
    for observed in fitting[:_READ]:
        now = lister.client.found(lister.client.read(observed), observed.key)
        if now is not None and all(w.fits(now.value) for w in asked):
            words = " and ".join(case.words for case in asked)
            expected = f"`{', '.join(observed.key)}` too, which the filter asks for: {words}"
            return Violation(listing.place, expected, f"{len(keys)} without it", asked[0].fact)
    return None
