"""A number's description states its unit, or what it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.nodes import Node


def check(source: Source) -> Iterator[Problem]:
    """Yield numeric properties, parameters and component schemas without a description."""
    described = {n.pointer: n.value for n in source.nodes}
    for node in source.nodes:
        if _counts(node, described) and "description" not in node.value:
            parent = described[node.parent]
            if node.kind == "property" or "description" not in parent:
                advice = "state the unit (seconds, bytes, pixels …) or what is counted"
                yield Problem(source.place(node.pointer), "a `description` with the unit", "none", advice)


def _counts(node: Node, described: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the node is a number of its own, rather than an alternative or element of another."""
    types = node.value.get("type", [])
    numeric = {"integer", "number"} & set(types if isinstance(types, list) else [types])
    alone = node.kind == "property" or node.component == "schemas"
    of_parameter = node.kind == "schema" and "in" in described.get(node.parent, {})
    return bool(numeric) and (alone or of_parameter)
