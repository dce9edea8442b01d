"""Notations that mean the same: schemas, content types, headers and base URLs in one form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from mediatasks.contracts.equality import equal_on_wire
from mediatasks.diff.schema.meaning import is_prose
from mediatasks.diff.schema.part import Part

# OpenAPI 3.1, 4.8.12.1: parameters of these names are ignored.
IGNORED_HEADERS = {"accept", "content-type", "authorization"}
# Keywords that say nothing with these values.
_IDLE: dict[str, tuple[Any, ...]] = {
    "minContains": (1,),
    "minLength": (0,),
    "minItems": (0,),
    "minProperties": (0,),
    "uniqueItems": (False,),
    "properties": ({},),
    "required": ([],),
    "not": (False,),
    "unevaluatedItems": (True, {}),
    "unevaluatedProperties": (True, {}),
    "propertyNames": (True, {}),
    "dependentRequired": ({},),
    "dependentSchemas": ({},),
    "patternProperties": ({},),
    "nullable": (False,),
    "readOnly": (False,),
    "writeOnly": (False,),
}
_ANNOTATIONS = {"default", "readOnly", "writeOnly"}
_PORTS = {"http": 80, "https": 443}
_JSON = re.compile(r"application/json|.+/.+\+json")


def plain(part: Part) -> Part:
    """Return a schema without keywords that say nothing, and with the bounds and types of OpenAPI 3.1."""
    value = part.value
    if not isinstance(value, dict):
        return part
    idle = {k for k, v in value.items() if any(equal_on_wire(v, said) for said in _IDLE.get(k, ()))}
    if "if" not in value:
        idle |= value.keys() & {"then", "else"}
    elif not value.keys() & {"then", "else"}:
        idle.add("if")
    changed = {k: v for k, v in value.items() if k not in idle} if idle else value
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(changed.get(exclusive), bool):
            bound = {exclusive: changed[limit]} if changed[exclusive] and limit in changed else {}
            left = (exclusive, limit) if bound else (exclusive,)
            changed = {k: v for k, v in changed.items() if k not in left} | bound
    return part if changed is value else Part(changed, part.pointer, part.document)


def split_nullable(part: Part) -> tuple[Part, list[Part]]:
    """Return what holds for null too, and the two branches that `nullable: true` amounts to.

    Without it, return the schema and no branch.
    """
    if part.say("nullable") is not True:
        return part, []
    outside = {k: v for k, v in part.value.items() if is_prose(k) or k in _ANNOTATIONS}
    inside = {k: v for k, v in part.value.items() if k not in outside and k != "nullable"}
    null = Part({"type": "null"}, f"{part.pointer}/nullable", part.document)
    return Part(outside, part.pointer, part.document), [Branch.of(inside, part), null]


class Branch(Part):
    """What a schema says, taken as a branch of itself: another part at the same place."""

    @classmethod
    def of(cls, value: Mapping[str, Any], part: Part) -> Branch:
        """Return the branch of `part` that says `value`."""
        return cls(value, part.pointer, part.document)


class MediaType:
    """A content type; case, order and quotes apart, and without the character set of JSON: it has one."""

    def __init__(self, text: str) -> None:
        essence, *parameters = text.split(";")
        self.essence = essence.strip().lower()
        pairs = (parameter.partition("=") for parameter in parameters if parameter.strip())
        found = {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
        if "charset" in found:
            found["charset"] = found["charset"].lower()
        if _JSON.fullmatch(self.essence):
            found.pop("charset", None)
        self.parameters = found

    @property
    def text(self) -> str:
        """The content type in one form."""
        return ";".join([self.essence, *(f"{k}={v}" for k, v in sorted(self.parameters.items()))])

    def fits(self, other: MediaType) -> bool:
        """Whether a message can be of both: they are alike but for parameters that only one has."""
        shared = self.parameters.keys() & other.parameters.keys()
        alike = all(self.parameters[name] == other.parameters[name] for name in shared)
        return self.essence == other.essence and alike


def pair_contents(
    old: Mapping[str, Part], new: Mapping[str, Part]
) -> Iterator[tuple[Part | None, Part | None]]:
    """Yield which content of the old body became which of the new one; None where there is none."""
    befores, afters = ([(MediaType(name), media) for name, media in side.items()] for side in (old, new))
    taken = set()
    for kind, media in befores:
        found = _counterpart(kind, afters)
        if found is not None:
            taken.add(found.pointer)
        yield media, found
    for kind, media in afters:
        if media.pointer not in taken:
            yield _counterpart(kind, befores), media


def _counterpart(kind: MediaType, others: list[tuple[MediaType, Part]]) -> Part | None:
    same = (media for other, media in others if other.text == kind.text)
    fitting = (media for other, media in others if other.fits(kind))
    return next(same, None) or next(fitting, None)


def base_url(url: Any) -> Any:
    """Return a base URL in one form: no slash at its end, host in lower case, no default port."""
    if not isinstance(url, str):
        return url
    trimmed = url.rstrip("/")
    try:
        parts = urlsplit(trimmed)
        port = parts.port
    except ValueError:
        return trimmed
    if "{" in parts.netloc or not parts.hostname or "@" in parts.netloc:
        return trimmed
    host = parts.hostname if port in (None, _PORTS.get(parts.scheme)) else f"{parts.hostname}:{port}"
    return parts._replace(netloc=host).geturl()
