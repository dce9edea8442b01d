"""Page after page every item comes once, none is missing, and there is an end.

A list moves while its items do, so a walk is judged only if the whole list is the same before it and
after it; an order that stays, where the contract has one, is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lister import Lister, fill, listers
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.wording import count_of
from mediatasks.judge.facts import Fact, operation_fact, request_fact
from mediatasks.judge.listing import Listing
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import Key
from mediatasks.judge.violation import Verdict, Violation

_NEEDED = 5
_PAGES = 4
_MOST = 25
_TIMES = 3


def applies(contract: Contract) -> bool:
    """Whether a list has pages."""
    return any("x-paging" in operation.data for operation in contract.operations.values())


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Walk through each list that has pages."""
    for lister in listers(client):
        if lister.paging and lister.limit is not None:
            yield from _walk(lister)


def _walk(lister: Lister) -> Iterator[tuple[Observation, Verdict]]:
    request = lister.steady
    assert request is not None
    fill(lister, _NEEDED)
    for _ in range(_TIMES):
        before = lister.whole(request)
        if before is None or not before.seen.accepted or len(before.keys) < 2:
            return
        size = min(-(-len(before.keys) // _PAGES), _MOST)
        # Of a list that is longer than what is looked at, only the first pages.
        is_whole = before.is_whole and not lister.goes_on(request)
        most = -(-len(before.keys) // size) + 2 if is_whole else _PAGES
        pages = list(lister.pages(request, size, most))
        after = lister.whole(request)
        if after is None or not all(page.seen.accepted for page in pages):
            return
        if after.keys == before.keys:
            held = sum(page.count for page in pages)
            yield from _judge(lister, before.keys if is_whole else before.keys[:held], pages, size)
            if is_whole:
                yield pages[-1].seen, _endless(pages, most, operation_fact(lister.operation))
                yield from _total(lister, before)
            return


def _judge(
    lister: Lister, expected: Sequence[Key], pages: Sequence[Listing], size: int
) -> Iterator[tuple[Observation, Verdict]]:
    fact = operation_fact(lister.operation)
    for page in pages:
        sized = request_fact(lister.operation, str(lister.limit))
        yield page.seen, _oversized(page, size, sized)
    yield pages[-1].seen, _repeated(pages, fact) or _missing(expected, pages, fact)


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
    got = f"`{_text(twice)}` on the pages {', '.join(numbers)}"
    return Violation(pages[-1].place, "each item on one page", got, fact)


def _missing(expected: Sequence[Key], pages: Sequence[Listing], fact: Fact) -> Verdict:
    found = {key for page in pages for key in page.keys}
    lost = next((key for key in expected if key not in found), None)
    if lost is None:
        return None
    words = f"`{_text(lost)}` on one of the pages, as in the list without pages"
    return Violation(pages[-1].place, words, f"{count_of(len(pages), 'page')} without it", fact)


def _total(lister: Lister, whole: Listing) -> Iterator[tuple[Observation, Verdict]]:
    """Judge the number of items on all pages, where a reply tells it."""
    asked_by = lister.paging.get("total_asked_by")
    assert lister.base is not None
    request = lister.base.having(f"$request.query.{asked_by}", True) if asked_by else lister.base
    counted = lister.fetch(request, 1)
    total, now = lister.total(counted.seen), lister.whole()
    if total is MISSING or now is None or not now.is_whole or now.count != whole.count:
        return
    place = lister.paging.get("total") or f"header {lister.paging.get('total_header')}"
    wrong = Violation(place, f"`{whole.count}`", f"`{total}`", operation_fact(lister.operation))
    yield counted.seen, wrong if total != whole.count else None


def _text(key: Key) -> str:
    return ", ".join(key)
