"""HMAC: sign requests as the api_auth gem does, and verify signed webhooks."""

from __future__ import annotations

import base64
import binascii
import email.utils
import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.pointer import get
from mediatasks.errors import UsageError, WebhookError


def sign_request(
    access_id: str, secret: str, method: str, path: str, content: bytes, date: str | None = None
) -> dict[str, str]:
    """Return the headers that sign one request with JSON `content` (scheme APIAuth-HMAC-SHA256).

    `secret` is in base64; `date` is an HTTP date, now where not given. The signed text is
    `METHOD,content-type,base64(sha256(content)),path,date`. Raises UsageError for a bad secret.
    """
    try:
        key = base64.b64decode(secret, validate=True)
    except binascii.Error:
        raise UsageError("`secret` is not base64") from None
    date = date or email.utils.formatdate(usegmt=True)
    digest = digest_of(content)
    text = f"{method},application/json,{digest},{path},{date}"
    signature = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
    return {
        "content-type": "application/json",
        "date": date,
        "x-authorization-content-sha256": digest,
        "authorization": f"APIAuth-HMAC-SHA256 {access_id}:{signature}",
    }


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of `content` in base64."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def sign_webhook(rules: Mapping[str, Any], body: bytes, secret: str, moment: float) -> dict[str, str]:
    """Return the header that signs a webhook's raw body (`x-signature`).

    `moment` is when it is sent, in seconds since 1970.
    """
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    scale = 1000 if rules.get("timestamp", {}).get("unit") == "unix-ms" else 1
    value = rules["format"].replace("{timestamp}", str(int(moment * scale)))
    return {rules["header"]: value.replace("{signature}", signature)}


def verify_webhook(
    rules: Mapping[str, Any], body: bytes, headers: Mapping[str, str], secret: str, tolerance: float
) -> None:
    """Check the signature of a webhook's raw body (`x-signature`). Raises WebhookError.

    Only the body is signed, so its age is taken from the body's own timestamp: at most
    `tolerance` seconds old, or as far ahead.
    """
    import msgspec

    sent = next((v for k, v in headers.items() if k.lower() == rules["header"].lower()), None)
    if sent is None:
        raise WebhookError(f"the header `{rules['header']}` is missing; expected {rules['format']}")
    pattern = re.escape(rules["format"]).replace(r"\{timestamp\}", r"\d+")
    match = re.fullmatch(pattern.replace(r"\{signature\}", "(?P<signature>[0-9a-fA-F]+)"), sent.strip())
    if not match:
        raise WebhookError(f"the header `{rules['header']}` is not of the form {rules['format']}")
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, match["signature"].lower()):
        raise WebhookError("the signature does not fit the body and the secret")
    if "timestamp" in rules:
        try:
            moment = get(msgspec.json.decode(body), rules["timestamp"]["at"])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            moment = None
        scale = 1000 if rules["timestamp"]["unit"] == "unix-ms" else 1
        if isinstance(moment, bool) or not isinstance(moment, int | float):
            raise WebhookError(f"the body has no time at `{rules['timestamp']['at']}`")
        if abs(time.time() - moment / scale) > tolerance:
            raise WebhookError(f"the body's own time is more than {tolerance:g} s away from now")
