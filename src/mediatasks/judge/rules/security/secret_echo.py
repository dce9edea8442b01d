"""No reply holds a credential that was sent, nor what a request gave as write-only.

Looked for in body, headers and texts of errors, as it is and as URL and JSON escape it. What the
contract marks `secret: false` only says who calls. A credential of less than six characters would be
found in any text, and a wrong one is nobody's secret: some servers name it. In place of write-only
members the probe sends texts of its own, and reads what came of them wherever links and lists lead.
"""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.requests.links import linked
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.check.scenarios.smoke import send_smoke_requests
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.wording import place_of
from mediatasks.exchange.credentials import is_supported
from mediatasks.exchange.documented_request import DocumentedRequest, documented_requests
from mediatasks.exchange.placement import Placement
from mediatasks.judge.facts import Fact, body_fact, credential_fact
from mediatasks.judge.history import History
from mediatasks.judge.observation import Observation
from mediatasks.judge.secrets import marks_in, places_of, secret_members, secrets_of, with_marks
from mediatasks.judge.violation import Verdict, Violation

_CREATIONS = 3


def applies(contract: Contract) -> bool:
    """Whether a request holds something secret; what only makes a signature does not travel."""
    has_members = any(map(secret_members, contract.operations.values()))
    schemes = contract.security_schemes
    sent = [c for c in contract.credentials if not c.scheme or is_supported(schemes[c.scheme])]
    return has_members or any(c.secret for c in sent)


def judge(seen: Observation, history: History) -> Iterator[Verdict]:
    """Judge each reply once."""
    if seen.index or history.credentials is None:
        return
    contract, secrets = seen.operation.contract, secrets_of(history.credentials)
    found = [
        Violation(place_of(place), f"nothing of the {p.place} `{p.name}`", "its value", _fact(contract, p))
        for p in secrets
        for place in places_of(p, seen.exchange)
    ]
    for operation, pointer in marks_in(contract, seen.exchange.reply):
        expected = f"nothing of `{pointer}` in the request of `{operation.id}`"
        found.append(Violation("(body)", expected, "its value", body_fact(operation, pointer)))
    yield from found
    if not found and (secrets or any(map(secret_members, contract.operations.values()))):
        yield None


def probe(client: ProbeClient) -> Iterator[tuple[Observation, Verdict]]:
    """Create with secrets, and read what came of it; `judge` looks at the replies."""
    yield from send_smoke_requests(client)
    for resource in client.contract.resources.values():
        for request in _creations(client, resource):
            made = client.call(request)
            for follow in linked(client, made) if made.accepted else ():
                client.call(follow)
            for observed in made.resources[:1]:
                client.read(observed)
        for name in resource.operations_with("list"):
            if (listing := client.request(name)) is not None:
                client.call(listing)


def _creations(client: ProbeClient, resource: Resource) -> list[DocumentedRequest]:
    """Return the documented creations that hold secrets; one without where none does."""
    names = resource.creators
    operations = [client.contract.operations[name] for name in names if client.may(name)]
    marked = [with_marks(r) for o in operations for r in documented_requests(o)]
    chosen = [request for request, count in marked if count]
    return (chosen or [request for request, _ in marked[:1]])[:_CREATIONS]


def _fact(contract: Contract, placement: Placement) -> Fact:
    variable = placement.shown.rpartition("$")[2]
    credential = next(c for c in contract.credentials if c.variable == variable)
    return credential_fact(contract, credential)
