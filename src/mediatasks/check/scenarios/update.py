"""Updates that take a resource out of a list and bring it back: of a literal in the list's `where`."""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.lister import Lister
from mediatasks.check.requests.other_values import unchanging, values_for
from mediatasks.contracts.pointer import MISSING
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.facts import effect_fact
from mediatasks.judge.observation import Observation
from mediatasks.judge.observed_resource import ObservedResource
from mediatasks.judge.violation import Verdict, Violation


def switch(lister: Lister) -> Iterator[tuple[Observation, Verdict]]:
    """Switch the first resource of the list off and on again. Raises Unanswered."""
    client, where = lister.client, lister.effect.get("where", {})
    literal = {p: v for p, v in where.items() if not str(v).startswith("$")}
    for name in lister.resource.operations_with("update"):
        sets = lister.resource.operations[name].get("sets", {})
        for pointer in literal.keys() & sets.keys() if client.may(name) else ():
            listing = lister.whole()
            subject = next(iter(listing.resources), None) if listing is not None else None
            plain = unchanging(client, name, subject) if subject is not None else None
            others = values_for(client.contract.operations[name], sets[pointer], literal[pointer])
            other = next(others, MISSING)
            if subject is None or plain is None or other is MISSING:
                continue
            off, on = (plain.having(sets[pointer], value) for value in (other, literal[pointer]))
            with client.setting_back(on):
                yield from _judge(lister, off, subject, False)
                yield from _judge(lister, on, subject, True)


def _judge(
    lister: Lister, request: DocumentedRequest, subject: ObservedResource, stays: bool
) -> Iterator[tuple[Observation, Verdict]]:
    """Judge whether a resource is listed after an update."""
    accepted = lister.client.call(request).accepted
    listing = lister.whole() if accepted else None
    if listing is None or not listing.is_whole:
        return
    key = ", ".join(subject.key)
    expected = f"`{key}`, which was switched on" if stays else f"no `{key}`, which was switched off"
    fact = effect_fact(request.operation, lister.resource, "sets")
    wrong = Violation(listing.place, expected, "none" if stays else "it is there", fact)
    yield listing.seen, None if (subject.key in listing.keys) is stays else wrong
