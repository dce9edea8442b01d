"""Whether an RPC provider asks for the credentials that travel in the body of requests.

schemathesis knows credentials in headers, query and cookies only. This sends the first accepted
request of each operation again, without each of them and with a wrong one.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx

from mediatasks.check.claim import Claim
from mediatasks.check.coverage import is_accepted
from mediatasks.check.credentials import Placement
from mediatasks.check.exchange import Exchange
from mediatasks.check.findings import Finding, finding_of
from mediatasks.check.masking import Mask
from mediatasks.check.sources import operation_fact
from mediatasks.contracts.document import Operation
from mediatasks.contracts.pointer import drop, put

RULE = "ignored-auth"


def check_access(
    operation: Operation, sent: Exchange, placements: list[Placement], mask: Mask
) -> Iterator[Finding]:
    """Yield a finding for each credential without which `sent`, a raw exchange, is accepted too."""
    for placement in placements:
        for way, body in _probes(sent, placement):
            reply = _send(sent, body)
            if reply is not None and is_accepted(operation, reply):
                yield _finding(operation, placement, way, reply, mask)


def _probes(sent: Exchange, placement: Placement) -> Iterator[tuple[str, Any]]:
    """Yield (in words, body) of the requests that must be refused."""
    original = json.loads(sent.body or b"null")
    without = copy.deepcopy(original)
    drop(without, placement.name)
    yield "without it", without
    yield "with a wrong one", put(copy.deepcopy(original), placement.name, _wrong(placement.value))


def _wrong(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "wrong-credential-of-mediatasks-check"
    return value + 918_273_645


def _send(sent: Exchange, body: Any) -> Exchange | None:
    """Return the exchange, or None where no reply came: what that means other checks say."""
    headers = {n: v[0] for n, v in sent.headers.items() if n.lower() != "content-length"}
    content = json.dumps(body).encode()
    try:
        with httpx.Client(timeout=10, trust_env=False) as client:
            reply = client.request(sent.method, sent.url, headers=headers, content=content)
    except httpx.HTTPError:
        return None
    shown = {n: [v] for n, v in headers.items()}
    received = {n.lower(): [v] for n, v in reply.headers.items()}
    return Exchange(sent.method, sent.url, shown, content, reply.status_code, received, reply.content)


def _finding(operation: Operation, placement: Placement, way: str, reply: Exchange, mask: Mask) -> Finding:
    shown = reply.masked(mask)
    place, expected = f"request {placement.name}", f"an error for a request {way}"
    claim = Claim(place, expected, shown.answer, operation_fact(operation))
    return finding_of(operation, RULE, claim, shown, mask)
