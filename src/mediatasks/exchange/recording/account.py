"""Whose exchange it is: the credentials that a request carries, and their keyed hash."""

import hashlib
import hmac
import json
from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.placement import Placement

_ALWAYS = ("authorization", "proxy-authorization", "cookie")


def credentials_in(exchange: Exchange, contract: Contract) -> list[Placement]:
    """Return what says who calls: the credentials of the contract's schemes, and of HTTP itself."""
    return list(_credentials(exchange, contract))


def account_of(exchange: Exchange, contract: Contract, key: bytes) -> str | None:
    """Return the HMAC-SHA256 of a request's credentials in hexadecimal digits; None where it has none.

    `key` is of the run or of the recording: with another one the same account has another hash, and
    without it nobody can try out secrets.
    """
    return hash_of(credentials_in(exchange, contract), key)


def hash_of(placements: list[Placement], key: bytes) -> str | None:
    """Return the keyed hash of credentials; None for none."""
    if not placements:
        return None
    found = sorted((p.place, p.name.lower(), json.dumps(_lasting(p))) for p in placements)
    return hmac.new(key, json.dumps(found).encode(), hashlib.sha256).hexdigest()


def _lasting(placement: Placement) -> object:
    """Return the value without what is new in each request: the signature after the key's id."""
    value = placement.value
    is_signed = placement.name.lower() == "authorization" and isinstance(value, str) and ":" in value
    return value.rpartition(":")[0] if is_signed else value


def _credentials(exchange: Exchange, contract: Contract) -> Iterator[Placement]:
    known = {c.argument: c for c in contract.credentials}
    headers = set()
    for scheme in contract.security_schemes.values():
        place, name = scheme.get("in", "header"), scheme.get("name", "Authorization")
        value = exchange.sent(place, name)
        if value:
            argument = next((known[a] for a in scheme.get("x-credential", {}) if a in known), None)
            shown = f"${argument.variable}" if argument else "$CREDENTIAL"
            first = f"{value.partition(' ')[0]} " if place == "header" and " " in value else ""
            yield Placement(place, name, value, first + shown, argument is None or argument.secret)
            headers.add(name.lower())
    for name in _ALWAYS:
        if name not in headers and (value := exchange.sent("header", name)):
            yield Placement("header", name, value, f"${name.upper().replace('-', '_')}")
    for argument_name, data in contract.envelope.credentials.items() if contract.envelope else ():
        value = exchange.sent("body", data["at"])
        if value is not None:
            given = known[argument_name]
            yield Placement("body", data["at"], value, f"${given.variable}", given.secret)
