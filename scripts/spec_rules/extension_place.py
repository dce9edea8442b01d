"""Every extension stands where extensions.yaml says that it may."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.nodes import Node


def check(source: Source) -> Iterator[Problem]:
    """Yield the extensions that stand on an object where nothing reads them."""
    known = source.extensions["extensions"]
    for node, key, place in source.extended():
        allowed = known[key]["place"] if key in known else _kinds(source, node)
        if not set(allowed) & set(_kinds(source, node)):
            advice = "move it there, or widen its `place` in extensions.yaml and say who reads it"
            yield Problem(place, f"`{key}` on: {', '.join(allowed)}", f"it on: {node.kind}", advice)


def _kinds(source: Source, node: Node) -> list[str]:
    """Return the names under which extensions.yaml knows the kind of `node`."""
    if node.kind == "webhook operation":
        return ["operation", "webhook"]
    if node.kind == "operation" and source.is_rpc:
        return ["operation", "method"]
    return ["root"] if node.kind == "openrpc" else [node.kind]
