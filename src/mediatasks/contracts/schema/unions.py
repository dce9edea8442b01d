"""A value that fits none of several forms: which form is nearest, and what it misses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mediatasks.contracts.schema.messages import as_json, cut
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.schema.secret_places import referred

# How an alternative fails as a whole: by its type or value, or because it takes nothing.
_TYPES = ("type", "falseSchema")
_WHOLE = (*_TYPES, "enum", "const")
_NEAREST = " (the nearest of "
_LONGEST = 400


@dataclass(frozen=True)
class Form:
    """One alternative: its place among them, its schema, and how the value deviates from it."""

    index: int
    schema: Any
    deviations: tuple[Mismatch, ...]

    def distance(self, here: int) -> tuple[int, int, int]:
        """Return how far it is: values that tell forms apart, refused as a whole, deviations."""
        telling = sum(d.keyword == "const" for d in self.deviations)
        refused = sum(len(d.steps) == here or d.keyword in ("const", "not") for d in self.deviations)
        return telling, refused, len(self.deviations)

    def fails(self, keywords: Iterable[str], here: int) -> list[Mismatch]:
        """Return the deviations of the value itself, at the depth `here`, from these keywords."""
        return [d for d in self.deviations if len(d.steps) == here and d.keyword in keywords]


def nearest_form(
    root: Mapping[str, Any],
    forms: Sequence[Form],
    steps: tuple[str | int, ...],
    keyword: str,
    came: str,
) -> list[Mismatch]:
    """Return the deviations from the nearest form; what came is said by `came`.

    Where every form fails by its type or value, or all the nearest by one thing at one place, there is
    one deviation that names each.
    """
    here = len(steps)
    fitting = [form for form in forms if not form.deviations]
    if fitting:
        names = " and ".join(_name(root, form) for form in fitting)
        several = f"one that fits {len(fitting)}: {names}"
        return [Mismatch("body", steps, "a value that fits one form only", several, keyword)]
    possible = [form for form in forms if not form.fails(_TYPES, here)]
    whole = [form.fails(_WHOLE, here) for form in forms]
    if not possible or all(whole):
        return [_together([d for found in whole for d in found], keyword, came, steps)]
    telling = [next((d for d in f.deviations if d.keyword == "const"), None) for f in possible]
    if (shared := _shared(telling)) is not None:
        return [shared]
    distance = min(form.distance(here) for form in possible)
    nearest = [form for form in possible if form.distance(here) == distance]
    single = [f.deviations[0] if len(f.deviations) == 1 else None for f in nearest]
    if (shared := _shared(single)) is not None:
        return [shared]
    if len(possible) == 1:
        return list(nearest[0].deviations)
    note = f"{_NEAREST}{len(possible)} forms is {_name(root, nearest[0])})"
    return [
        d if _NEAREST in d.expected else replace(d, expected=d.expected + note)
        for d in nearest[0].deviations
    ]


def _shared(found: Sequence[Mismatch | None]) -> Mismatch | None:
    """Return one deviation for several at one place; None where they are not."""
    present = [d for d in found if d is not None]
    if len(found) < 2 or len(present) < len(found) or len({d.steps for d in present}) > 1:
        return None
    return _together(present, present[0].keyword, present[0].got, present[0].steps)


def _together(found: Sequence[Mismatch], keyword: str, came: str, steps: tuple[str | int, ...]) -> Mismatch:
    """Return one deviation that names what each asks for, each thing once."""
    wanted: dict[str, None] = {}
    for d in found:
        if d.keyword == "type":
            wanted |= dict.fromkeys(d.expected.split(" or "))
        elif d.keyword != "falseSchema":
            wanted[d.expected] = None
    return Mismatch("body", steps, cut(" or ".join(wanted), _LONGEST) or "no value here", came, keyword)


def _name(root: Mapping[str, Any], form: Form) -> str:
    """Return a form's name: its title, its component, a value or member that tells it, its number."""
    schema = form.schema if isinstance(form.schema, Mapping) else {}
    target = referred(root, schema)
    resolved = target if isinstance(target, Mapping) else schema
    title = schema.get("title") or resolved.get("title")
    if isinstance(title, str):
        return f"`{cut(title)}`"
    if target is not None:
        return f"`{cut(str(schema['$ref']).rpartition('/')[2])}`"
    for name, member in resolved.get("properties", {}).items():
        if isinstance(member, Mapping) and "const" in member:
            return f"the one with `{cut(name)}` = `{as_json(member['const'])}`"
    required = resolved.get("required", [])
    if required:
        return f"the one with `{cut(str(required[0]))}`"
    return f"number {form.index + 1}"
