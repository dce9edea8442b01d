"""Each list asked for one resource, for two, and for more than there are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.lister import Lister, fill, listers
from mediatasks.check.scenarios.scenario import Attempt
from mediatasks.judge.rules.lists.list_limit import LimitedList

_NEEDED = 3


def ask_limited_lists(client: ProbeClient) -> Iterator[Attempt]:
    """Yield a LimitedList for each number asked for."""
    for lister in listers(client):
        listing = fill(lister, _NEEDED) if lister.limit is not None else None
        if listing is None or not listing.seen.accepted or not listing.count:
            continue
        for asked in (1, 2, *([listing.count + 2] if listing.is_whole else [])):
            if asked <= lister.widest:
                yield Attempt(partial(_ask, lister, asked))


def _ask(lister: Lister, asked: int) -> LimitedList | None:
    assert lister.base is not None
    listing, whole = lister.fetch(lister.base, asked), lister.whole()
    if whole is None or not whole.seen.accepted or not listing.seen.accepted:
        return None
    return LimitedList(asked, listing, whole)
