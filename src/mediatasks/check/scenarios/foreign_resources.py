"""Each known resource of another account, asked for by each operation that names one."""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.judge.rules.security.foreign_resource import ForeignRequest, addressing


def ask_foreign(client: ProbeClient) -> Iterator[ForeignRequest]:
    """Yield a ForeignRequest for each; a server elsewhere is only read. Raises Unanswered."""
    for foreign in client.known.foreign:
        for operation in addressing(client.contract, foreign.resource):
            request = client.naming(operation.id, foreign)
            if request is not None and (operation.safe or client.target.is_mock):
                yield ForeignRequest(client.call(request), foreign)
