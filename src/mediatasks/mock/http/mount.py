"""Where the mock is mounted in a larger application: the prefix of its URLs, and the path below it."""

from urllib.parse import quote, unquote

# An application that is mounted deeper than this is found by its decoded path.
_DEPTH = 30
_SAFE = "/:@!$&'()*+,;=~"


def locate(root: str, path: str, raw: str | None) -> tuple[str, str]:
    """Return the prefix and the path below it, both percent-encoded.

    `root` is ASGI's `root_path` or WSGI's `SCRIPT_NAME`; `path` is the decoded path, with or without
    `root` at its start, since servers and frameworks differ; `raw` is the path as it was sent, where
    the server tells it. A framework may cut `path` and leave `raw` whole.
    """
    root = root.rstrip("/")
    if not root and raw == path:
        return "", path
    if root and not root.startswith("/"):
        root = f"/{root}"
    below = path[len(root) :] if root and (path == root or path.startswith(f"{root}/")) else path
    if raw is not None and raw.startswith("/"):
        if not below:
            return raw.rstrip("/"), ""
        place = 0
        for _ in range(_DEPTH):
            if unquote(raw[place:]) == below:
                return raw[:place] or quote(root, _SAFE), raw[place:]
            place = raw.find("/", place + 1)
            if place < 0:
                break
    return quote(root, _SAFE), quote(below, _SAFE)
