"""Replies are open: no `additionalProperties: false` on what a server sends."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.nodes import Node

_CLOSING = ("additionalProperties", "unevaluatedProperties")


def check(source: Source) -> Iterator[Problem]:
    """Yield the closed schemas that a reply leads to."""
    below: dict[str, list[Node]] = {}
    for node in source.nodes:
        if node.pointer != node.parent:
            below.setdefault(node.parent, []).append(node)
    todo = list(source.find("response"))
    seen: set[str] = set()
    while todo:
        node = todo.pop()
        if node.pointer in seen or node.kind == "link":
            continue
        seen.add(node.pointer)
        todo += below.get(node.pointer, [])
        target = str(node.value.get("$ref", ""))[1:]
        todo += [n for n in source.nodes if n.pointer == target] if target else []
        for key in _CLOSING:
            if node.is_schema and node.value.get(key) is False:
                advice = "servers send members that no document lists; take it away"
                yield Problem(source.place(f"{node.pointer}/{key}"), "an open object", "`false`", advice)
