"""Where a request or reply breaks the contract: the place, what was expected and what came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.pointer import join
from mediatasks.contracts.wording import count_of

_SHOWN = 60
SECRET = "a secret of another form"
# Subschemas of these keywords fail for reasons of their own: the deepest one tells the most.
_UNIONS = ("anyOf", "oneOf")
_COUNTED = {
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "element"),
    "maxItems": ("at most", "element"),
    "minProperties": ("at least", "member"),
    "maxProperties": ("at most", "member"),
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One breach.

    `part` is `body`, `query`, `path`, `header`, `cookie`, `request`, or `reply` for a fault of the
    mock; `steps` lead from there to the value (for parameters: the name first).
    """

    part: str
    steps: tuple[str | int, ...]
    expected: str
    got: str

    @property
    def place(self) -> str:
        """The place in words: a JSON Pointer in the body, or a parameter's name."""
        if self.part == "body":
            return f"body `{join(self.steps) or '/'}`"
        if self.part in ("request", "reply"):
            return self.part
        inside = join(self.steps[1:])
        return f"{self.part} parameter `{self.steps[0]}`" + (f" `{inside}`" if inside else "")

    @property
    def message(self) -> str:
        """The breach in one line."""
        return f"{self.place}: expected {self.expected}, got {self.got}"

    def under(self, part: str, steps: Iterable[str | int]) -> Deviation:
        """Return the same breach, seen from the whole request."""
        return Deviation(part, (*steps, *self.steps), self.expected, self.got)


def explain(error: Any, schema: Any) -> Deviation:
    """Return what a jsonschema_rs error says. `schema` is the whole schema, for secrets in it."""
    kind = error.kind
    steps = tuple(error.instance_path)
    if kind.name in _UNIONS:
        return _explain_union(error, steps, schema)
    if kind.name == "required":
        return Deviation("body", steps, f"the member `{kind.property}`", "none")
    if kind.name in ("additionalProperties", "falseSchema"):
        return Deviation("body", steps, "only members that the contract lists", shown_extra(error))
    secret = is_secret(schema, error.schema_path)
    got = SECRET if secret else shown(error.instance)
    return Deviation("body", steps, _expected(kind), got)


def _explain_union(error: Any, steps: tuple[str | int, ...], schema: Any) -> Deviation:
    """Tell the failure of the variant that came farthest, or all the types that would do."""
    inner = [e for branch in getattr(error.kind, "context", ()) for e in branch]
    deepest = max(inner, key=lambda e: len(e.instance_path), default=None)
    if deepest is not None and len(deepest.instance_path) > len(steps):
        return explain(deepest, schema)
    types = [t for e in inner if e.kind.name == "type" for t in e.kind.value]
    others = [e for e in inner if e.kind.name != "type"]
    if len(others) == 1:
        return explain(others[0], schema)
    wanted = "one of the forms that the contract lists" if others else " or ".join(types)
    return Deviation("body", steps, wanted, shown(error.instance))


def _expected(kind: Any) -> str:
    value = kind.value
    if kind.name == "type":
        return " or ".join(value)
    if kind.name == "enum":
        return f"one of {_short(', '.join(shown(option) for option in value), 300)}"
    if kind.name == "const":
        return shown(value)
    if kind.name in _COUNTED:
        least, noun = _COUNTED[kind.name]
        return f"{least} {count_of(value, noun)}"
    phrases = {
        "format": "the format {}",
        "pattern": "text that matches {}",
        "minimum": "at least {}",
        "maximum": "at most {}",
        "exclusiveMinimum": "more than {}",
        "exclusiveMaximum": "less than {}",
        "multipleOf": "a multiple of {}",
        "uniqueItems": "elements that differ",
        "not": "something that the contract does not exclude",
    }
    return phrases.get(kind.name, f"what `{kind.name}` asks for").replace("{}", str(value))


def shown_extra(error: Any) -> str:
    """Return the member that is too much, by name only."""
    extra = list(getattr(error.kind, "unexpected", None) or error.instance_path[-1:])
    return ", ".join(f"`{_short(str(name))}`" for name in extra[:3]) or "another member"


def shown(value: Any) -> str:
    """Return a value for a message: scalars shortened; of arrays and objects the kind only."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = _short(str(value))
    return f"`{text}`" if isinstance(value, str) else text


def is_secret(schema: Any, path: Iterable[str | int]) -> bool:
    """Whether the failing schema is write-only or a password, whose value no message may show."""
    node = schema
    for token in path:
        if isinstance(node, dict) and (node.get("writeOnly") or node.get("format") == "password"):
            return True
        try:
            node = node[token]
        except (KeyError, IndexError, TypeError):
            return False
    return False


def _short(text: str, length: int = _SHOWN) -> str:
    text = "".join(c if c.isprintable() else " " for c in text[: length + 1])
    return text if len(text) <= length else text[:length] + "…"
