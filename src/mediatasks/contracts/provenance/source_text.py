"""The text of a source document: where a locator leads, and whether names and values occur in it.

The text is read as words: a number with its sign and fraction, or letters, digits, `_` and inner hyphens.
White space, line breaks and punctuation only separate words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from mediatasks.contracts.compose.files import read_text

_WORD = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)*(?!\w)|\w+(?:-\w+)*")
# Text forms of tables run the cells of a row together: `bitratestringThe bitrate.`
_ROW = re.compile(
    r"^([a-z]\w*?)(string|object|integer|number|boolean|array)(?=\w)", re.MULTILINE | re.IGNORECASE
)
_ROUTE = re.compile(r"(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE):? +(/\S*|/.*[>}])$", re.IGNORECASE)
_OPENING, _CLOSING = tuple("\"'`“‘{[(<?&"), tuple("\"'`”’}>:=[")
_PLACEHOLDER = r"(?:\$?\{[^{}\n]*\}|<[^<>\n]*>|:\w+)"


class SourceText:
    """One document. Positions count words; `start` is where a search begins."""

    def __init__(self, text: str) -> None:
        self._text = _ROW.sub(r"\1 \2 ", unicodedata.normalize("NFKC", text))
        found = list(_WORD.finditer(self._text))
        self._words = [match[0] for match in found]
        self._folded = [word.casefold() for word in self._words]
        self._offsets = [match.start() for match in found]
        self._opens_line = [_opens_line(self._text, match.start()) for match in found]

    @classmethod
    def read(cls, path: Path) -> SourceText:
        """Read a text file. Raises ContractError where it cannot be read."""
        return cls(read_text(path))

    def locate(self, locator: str) -> tuple[int | None, str]:
        """Return the first position that a locator leads to, or the part that leads nowhere.

        Places stand between semicolons, the parts of a place between commas. The first part opens a line
        (a heading, a field, a row of a table); each further one stands behind the part before it. The
        names of a dotted part stand one behind the other. Case and white space do not count.
        """
        first: int | None = None
        for place in locator.split(";"):
            start, heading = 0, True
            for part in (part.strip() for part in place.split(",")):
                found = self._find_part(part, start, heading)
                if found is None:
                    return None, part or "a heading"
                start, heading = found, False
            first = start if first is None else min(first, start)
        return first, ""

    def find(self, text: str, start: int = 0, fold: bool = False) -> int | None:
        """Return the position behind the next occurrence of the words of `text`; None where it has none.

        Case counts unless `fold`. A text without a word, such as `*`, is looked for as it stands.
        """
        wanted = _WORD.findall(unicodedata.normalize("NFKC", text))
        if not wanted:
            return start if text in self._text[self._offset(start) :] else None
        words = self._folded if fold else self._words
        found = _find_words(words, [word.casefold() for word in wanted] if fold else wanted, start)
        return None if found is None else found + len(wanted)

    def has_field(self, name: str, start: int = 0, fold: bool = False) -> bool:
        """Whether a name occurs as that of a field, and not as a word of a sentence.

        A field opens a line, stands in quotation marks or brackets, or before a colon or an equals sign.
        """
        while (found := self.find(name, start, fold)) is not None:
            first = found - len(_WORD.findall(name))
            offset, last = self._offset(first), self._offsets[found - 1]
            before, behind = self._text[max(offset - 1, 0) : offset], last + len(self._words[found - 1])
            marked = before in _OPENING or self._text[behind : behind + 1] in _CLOSING
            if self._opens_line[first] or marked:
                return True
            start = first + 1
        return False

    def has_route(self, method: str, path: str, start: int = 0) -> bool:
        """Whether a method and a path template occur; placeholders and the host may be named otherwise."""
        if _find_words(self._folded, [method.casefold()], max(start - 1, 0)) is None:
            return False
        return self._find_path(path, start) is not None

    def _find_part(self, part: str, start: int, heading: bool) -> int | None:
        route = _ROUTE.match(part)
        if route:
            return self._find_route(route[1], route[2], start)
        # A number of a section, such as `4.3`, is no path of names.
        names = part.split(".") if re.fullmatch(r"[^\W\d][\w-]*(\.[^\W\d][\w-]*)+", part) else [part]
        for i, name in enumerate(names):
            wanted = [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFKC", name))]
            opens = self._opens_line if heading and i == 0 else None
            found = _find_words(self._folded, wanted, start, opens)
            if found is None:
                return None
            start = found if i == len(names) - 1 else found + 1
        return start

    def _find_route(self, method: str, path: str, start: int) -> int | None:
        """Return the position of a line that opens with a method, followed by the path."""
        while True:
            found = _find_words(self._folded, [method.casefold()], start, self._opens_line)
            if found is None:
                return None
            behind = self._offsets[found] + len(method)
            if re.compile(r":?\s*" + _path_pattern(path)).match(self._text, behind):
                return found
            start = found + 1

    def _find_path(self, path: str, start: int) -> int | None:
        pattern = re.compile(_path_pattern(path))
        match = pattern.search(self._text, self._offset(start))
        return match.start() if match else None

    def _offset(self, position: int) -> int:
        return self._offsets[position] if position < len(self._offsets) else len(self._text)


def _path_pattern(path: str) -> str:
    segments = path.strip("/").split("/")
    parts = [_PLACEHOLDER if re.fullmatch(_PLACEHOLDER, s) else re.escape(s) for s in segments]
    return r"/\s*" + r"\s*/\s*".join(parts) + r"(?![\w-]|\s*/\s*[\w{<$])"


def _find_words(
    words: Sequence[str], wanted: Sequence[str], start: int, opens: Sequence[bool] | None = None
) -> int | None:
    """Return where `wanted` stands as a run of words; with `opens`, only where it opens a line."""
    if not wanted:
        return None
    length, run = len(wanted), list(wanted)
    for i in range(start, len(words) - length + 1):
        if words[i] == run[0] and (not opens or opens[i]) and list(words[i : i + length]) == run:
            return i
    return None


def _opens_line(text: str, offset: int) -> bool:
    """Whether only bullets, quotation marks and the like stand before a word in its line."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    return not _WORD.search(before)
