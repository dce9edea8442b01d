"""JSON Pointer (RFC 6901): read and write a place in a JSON document."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

# No list has more elements than these digits can count.
_DIGITS = 18


class Missing:
    """The type of `MISSING`, which stands where a pointer leads nowhere (JSON has null of its own)."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        # There is one of it, in every process and copy.
        return "MISSING"


MISSING = Missing()


@lru_cache(4096)
def split(pointer: str) -> tuple[str, ...]:
    """Return the unescaped tokens of `pointer`; the empty pointer has none."""
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise ValueError(f"a JSON Pointer starts with `/`: {pointer!r}")
    return tuple(t.replace("~1", "/").replace("~0", "~") for t in pointer[1:].split("/"))


def join(tokens: Iterable[str | int]) -> str:
    """Return the pointer made of `tokens`."""
    return "".join("/" + str(t).replace("~", "~0").replace("/", "~1") for t in tokens)


def get(document: Any, pointer: str) -> Any:
    """Return the value at `pointer`, or `MISSING`."""
    for token in split(pointer):
        if isinstance(document, dict):
            document = document.get(token, MISSING)
        elif isinstance(document, list) and _is_index(token) and int(token) < len(document):
            document = document[int(token)]
        else:
            return MISSING
    return document


def _is_index(token: str) -> bool:
    """Whether a token is the index of a list; Python reads no number of more than 4,300 digits."""
    return token.isdecimal() and len(token) <= _DIGITS


@lru_cache(4096)
def reader(pointer: str) -> Callable[[Any], Any]:
    """Return `get` for one pointer, for who reads the same place again and again."""
    tokens = split(pointer)
    if len(tokens) == 1:
        return _member_reader(tokens[0])

    def read(document: Any) -> Any:
        found = document
        for token in tokens:
            if type(found) is not dict:
                return get(document, pointer)
            found = found.get(token, MISSING)
        return found

    return read


def _member_reader(name: str) -> Callable[[Any], Any]:
    def read(document: Any) -> Any:
        if type(document) is dict:
            return document.get(name, MISSING)
        return get(document, join([name]))

    return read


def put(document: Any, pointer: str, value: Any) -> Any:
    """Write `value` at `pointer`, making objects and list places on the way; return the document.

    A token `0` under a missing place makes a list, any other makes an object.
    """
    return _put(document, split(pointer), 0, value)


def _put(document: Any, tokens: tuple[str, ...], place: int, value: Any) -> Any:
    if place == len(tokens):
        return value
    token = tokens[place]
    if not isinstance(document, dict | list):
        document = [] if token == "0" else {}
    if isinstance(document, list):
        position = int(token)
        while len(document) <= position:
            document.append(None)
        document[position] = _put(document[position], tokens, place + 1, value)
    else:
        document[token] = _put(document.get(token), tokens, place + 1, value)
    return document


def drop(document: Any, pointer: str) -> None:
    """Remove the member at `pointer`, if there is one."""
    *parents, last = split(pointer)
    holder = get(document, join(parents))
    if isinstance(holder, dict):
        holder.pop(last, None)
