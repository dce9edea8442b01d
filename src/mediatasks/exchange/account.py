"""Whose exchange it is: a keyed hash of the credentials that a request carries."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

from mediatasks.contracts.model.contract import Contract
from mediatasks.exchange.exchange import Exchange


def account_of(exchange: Exchange, contract: Contract, key: bytes) -> str | None:
    """Return the HMAC-SHA256 of a request's credentials in hexadecimal digits; None where it has none.

    `key` is of the run or of the recording: with another one the same account has another hash, and
    without it nobody can try out secrets.
    """
    found = sorted(set(_credentials(exchange, contract)))
    if not found:
        return None
    return hmac.new(key, json.dumps(found).encode(), hashlib.sha256).hexdigest()


def _credentials(exchange: Exchange, contract: Contract) -> Iterator[tuple[str, str, str]]:
    """Yield (place, name, value) of what says who calls."""
    for scheme in contract.security_schemes.values():
        place, name = scheme.get("in", "header"), scheme.get("name", "authorization")
        value = exchange.sent(place, name)
        if value is not None:
            # A signature is new with each request; the id of the key stands before it.
            is_signed = place == "header" and name.lower() == "authorization" and ":" in value
            yield place, name.lower(), value.rpartition(":")[0] if is_signed else value
    for data in contract.envelope.credentials.values() if contract.envelope else ():
        value = exchange.sent("body", data["at"])
        if value is not None:
            yield "body", data["at"], json.dumps(value)
