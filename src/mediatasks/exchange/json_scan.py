"""Find the first place where a text is not the JSON that we read. It runs only after reading failed."""

import math
import re
from dataclasses import dataclass, field

from mediatasks.exchange.content_error import ContentError

_SPACE = re.compile(rb"[ \t\n\r]*")
_STRING = re.compile(rb'"((?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+)("?)')
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(rb"(?:true|false|null)(?![0-9A-Za-z_])")
_CONSTANT = re.compile(rb"-?(?:NaN|Infinity|inf|nan)\b")
# An escape: the first half of a surrogate pair with or without its second, a second half alone, any other.
_ESCAPE = re.compile(
    rb"\\(?:u([dD][89abAB][0-9a-fA-F]{2})(\\u[dD][c-fC-F][0-9a-fA-F]{2})?|u([dD][c-fC-F]..)|.)"
)
# What Python reads as an integer at most.
_DIGITS = 4300
_SHOWN = 20


def find_problem(raw: bytes, max_depth: int, unique_names: bool) -> ContentError | None:
    """Return the first problem of a body; None where this reader finds none."""
    if not raw.strip(b" \t\r\n"):
        return ContentError("an empty body")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _at(raw, error.start, "invalid UTF-8")
    try:
        _Scanner(raw, max_depth, unique_names).scan()
    except ContentError as problem:
        return problem
    return None


@dataclass
class _Open:
    """An object or array that is not closed yet."""

    closing: bytes
    names: set[bytes] = field(default_factory=set)


class _Scanner:
    def __init__(self, raw: bytes, max_depth: int, unique_names: bool) -> None:
        self.raw, self.max_depth, self.unique_names = raw, max_depth, unique_names
        self.place = 0
        self.open: list[_Open] = []

    def scan(self) -> None:
        """Raise ContentError at the first problem."""
        if self.raw.startswith(b"\xef\xbb\xbf"):
            raise _at(self.raw, 0, "a byte order mark")
        self._value(can_close=False)
        while self.open:
            inner = self.open[-1]
            sign = self._next()
            if sign == inner.closing:
                self.place += 1
                self.open.pop()
            elif sign == b",":
                self.place += 1
                self._member() if inner.closing == b"}" else self._value(can_close=False)
            else:
                raise self._malformed(f"`,` or `{inner.closing.decode()}`")
        if self._next():
            raise self._malformed("the end of the body")

    def _next(self) -> bytes:
        """Skip white space; return the byte that follows, empty at the end."""
        found = _SPACE.match(self.raw, self.place)
        self.place = found.end() if found else self.place
        return self.raw[self.place : self.place + 1]

    def _value(self, *, can_close: bool) -> None:
        """Read a scalar, or the start of an object or array up to its first value."""
        while True:
            sign = self._next()
            if can_close and sign == b"]":
                # The caller's loop closes it.
                return
            if sign == b"[":
                self._enter(b"]")
                can_close = True
                continue
            if sign == b"{":
                self._enter(b"}")
                if self._next() == b"}":
                    return
                self._name()
                can_close = False
                continue
            self._scalar(sign, can_close=can_close)
            return

    def _member(self) -> None:
        self._next()
        self._name()
        self._value(can_close=False)

    def _enter(self, closing: bytes) -> None:
        if len(self.open) == self.max_depth:
            problem = f"JSON that is nested deeper than {self.max_depth} levels"
            raise _at(self.raw, self.place, problem)
        self.open.append(_Open(closing))
        self.place += 1

    def _name(self) -> None:
        """Read the name of a member and the colon after it."""
        start = self.place
        if self.raw[start : start + 1] != b'"':
            closes = " or `}`" if not self.open[-1].names and not self._after_comma() else ""
            raise self._malformed(f"the name of a member in double quotes{closes}")
        name = self._string()
        if self.unique_names and name in self.open[-1].names:
            text = _printable(self.raw[start + 1 : self.place - 1])
            raise _at(self.raw, start, f"the member `{text}` twice in one object")
        self.open[-1].names.add(name)
        if self._next() != b":":
            raise self._malformed("`:` after the name of a member")
        self.place += 1

    def _after_comma(self) -> bool:
        return self.raw[: self.place].rstrip(b" \t\r\n").endswith(b",")

    def _scalar(self, sign: bytes, *, can_close: bool) -> None:
        if sign == b'"':
            self._string()
        elif found := _CONSTANT.match(self.raw, self.place):
            name = found.group().decode()
            raise _at(self.raw, self.place, f"`{name}`, which is not a JSON number,")
        elif found := _WORD.match(self.raw, self.place):
            self.place = found.end()
        elif found := _NUMBER.match(self.raw, self.place):
            self._number(found)
        else:
            raise self._malformed("a value or `]`" if can_close else "a value")

    def _number(self, found: re.Match[bytes]) -> None:
        text = found.group()
        is_float = found.group(1) or found.group(2)
        if math.isinf(float(text)) if is_float else len(text.lstrip(b"-")) > _DIGITS:
            shown = _printable(text)
            raise _at(self.raw, self.place, f"the number `{shown}`, which is out of range,")
        self.place = found.end()

    def _string(self) -> bytes:
        """Read a string; return its text between the quotes, escapes resolved."""
        found = _STRING.match(self.raw, self.place)
        assert found is not None
        start, text = self.place + 1, found.group(1)
        if not found.group(2):
            self.place = found.end()
            sign = self.raw[self.place : self.place + 1]
            wanted = {b"": '`"` at the end of a string', b"\\": "a valid escape in a string"}
            raise self._malformed(wanted.get(sign, "an escaped control character"))
        if b"\\" in text:
            for escape in _ESCAPE.finditer(text):
                if (escape.group(1) and not escape.group(2)) or escape.group(3):
                    half = escape.group().decode()[:6]
                    place = start + escape.start()
                    raise _at(self.raw, place, f"the escape `{half}`, half of a surrogate pair,")
            text = _resolved(text)
        self.place = found.end()
        return text

    def _malformed(self, expected: str) -> ContentError:
        rest = self.raw[self.place : self.place + 4 * _SHOWN].decode("utf-8", "ignore")
        if not rest:
            got = "the end of the body"
        elif rest[0].isprintable():
            word = re.match(r"\w+", rest)
            got = f"`{word.group()[:_SHOWN] if word else rest[0]}`"
        else:
            got = f"the character U+{ord(rest[0]):04X}"
        return _at(self.raw, self.place, "malformed JSON", f": expected {expected}, found {got}")


def _resolved(text: bytes) -> bytes:
    """Return the text of a string with its escapes resolved."""
    import json

    resolved: str = json.loads(b'"' + text + b'"')
    return resolved.encode()


def _printable(text: bytes) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text[: 4 * _SHOWN].decode("utf-8", "ignore"))
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"


def _at(raw: bytes, place: int, problem: str, more: str = "") -> ContentError:
    """Return the error of a problem, with its byte, line and column."""
    before = raw[:place]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return ContentError(f"{problem} at byte {place} (line {line}, column {column}){more}", place)
