"""The table of messages: what each JSON Schema keyword asks for, and how a value is shown."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mediatasks.contracts.wording import count_of

_SHOWN = 80
_LISTED = 4 * _SHOWN
_NAMED = 10

SECRET = "a value that is not shown"

_EXPECTED: dict[str, Callable[[Any], str]] = {
    "type": lambda rule: " or ".join(dict.fromkeys(rule if isinstance(rule, list) else [str(rule)])),
    "enum": lambda rule: f"one of: {listed(rule)}",
    "const": lambda rule: f"`{as_json(rule)}`",
    "format": lambda rule: f"{'an' if str(rule)[:1] in 'aeio' else 'a'} {rule}",
    "pattern": lambda rule: f"text like /{cut(str(rule), _LISTED)}/",
    "minLength": lambda rule: f"at least {_count(rule, 'character')}",
    "maxLength": lambda rule: f"at most {_count(rule, 'character')}",
    "minItems": lambda rule: f"at least {_count(rule, 'item')}",
    "maxItems": lambda rule: f"at most {_count(rule, 'item')}",
    "minProperties": lambda rule: f"at least {_count(rule, 'member')}",
    "maxProperties": lambda rule: f"at most {_count(rule, 'member')}",
    "minimum": lambda rule: f"at least {as_json(rule)}",
    "maximum": lambda rule: f"at most {as_json(rule)}",
    "exclusiveMinimum": lambda rule: f"more than {as_json(rule)}",
    "exclusiveMaximum": lambda rule: f"less than {as_json(rule)}",
    "multipleOf": lambda rule: f"a multiple of {as_json(rule)}",
    "uniqueItems": lambda rule: "items that differ",
    "contains": lambda rule: f"an item that is {described(rule)}",
    "minContains": lambda rule: f"at least {_count(rule, 'item')} of the kind that the contract names",
    "maxContains": lambda rule: f"at most {_count(rule, 'item')} of the kind that the contract names",
    "not": lambda rule: f"a value that is not {described(rule)}",
    "falseSchema": lambda rule: "no value here",
    "unevaluatedItems": lambda rule: "no further items",
    "contentEncoding": lambda rule: f"text in the encoding {cut(str(rule))}",
    "contentMediaType": lambda rule: f"text of the content type {cut(str(rule))}",
}


def expected(keyword: str, rule: Any) -> str:
    """Return what a keyword with the value `rule` asks for, in words."""
    said = _EXPECTED.get(keyword)
    return said(rule) if said else f"a value that fits the keyword `{cut(keyword)}` of the contract"


def described(schema: Any) -> str:
    """Return what a small schema stands for, as the rest of "a value that is (not) …"."""
    if isinstance(schema, Mapping):
        known = {k: v for k, v in schema.items() if k in ("type", "enum", "const", "required")}
        if len(known) == len(schema) == 1:
            keyword, rule = next(iter(known.items()))
            if keyword == "required":
                return f"an object with {named(rule)}"
            return expected(keyword, rule)
    return "of the form that the contract describes there"


def got(value: Any) -> str:
    """Return a value for a message; objects and lists by their size."""
    if isinstance(value, dict):
        return f"an object of {count_of(len(value), 'member')}"
    if isinstance(value, list):
        return f"an array of {count_of(len(value), 'item')}"
    return f"`{as_json(value)}`"


def named(names: Iterable[Any]) -> str:
    """Return `the members `a`, `b``, the first ten; `no members` where there are none."""
    listed_names = list(names)
    shown = [f"`{cut(str(n))}`" for n in listed_names[:_NAMED]] + ["…"] * (len(listed_names) > _NAMED)
    return f"the member{'' if len(shown) == 1 else 's'} {', '.join(shown)}" if shown else "no members"


def listed(values: Iterable[Any]) -> str:
    """Return the values, parted by commas and cut."""
    parts: list[str] = []
    for value in values:
        parts.append(cut(value) if isinstance(value, str) else as_json(value))
        if sum(map(len, parts)) > _LISTED:
            break
    return cut(", ".join(parts), _LISTED)


def as_json(value: Any) -> str:
    """Return a value as JSON: printable, at most 80 characters."""
    if isinstance(value, str):
        # A long text is cut before it is written out.
        value = value[: _SHOWN + 1]
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return cut(text)


def cut(text: str, length: int = _SHOWN) -> str:
    """Return a text for a message: printable, at most `length` characters."""
    short = text[: length + 1]
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short)
    return shown if len(shown) <= length else shown[:length] + "…"


def _count(rule: Any, noun: str) -> str:
    return count_of(rule, noun) if isinstance(rule, int) else f"{as_json(rule)} {noun}s"
