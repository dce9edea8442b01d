"""A request as a curl command that a reader can paste; `$VARIABLE` stands for each secret."""

import re
import shlex
from collections.abc import Mapping

from mediatasks.exchange.redaction import Redactor

# What curl or the connection sets by itself, and what the test tool adds.
_LEFT_OUT = (
    "accept-encoding",
    "accept",
    "connection",
    "content-length",
    "host",
    "user-agent",
    "x-schemathesis-testcaseid",
)


def curl_command(
    method: str, url: str, headers: Mapping[str, list[str]], body: bytes | None, redactor: Redactor
) -> str:
    """Return the command that sends a request again; what is given holds no secrets any more."""
    words = ["-X", method]
    for name, values in headers.items():
        if name.lower() not in _LEFT_OUT:
            for value in values:
                # curl drops a header `Name:`; the semicolon sends it empty.
                words += ["-H", f"{name}: {value}" if value else f"{name};"]
    if body:
        words += ["--data-binary", _text(body, redactor)]
    return " ".join(["curl -sS", *(_word(word, redactor) for word in [*words, url])])


def _text(body: bytes, redactor: Redactor) -> str:
    """Return a body as an argument; bytes that are not UTF-8 become lone surrogates."""
    text = body.decode("utf-8", "surrogateescape")
    for placement in redactor.placements:
        if placement.place == "body" and not isinstance(placement.value, str):
            text = text.replace(f'"{placement.shown}"', placement.shown)
    return text


def _word(word: str, redactor: Redactor) -> str:
    """Quote a word for the shell, except the variables in it."""
    names = sorted({p.shown.split(" ")[-1] for p in redactor.placements}, key=len, reverse=True)
    if not names:
        return _quote(word)
    parts = re.split(f"({'|'.join(map(re.escape, names))})(?![A-Z0-9_])", word)
    quoted = [f'"{p}"' if i % 2 else _quote(p) for i, p in enumerate(parts) if p]
    return "".join(quoted) or "''"


def _quote(text: str) -> str:
    """Quote text for the shell; what a terminal would act on is written as escapes."""
    if text.isprintable():
        return shlex.quote(text)
    escaped = "".join(c if c.isprintable() and c not in "\\'" else _escape(c) for c in text)
    return f"$'{escaped}'"


def _escape(character: str) -> str:
    if character in "\\'":
        return "\\" + character
    return "".join(f"\\x{b:02x}" for b in character.encode("utf-8", "surrogateescape"))
