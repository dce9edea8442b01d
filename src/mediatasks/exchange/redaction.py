"""Keep secrets out of everything that is shown or written: `$VARIABLE` stands for each of them.

A secret is redacted where it was put (header, query, cookie, body member), so that short ones do
not eat up other text; a long one is redacted wherever it appears, an echo in a reply included.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from mediatasks.contracts.equality import equal_on_wire
from mediatasks.contracts.model.schemes import APIAUTH
from mediatasks.contracts.pointer import get, put
from mediatasks.exchange.placement import Placement

# Shorter ones (a user's number) would be found in any text.
_LONG = 6


class Redactor:
    """Replace the values of `placements` by what is shown for them."""

    def __init__(self, placements: list[Placement]) -> None:
        self.placements = placements
        self._texts: list[tuple[str, str]] = []
        for placement in placements:
            # `Bearer VALUE` is redacted without its first word, so that VALUE alone is found too.
            value, shown = str(placement.value).split(" ")[-1], placement.shown.split(" ")[-1]
            # What only says who calls is redacted where it stands, and not wherever its text turns up.
            if placement.secret and len(value) >= _LONG:
                escaped = json.dumps(value)[1:-1]
                forms = dict.fromkeys((value, quote(value, safe=""), quote_plus(value), escaped))
                self._texts += [(form, shown) for form in forms]

    def text(self, text: str) -> str:
        """Return `text` without the long secrets."""
        for value, shown in self._texts:
            text = text.replace(value, shown)
        return text

    def data(self, data: bytes) -> bytes:
        """Return a reply's body without the long secrets."""
        for value, shown in self._texts:
            data = data.replace(value.encode(), shown.encode())
        return data

    def headers(self, headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return headers without secrets: name → values."""
        return {n: [self._header(n, v) for v in values] for n, values in headers.items()}

    def url(self, url: str) -> str:
        """Return a URL without the secrets of its query; `$` stays readable."""
        hidden = [p for p in self.placements if p.place == "query"]
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if any(self._is(p, n, v) for p in hidden for n, v in pairs):
            shown = [(n, self._query(n, v)) for n, v in pairs]
            url = urlunsplit(parts._replace(query=urlencode(shown, safe="$")))
        return self.text(url)

    def body(self, body: bytes | None) -> bytes | None:
        """Return a request's body without secrets."""
        hidden = [p for p in self.placements if p.place == "body"]
        if not body or not hidden:
            return None if body is None else self.data(body)
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return self.data(body)
        for placement in hidden:
            if isinstance(document, dict) and equal_on_wire(get(document, placement.name), placement.value):
                document = put(document, placement.name, placement.shown)
        return self.data(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))

    def _header(self, name: str, value: str) -> str:
        if value.lower().startswith(f"{APIAUTH} "):
            # It counts for a minute, and then it is of no use to a reader either.
            return f"{value.partition(' ')[0]} $SIGNATURE"
        for placement in self.placements:
            if placement.place == "header" and name.lower() == placement.name.lower():
                value = value.replace(str(placement.value), placement.shown)
            elif placement.place == "cookie" and name.lower() == "cookie":
                pair = f"{placement.name}={placement.value}"
                value = value.replace(pair, f"{placement.name}={placement.shown}")
        return self.text(value)

    def _query(self, name: str, value: str) -> str:
        hidden = (p for p in self.placements if p.place == "query" and self._is(p, name, value))
        return next((p.shown for p in hidden), value)

    def _is(self, placement: Placement, name: str, value: Any) -> bool:
        return bool(placement.name == name and str(placement.value) == value)
