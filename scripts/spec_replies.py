"""What a provider sends and takes: the schemas of replies, webhooks and callbacks, and of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spec_source import Source

from mediatasks.contracts.nodes import Node
from mediatasks.contracts.pointer import get, join, split

_DEPTH = 40


def sent_schemas(source: Source) -> list[Node]:
    """Return every schema that a reply leads to, or the body of a webhook or callback, by place."""
    starts = [n for n in source.find("response") if not _is_event(n.pointer)]
    starts += [n for n in source.find("body") if _is_event(n.pointer)]
    return _schemas_below(source, starts)


def taken_schemas(source: Source) -> list[Node]:
    """Return every schema that the body of a request leads to, by place."""
    return _schemas_below(source, [n for n in source.find("body") if not _is_event(n.pointer)])


def _is_event(pointer: str) -> bool:
    tokens = split(pointer)
    return tokens[:1] == ("webhooks",) or "callbacks" in tokens


def _schemas_below(source: Source, starts: list[Node]) -> list[Node]:
    below: dict[str, list[Node]] = {}
    at: dict[str, Node] = {}
    for node in source.nodes:
        at[node.pointer] = node
        if node.pointer != node.parent:
            below.setdefault(node.parent, []).append(node)
    todo, seen = list(starts), dict[str, Node]()
    while todo:
        node = todo.pop()
        if node.pointer in seen or node.kind == "link":
            continue
        seen[node.pointer] = node
        todo += below.get(node.pointer, [])
        target = str(node.value.get("$ref", ""))[1:]
        todo += [at[target]] if target and target in at else []
    return sorted(
        (n for n in seen.values() if n.is_schema and not _is_made(source, n)), key=lambda n: n.pointer
    )


def _is_made(source: Source, node: Node) -> bool:
    """Whether `x-rpc` made a schema: the parts around results, which state their source there."""
    return source.is_rpc and not source.written(node.pointer)


def is_stated(fact: Any) -> bool:
    """Whether a fact names a source: it is documented, published or observed."""
    return isinstance(fact, Mapping) and fact.get("status") in ("documented", "published", "observed")


def keyword_fact(source: Source, node: Node, keyword: str) -> bool:
    """Whether a source states a keyword: at the schema, or at the objects and arrays that hold it."""
    contract, pointer = source.contract.document, node.pointer
    while True:
        found = get(contract, pointer)
        own = found.get("x-provenance", {}) if isinstance(found, Mapping) else {}
        if isinstance(own, Mapping) and keyword in own.get("keywords", {}):
            return is_stated(own["keywords"][keyword])
        tokens = split(pointer)
        if len(tokens) <= 3:
            return False
        pointer = join(tokens[:-1])
