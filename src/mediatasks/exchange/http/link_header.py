"""Link headers (RFC 8288): which links a reply has, and what the next page is asked with."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl

_TARGET = re.compile(r"[\s,]*<([^>]*)>")
# RFC 8288, 3: `;`, a name, and perhaps `=` with a token or a quoted string.
_PARAMETER = re.compile(r'\s*;\s*([^\s=;,"<>]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_REST = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,"])*', re.DOTALL)


class Link(NamedTuple):
    """One link: its target as it was sent, its relation types in lower case, and its anchor, if any."""

    target: str
    relations: frozenset[str]
    anchor: str | None


def read_links(header: str) -> Iterator[Link]:
    """Yield the links of a Link header, or of several joined by commas. What is no link is left out."""
    place = 0
    while place < len(header):
        target = _TARGET.match(header, place)
        if target is None:
            place = _after_element(header, place)
            continue
        place = target.end()
        parameters: dict[str, str] = {}
        while match := _PARAMETER.match(header, place):
            name, quoted, token = match.groups()
            value = _ESCAPE.sub(r"\1", quoted) if quoted is not None else token or ""
            # Of a parameter that is there twice, the first counts.
            parameters.setdefault(name.lower(), value)
            place = match.end()
        place = _after_element(header, place)
        relations = frozenset(parameters.get("rel", "").lower().split())
        yield Link(target[1].strip(), relations, parameters.get("anchor"))


def _after_element(header: str, place: int) -> int:
    match = _REST.match(header, place)
    return max(match.end() if match else place, place) + 1


def next_query(headers: Iterable[str]) -> dict[str, str] | None:
    """Return the query of the link to the next page; None where there is none.

    A link with an anchor tells of something else than the page that was asked for.
    """
    for link in read_links(", ".join(headers)):
        if "next" in link.relations and link.anchor is None:
            query = link.target.partition("#")[0].partition("?")[2]
            return dict(parse_qsl(query, keep_blank_values=True))
    return None
