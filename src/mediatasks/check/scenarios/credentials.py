"""Each operation asked without credentials, without single ones, and with wrong ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.exchange.placement import Placement
from mediatasks.judge.rules.security.credentials_required import WITHOUT, UnauthenticatedRequest


def ask_without_credentials(client: ProbeClient) -> Iterator[UnauthenticatedRequest]:
    """Yield an UnauthenticatedRequest for each way to be refused. Raises Unanswered."""
    for operation in client.contract.operations.values():
        request = client.request(operation.id) if client.may(operation.id) else None
        sets = client.credentials.needed(operation)
        if request is None or not sets:
            continue
        exists = client.target.is_mock or (operation.safe and client.call(request).accepted)
        for placements, why in _ways(sets):
            seen = client.call(request, placements)
            if seen.accepted:
                # That is judged as any exchange is; one way in is enough.
                break
            yield UnauthenticatedRequest(seen, why, exists, placements)


def _ways(sets: Sequence[Sequence[Placement]]) -> Iterator[tuple[list[Placement], str]]:
    """Yield the credentials of each request that must be refused, and what is wrong with them."""
    yield [], WITHOUT
    for i, given in enumerate(sets):
        for p in given:
            name = f"the {p.place} `{p.name}`"
            yield [o.wrong if o is p else o for o in given], f"with another value in {name}"
            if len(given) > 1 and not i:
                yield [o for o in given if o is not p], f"without {name}"
