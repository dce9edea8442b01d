"""A limit limits: no more than it says, as many as there are up to it, and everything above that."""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.listing import Lister, Listing, fill, listers
from mediatasks.contracts.expression import evaluate
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.wording import count_of
from mediatasks.judge.facts import request_fact
from mediatasks.judge.history import History
from mediatasks.judge.observation import Observation
from mediatasks.judge.violation import Verdict, Violation

_NEEDED = 3
_TIMES = 3


def applies(contract: Contract) -> bool:
    """Whether a list has a limit."""
    resources = contract.resources.values()
    return any("limit" in effect for r in resources for effect in r.operations.values())


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each list that was limited by its request."""
    asked = _asked(seen) if seen.accepted else None
    if asked is not None:
        yield _too_many(Listing(seen, asked), asked)


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Ask for one, for two, and for more than there are."""
    for lister in listers(client):
        listing = fill(lister, _NEEDED) if lister.limit is not None else None
        if listing is None or not listing.seen.accepted or not listing.count:
            continue
        for asked in (1, 2, *([listing.count + 2] if listing.is_whole else [])):
            if asked <= lister.widest:
                yield from _judge(lister, asked)


def _judge(lister: Lister, asked: int) -> Iterator[tuple[Observation, Verdict]]:
    """Judge how many come; others may make and remove some meanwhile, so it must be wrong each time."""
    base = lister.base
    assert base is not None
    for _ in range(_TIMES):
        listing, whole = lister.fetch(base, asked), lister.whole()
        if whole is None or not whole.seen.accepted or not listing.seen.accepted:
            return
        verdict = _too_many(listing, asked) or _too_few(listing, whole, asked)
        if verdict is None:
            break
    yield listing.seen, verdict


def _too_many(listing: Listing, asked: int) -> Verdict:
    return _violation(listing, f"at most {asked}", asked) if listing.count > asked else None


def _too_few(listing: Listing, whole: Listing, asked: int) -> Verdict:
    wanted = min(asked, whole.count)
    if listing.count >= wanted:
        return None
    return _violation(listing, f"{wanted} of the {whole.count} that there are", asked)


def _violation(listing: Listing, expected: str, asked: int) -> Violation:
    seen = listing.seen
    fact = request_fact(seen.operation, seen.effect["limit"])
    got = count_of(listing.count, "element")
    return Violation(listing.place, f"{expected}, asked for {asked} by `{fact.name}`", got, fact)


def _asked(seen: Observation) -> int | None:
    """Return the limit that a request states; None where it states none that counts."""
    limit = seen.effect.get("limit")
    if limit is None or seen.effect["action"] != "list":
        return None
    asked = evaluate(limit, seen.scope)
    paging = seen.operation.data.get("x-paging", {})
    # A size of pages may count only beside the number of one.
    paged = "page" not in paging or paging["page"] in seen.scope.query
    is_number = isinstance(asked, int) and not isinstance(asked, bool)
    return asked if is_number and asked > 0 and paged else None
