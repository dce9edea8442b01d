"""Find the operation of a request: literal path segments win over templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

import msgspec

T = TypeVar("T")
_NAME = re.compile(r"\{([^{}]+)\}")


@dataclass
class _Node(Generic[T]):
    literals: dict[str, _Node[T]] = field(default_factory=dict)
    # A template that is the whole segment has no pattern.
    templates: list[tuple[re.Pattern[str] | None, list[str], _Node[T]]] = field(default_factory=list)
    methods: dict[str, T] = field(default_factory=dict)


class Match(msgspec.Struct, Generic[T], frozen=True):
    """A path that exists: its methods, and the decoded text of each path parameter."""

    methods: Mapping[str, T]
    captured: Mapping[str, str]


class Router(Generic[T]):
    """Paths with `{name}` templates → what serves each method."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        # Paths without templates, which win over all others.
        self._plain: dict[str, Match[T]] = {}

    def add(self, method: str, path: str, target: T) -> None:
        """Serve `method` on `path` by `target`."""
        node = self._root
        for segment in path.split("/")[1:]:
            if "{" in segment:
                node = _template(node, segment)
            else:
                node = node.literals.setdefault(segment, _Node())
        node.methods[method] = target
        if method == "GET":
            # HEAD is possible wherever GET is (RFC 9110, 9.3.2).
            node.methods.setdefault("HEAD", target)
        if "{" not in path:
            self._plain[path] = Match(node.methods, {})

    def match(self, path: str) -> Match[T] | None:
        """Return what is at the percent-encoded `path`; None where nothing is."""
        if (plain := self._plain.get(path)) is not None:
            return plain
        captured: dict[str, str] = {}
        segments = path.split("/")[1:]
        if "%" in path:
            segments = [unquote(segment) for segment in segments]
        node = _find(self._root, segments, 0, captured)
        return Match(node.methods, captured) if node else None


def _template(node: _Node[T], segment: str) -> _Node[T]:
    names = _NAME.findall(segment)
    literals = _NAME.split(segment)[::2]
    pattern = None
    if any(literals):
        pattern = re.compile("(.+)".join(re.escape(text) for text in literals), re.DOTALL)
    for known, known_names, child in node.templates:
        if known == pattern and known_names == names:
            return child
    child = _Node[T]()
    node.templates.append((pattern, names, child))
    # A template with more literal text is the more precise one.
    node.templates.sort(key=lambda entry: -len(entry[0].pattern) if entry[0] else 0)
    return child


def _find(node: _Node[T], segments: list[str], place: int, captured: dict[str, str]) -> _Node[T] | None:
    if place == len(segments):
        return node if node.methods else None
    segment = segments[place]
    literal = node.literals.get(segment)
    if literal is not None:
        found = _find(literal, segments, place + 1, captured)
        if found:
            return found
    for pattern, names, child in node.templates:
        texts: tuple[str, ...] = (segment,) if segment else ()
        if pattern is not None:
            match = pattern.fullmatch(segment)
            texts = match.groups() if match else ()
        if texts:
            found = _find(child, segments, place + 1, captured)
            if found:
                captured.update(zip(names, texts, strict=True))
                return found
    return None
