"""HMAC: sign requests as the api_auth gem does, and webhooks as a contract says."""

import base64
import email.utils
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from mediatasks.errors import UsageError


def sign_request(
    access_id: str, secret: str, method: str, path: str, content: bytes, date: str | None = None
) -> dict[str, str]:
    """Return the headers that sign one request with JSON `content` (scheme APIAuth-HMAC-SHA256).

    `secret` is in base64; `date` is an HTTP date, now where not given. The signed text is
    `METHOD,content-type,base64(sha256(content)),path,date`. Raises UsageError for a bad secret.
    """
    try:
        key = base64.b64decode(secret, validate=True)
    except ValueError:
        raise UsageError("`secret` is not base64") from None
    if not key:
        raise UsageError("`secret` is empty")
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
