"""What a provider sends and takes: the schemas of replies, webhooks and callbacks, and of requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spec_source import Source

from mediatasks.contracts.model.contract import Contract
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


def identity_members(source: Source) -> set[tuple[str, str]]:
    """Return (pointer of a schema, member) of all that identifies a resource or tells its state.

    These are the keys and the state of `x-lifecycle`, wherever a reply shows them: in the resource's own
    schema, in the items of a list, and where an effect's `reply` repeats them.
    """
    found: set[tuple[str, str]] = set()
    contract = source.contract
    for name, resource in contract.resources.items():
        told = _telling(resource)
        for pointer in told:
            found |= set(_steps(contract, f"/components/schemas/{name}", split(pointer)))
        for operation, effect in resource.operations.items():
            repeated = [
                p for p, v in effect.get("reply", {}).items() if v in {f"$resource#{t}" for t in told}
            ]
            for schema in _reply_schemas(contract, operation):
                for pointer in (*told, *repeated):
                    found |= set(
                        _steps(contract, "", (*_before(contract, effect), *split(pointer)), schema)
                    )
    return found


def _before(contract: Contract, effect: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the steps from a reply's body to a resource: to an RPC result, an item, its group."""
    steps = split(contract.envelope.result_pointer()) if contract.envelope else ()
    if effect["action"] == "list" or "each" in effect or "items" in effect:
        steps = (*steps, *split(str(effect.get("items", ""))), "0")
    if "group" in effect:
        steps = (*steps, *split(effect["group"]["at"]), "0")
    return steps


def _telling(resource: Any) -> set[str]:
    """Return the pointers of a resource that identify it or tell its state."""
    field = resource.fields.get("state")
    states = {pointer for state in resource.states.values() for pointer in state.data["when"]}
    return {*resource.key, *([field] if field else states)}


def _reply_schemas(contract: Contract, operation: str) -> Iterator[Any]:
    """Yield the schemas of the 2xx replies of an operation."""
    declared = contract.operations.get(operation)
    for status, response in (declared.responses if declared else {}).items():
        if status.startswith("2"):
            for media in response.get("content", {}).values():
                yield media.get("schema", {})


def _steps(
    contract: Contract, place: str, tokens: tuple[str, ...], schema: Any = None, depth: int = 0
) -> Iterator[tuple[str, str]]:
    """Yield (pointer of a component's schema, member) for each step of a pointer into it."""
    if schema is None:
        schema = contract.document["components"]["schemas"].get(split(place)[2], {})
    if not tokens or depth > _DEPTH or not isinstance(schema, Mapping):
        return
    reference = str(schema.get("$ref", ""))
    if reference.startswith("#/components/schemas/"):
        yield from _steps(contract, reference[1:], tokens, None, depth + 1)
        return
    for union in ("allOf", "anyOf", "oneOf"):
        for i, branch in enumerate(schema.get(union, ())):
            yield from _steps(contract, place + join([union, i]), tokens, branch, depth + 1)
    token, rest = tokens[0], tokens[1:]
    properties = schema.get("properties", {})
    if token in properties:
        yield place, token
        yield from _steps(contract, place + join(["properties", token]), rest, properties[token], depth + 1)
    elif "items" in schema and (token.isdecimal() or token == "*"):
        yield from _steps(contract, place + "/items", rest, schema["items"], depth + 1)


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
