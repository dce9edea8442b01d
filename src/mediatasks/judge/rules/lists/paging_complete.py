"""Page after page every item comes once, none is missing, and there is an end.

A list moves while its items do, so a walk is judged only if the whole list is the same before it and
after it; an order that stays, where the contract has one, is asked for.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.contracts.wording import count_of
from mediatasks.judge.evidence.listing import Listing
from mediatasks.judge.facts import Fact, operation_fact, request_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.observation.observed_resource import Key, text_of_key
from mediatasks.judge.violation import Verdict, Violation


@dataclass(frozen=True)
class PagedList:
    """A list page after page of `size`, the `whole` list before, which was the same after.

    After `most` pages a walk stops, ended or not; None: the list is longer than the walk.
    `counted` is a reply that may tell the number of all resources.
    """

    whole: Listing
    pages: Sequence[Listing]
    size: int
    most: int | None
    counted: Listing | None


def applies(contract: Contract) -> bool:
    """Whether a list has pages."""
    return any("x-paging" in operation.data for operation in contract.operations.values())


def judge_pages(case: PagedList) -> Iterator[tuple[Observation, Verdict]]:
    """Judge each page, and all of them."""
    pages, last = case.pages, case.pages[-1].seen
    fact, sized = operation_fact(last.operation), request_fact(last.operation, last.effect["limit"])
    for page in pages:
        yield page.seen, _oversized(page, case.size, sized)
    held = sum(page.count for page in pages) if case.most is None else None
    yield last, _repeated(pages, fact) or _missing(case.whole.keys[:held], pages, fact)
    if case.most is not None:
        yield last, _endless(pages, case.most, fact)
    if case.counted is not None:
        yield from _total(case.counted.seen, case.whole.count, fact)


NEEDS = {"pages": judge_pages}


def _oversized(page: Listing, size: int, fact: Fact) -> Verdict:
    if page.count <= size:
        return None
    expected = f"a page of at most {size}, asked for by `{fact.name}`"
    return Violation(page.place, expected, count_of(page.count, "item"), fact)


def _endless(pages: Sequence[Listing], most: int, fact: Fact) -> Verdict:
    """Judge the end: a page that is not full, an empty one, or no link to another."""
    last = pages[-1]
    if len(pages) < most or not last.count:
        return None
    return Violation(last.place, f"the end after {most - 2} pages", f"items on page {len(pages)}", fact)


def _repeated(pages: Sequence[Listing], fact: Fact) -> Verdict:
    times = Counter(key for page in pages for key in page.keys)
    twice = next((key for key, count in times.items() if count > 1), None)
    if twice is None:
        return None
    numbers = [str(i) for i, page in enumerate(pages, 1) if twice in page.keys]
    got = f"`{text_of_key(twice)}` on the pages {', '.join(numbers)}"
    return Violation(pages[-1].place, "each item on one page", got, fact)


def _missing(expected: Sequence[Key], pages: Sequence[Listing], fact: Fact) -> Verdict:
    found = {key for page in pages for key in page.keys}
    lost = next((key for key in expected if key not in found), None)
    if lost is None:
        return None
    words = f"`{text_of_key(lost)}` on one of the pages, as in the list without pages"
    return Violation(pages[-1].place, words, f"{count_of(len(pages), 'page')} without it", fact)


def _total(seen: Observation, count: int, fact: Fact) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the number of items on all pages, where a reply tells it."""
    paging = seen.operation.data["x-paging"]
    place, header = paging.get("total"), str(paging.get("total_header", ""))
    total = get(seen.scope.response, place) if place else _number(seen, header)
    if total is not MISSING:
        wrong = Violation(place or f"header {header}", f"`{count}`", f"`{total}`", fact)
        yield seen, wrong if total != count else None


def _number(seen: Observation, header: str) -> Any:
    values = (seen.exchange.reply_headers or {}).get(header.lower(), [])
    return int(values[0]) if values and values[0].isdecimal() and len(values[0]) < 10 else MISSING
