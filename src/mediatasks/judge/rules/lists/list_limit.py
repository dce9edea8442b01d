"""A limit limits: no more than it says, as many as there are up to it, and everything above that."""

from collections.abc import Iterator
from dataclasses import dataclass

from mediatasks.contracts.expression import evaluate
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.wording import count_of
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.facts import request_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class LimitedList:
    """A list `asked` for so many elements, and the whole list directly after."""

    asked: int
    listing: Listing
    whole: Listing


def applies(contract: Contract) -> bool:
    """Whether a list has a limit."""
    return any("limit" in effect for _, _, effect in contract.effects())


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each list that was limited by its request."""
    asked = _asked(seen) if seen.accepted else None
    if asked is not None:
        yield _too_many(Listing(seen, asked), asked)


def judge_limit(case: LimitedList) -> Iterator[tuple[Observation, Verdict]]:
    """Judge how many came, beside the whole list."""
    listing = case.listing
    yield listing.seen, _too_many(listing, case.asked) or _too_few(listing, case.whole, case.asked)


NEEDS = {"limited-lists": judge_limit}


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
