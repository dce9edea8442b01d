"""Serve the files of the page: those that lie in this folder, and nothing else."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mediatasks.mock.http.messages import MockReply, MockRequest, json_reply, refused_method

_FOLDER = Path(__file__).parent
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# Styles and scripts come from here only, none stand in the document; no other site may frame it.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
    "vary": "accept",
}


def serve_file(request: MockRequest, name: str) -> MockReply:
    """Answer a request for the file `name`; its name is looked up, never opened as it came."""
    if (refusal := refused_method(request)) is not None:
        return refusal
    path = _files().get(name)
    if path is None:
        return json_reply(404, {"error": f"the page has no file `{name[:200]}`"})
    kind = f"{_TYPES[path.suffix]}; charset=utf-8"
    return MockReply(200, {"content-type": kind, **_HEADERS}, path.read_bytes())


@cache
def _files() -> Mapping[str, Path]:
    """Return the path of each file below the folder, by its name in a URL."""
    found = (path for path in _FOLDER.rglob("*") if path.suffix in _TYPES and path.is_file())
    return {path.relative_to(_FOLDER).as_posix(): path for path in found}
