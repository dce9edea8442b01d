"""Every link leads to an operation, fills parameters that it has, from members that exist."""

from __future__ import annotations

from collections.abc import Iterator

from spec_members import has_member
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.nodes import Node
from mediatasks.contracts.pointer import get, join, split
from mediatasks.errors import nearest


def check(source: Source) -> Iterator[Problem]:
    """Yield links that a stateful test could not follow. In RPC, the methods' own links."""
    for operation in source.contract.operations.values():
        for status, response in operation.data["responses"].items():
            whole = source.contract.resolve(response)
            for name, written in whole.get("links", {}).items():
                place = operation.pointer + join(("responses", status, "links", name))
                place = str(written.get("$ref", ""))[1:] or place
                node = Node("link", place, "", source.contract.resolve(written))
                yield from _link(source, operation, status, node)
    for node in source.method_nodes:
        if node.kind == "link" and "$ref" not in node.value:
            yield from _method_link(source, node)


def _link(source: Source, holder: Operation, status: str, node: Node) -> Iterator[Problem]:
    contract, name = source.contract, str(node.value.get("operationId"))
    if name not in contract.operations:
        advice = nearest(name, contract.operations)
        got = f"`{name}`"
        yield Problem(source.place(node.pointer), "the id of an operation", got, advice)
        return
    target = contract.operations[name]
    names = {form for p in target.parameters for form in (p.name, f"{p.place}.{p.name}")}
    if not node.value.get("parameters") and "requestBody" not in node.value:
        yield _empty(source.place(node.pointer), name)
    for parameter, expression in node.value.get("parameters", {}).items():
        place = source.place(node.pointer + join(("parameters", parameter)))
        if parameter not in names:
            advice = nearest(parameter, (p.name for p in target.parameters))
            yield Problem(place, f"a parameter of `{name}`", f"`{parameter}`", advice)
        if not _leads(contract, holder, status, expression):
            advice = "mend the expression, or the schema that should have the member"
            got = f"`{expression}`"
            yield Problem(place, f"something that `{holder.id}` sends or answers", got, advice)


def _empty(place: str, target: str) -> Problem:
    expected = f"a link that fills something of `{target}`"
    return Problem(place, expected, "no parameters", "a tool fills in what is left open, not everything")


def _leads(contract: Contract, holder: Operation, status: str, expression: object) -> bool:
    text = str(expression)
    if text.startswith("$response.body#"):
        schema = holder.reply_schema(status)
        return has_member(contract, schema, text.removeprefix("$response.body#"))
    if text.startswith("$request.body#"):
        return has_member(contract, holder.body_schema, text.removeprefix("$request.body#"))
    if text.startswith("$request."):
        return text.removeprefix("$request.") in {f"{p.place}.{p.name}" for p in holder.parameters}
    return not text.startswith("$") or text.startswith("$response.header.")


def _method_link(source: Source, node: Node) -> Iterator[Problem]:
    written = source.files["openrpc.yaml"]
    methods = {m["name"]: m for m in written["methods"]}
    name = str(node.value.get("method"))
    if name not in methods:
        place = source.file_place("openrpc.yaml", f"{node.pointer}/method")
        yield Problem(place, "the name of a method", f"`{name}`", nearest(name, methods))
        return
    params = {p["name"]: p for p in methods[name].get("params", [])}
    if not node.value.get("params"):
        yield _empty(source.file_place("openrpc.yaml", node.pointer), name)
    holder = get(written, join(split(node.pointer)[:2]))
    own = {p["name"]: p["schema"] for p in holder.get("params", [])}
    bodies = {
        "$request.body#": {"type": "object", "properties": own},
        "$response.body#": holder["result"]["schema"],
    }
    for param, expression in node.value.get("params", {}).items():
        place = source.file_place("openrpc.yaml", node.pointer + join(("params", param)))
        if param not in params:
            yield Problem(place, f"a param of `{name}`", f"`{param}`", nearest(param, params))
        for prefix, schema in bodies.items():
            pointer = str(expression).removeprefix(prefix)
            if pointer != expression and not has_member(source.contract, schema, pointer):
                got, advice = f"`{expression}`", "mend the expression, or the schema"
                yield Problem(place, f"a member of `{holder['name']}`", got, advice)
