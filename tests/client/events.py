"""Signed events of livepeer, as its server sends them."""

import hashlib
import hmac
import json
import time

SECRET = "hush"
EVENT = {
    "id": "e1",
    "webhookId": "w1",
    "createdAt": 1587667174725,
    "timestamp": 0,
    "event": "task.completed",
    "payload": {"success": True, "task": {"id": "t1", "type": "upload", "snapshot": {"id": "t1"}}},
}


def body_of(age=0.0, **changes):
    """Return the body of an event that was sent `age` seconds ago."""
    return json.dumps({**EVENT, "timestamp": int((time.time() - age) * 1000), **changes}).encode()


def signature_of(body, secret=SECRET):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers_of(body, secret=SECRET):
    return {"Livepeer-Signature": f"t=1587667174725,v1={signature_of(body, secret)}"}


def signed(secret=SECRET, age=0.0, **changes):
    """Return the body and the headers of a signed event."""
    body = body_of(age, **changes)
    return body, headers_of(body, secret)
