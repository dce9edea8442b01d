"""No reply holds a credential that was sent, nor what a request gave as write-only.

Looked for in body, headers and texts of errors, as it is and as URL and JSON escape it. What the
contract marks `secret: false` only says who calls. A credential of less than six characters would be
found in any text, and a wrong one is nobody's secret: some servers name it. Requests have texts
of our own in place of write-only members, and what came of them is read wherever links and lists lead.
"""

from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.wording import place_of
from mediatasks.exchange.credentials import is_supported
from mediatasks.exchange.placement import Placement
from mediatasks.judge.evidence.secrets import marks_in, places_of, secret_members, secrets_of
from mediatasks.judge.facts import Fact, body_fact, credential_fact
from mediatasks.judge.observation.observation import Observation
from mediatasks.judge.tracks.history import History
from mediatasks.judge.violation import Verdict, Violation

NEEDS = {"smoke": None, "secrets": None}


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


def _fact(contract: Contract, placement: Placement) -> Fact:
    variable = placement.shown.rpartition("$")[2]
    credential = next(c for c in contract.credentials if c.variable == variable)
    return credential_fact(contract, credential)
