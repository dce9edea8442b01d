"""CORS (Fetch, 3.2): which web pages may call the providers, and what a browser is told.

Pages of this machine (`http://localhost:5173`) may, and those of the origins that are given. The page
and the control under `/_mock` are shared with no other origin: see `origin_guard`.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from msgspec.structs import replace

from mediatasks.errors import UsageError
from mediatasks.mock.http.messages import JSON, MockReply, MockRequest, json_reply
from mediatasks.mock.http.origin_guard import is_loopback_name

VARYING = {**JSON, "vary": "origin"}
_ASKED = "access-control-request-method"
_ASKED_HEADERS = "access-control-request-headers"
_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_SECONDS = "600"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:\[[0-9a-f:.]+\]|[^\s/?#@:*\[\]]+)(?::[0-9]{1,5})?")
_MOST_HEADERS = 100
# What a page may always read (Fetch, CORS-safelisted response-header name).
_SAFE = {
    *("cache-control", "content-language", "content-length", "content-type", "expires"),
    *("last-modified", "pragma"),
}
_NOT_SHOWN = {"vary", "set-cookie", "set-cookie2"}


class Cors:
    """The pages that may call the providers: those of loopback origins and of `origins`.

    `*` stands for all pages, without their cookies; `null` for pages without an origin, such as local
    files; None lets no page in. Raises UsageError for what is no origin.
    """

    def __init__(self, origins: Iterable[str] | None = ()) -> None:
        self.is_on = origins is not None
        given = [origins] if isinstance(origins, str) else list(origins or ())
        self.origins = frozenset(read_origin(origin) for origin in given)

    def is_preflight(self, request: MockRequest) -> bool:
        """Whether a browser asks what a page may send."""
        return (
            self.is_on
            and request.method == "OPTIONS"
            and "origin" in request.headers
            and _ASKED in request.headers
        )

    def answer_preflight(self, request: MockRequest) -> MockReply:
        """Allow a page that is let in every method and header: the contract judges the request itself."""
        origin = request.headers["origin"]
        shared = self._shared(origin)
        vary = "origin, access-control-request-method, access-control-request-headers"
        if not shared:
            problem = (
                f"pages of `{origin[:100]}` may not call this mock; `--cors` names the origins that may"
            )
            return json_reply(403, {"error": problem}, {**JSON, "vary": vary})
        asked, wanted = request.headers[_ASKED], request.headers.get(_ASKED_HEADERS, "")
        methods = [*_METHODS, *([asked] if asked not in _METHODS and _TOKEN.fullmatch(asked) else [])]
        names = [name.strip() for name in wanted.split(",")[:_MOST_HEADERS]]
        names = [name for name in names if _TOKEN.fullmatch(name)]
        headers = {**shared, "access-control-allow-methods": ", ".join(methods)}
        if names:
            headers["access-control-allow-headers"] = ", ".join(names)
        if request.headers.get("access-control-request-private-network") == "true":
            headers["access-control-allow-private-network"] = "true"
        return MockReply(204, {**headers, "access-control-max-age": _SECONDS, "vary": vary}, b"")

    def share(self, request: MockRequest, reply: MockReply) -> MockReply:
        """Return the reply with what lets the page read it, if it may."""
        if not self.is_on:
            return reply
        origin = request.headers.get("origin")
        if origin is None and reply.headers is JSON:
            reply.headers = VARYING
            return reply
        earlier = reply.headers.get("vary")
        headers = {**reply.headers, "vary": f"{earlier}, origin" if earlier else "origin"}
        if origin is not None and (shared := self._shared(origin)):
            headers.update(shared)
            readable = sorted(name for name in reply.headers if name not in _SAFE | _NOT_SHOWN)
            if readable:
                headers["access-control-expose-headers"] = ", ".join(readable)
        return replace(reply, headers=headers)

    def _shared(self, origin: str) -> dict[str, str]:
        """Return the headers that let pages of `origin` in; none where they are not."""
        lower = origin.lower()
        if lower in self.origins or is_loopback_origin(lower):
            return {"access-control-allow-origin": origin, "access-control-allow-credentials": "true"}
        # With `*` a browser sends no cookies: a page that nobody named gets nothing of a user's.
        return {"access-control-allow-origin": "*"} if "*" in self.origins else {}


def read_origin(text: str) -> str:
    """Return an origin in the form that browsers send. Raises UsageError."""
    origin = text.strip().lower()
    if origin in ("*", "null"):
        return origin
    if not _ORIGIN.fullmatch(origin):
        bare = origin.rstrip("/")
        parts = urlsplit(bare) if "://" in bare and "[" not in bare else None
        near = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts else f"https://{bare}"
        hint = f"; did you mean `{near[:100]}`?" if _ORIGIN.fullmatch(near) else ""
        raise UsageError(
            f"`{text[:100]}` is no origin: expected one like `https://app.example`, `*` or `null`{hint}"
        )
    scheme, _, rest = origin.partition("://")
    default = {"http": ":80", "https": ":443"}.get(scheme, "")
    return origin.removesuffix(default) if default and rest.endswith(default) else origin


def is_loopback_origin(origin: str) -> bool:
    """Whether only this machine can serve pages of that origin."""
    scheme, _, host = origin.partition("://")
    return scheme in ("http", "https") and is_loopback_name(host)
