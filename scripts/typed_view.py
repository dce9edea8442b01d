"""The view of a contract that openapi-python-client reads: what a type can say, and no more.

Differences from the composed contract, none of which loosens a check (checks read the contract):
replies promise identity and state only (`reply_view`);
RPC methods become operations on their params and result, without the envelope; unions of objects
become one object with the members of all; defaults, constants, bounds, formats other than dates,
examples and extensions go; the credentials become the component `ClientCredentials`, and what describes
members and parameters `ClientDescriptions`.
"""

from __future__ import annotations

import copy
from typing import Any

from reply_view import ReplyView
from view_descriptions import describe_view, text_of

from mediatasks.contracts.compose.rpc_views import pascal_case, ref
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.model.webhooks import webhooks_of
from mediatasks.contracts.pointer import get, join, split

CREDENTIALS, TASK, DESCRIPTIONS = SYNTHETIC = ("ClientCredentials", "ClientTask", "ClientDescriptions")
_KEPT = ("type", "properties", "required", "items", "enum", "description", "anyOf", "oneOf", "$ref")
_FORMATS = ("date-time", "date")


def build_typed_view(contract: Contract) -> dict[str, Any]:
    """Return the document for the generator."""
    replies = ReplyView(contract)
    contract = replies.contract
    schemas = contract.schemas
    if contract.envelope:
        paths, names = _rpc_paths(contract)
        schemas = {n: s for n, s in schemas.items() if n in _reachable(schemas, names)}
    else:
        paths = {p: _path_item(replies, item) for p, item in contract.document["paths"].items()}
    components = {name: _schema(contract, schema) for name, schema in schemas.items()}
    components[CREDENTIALS] = _credentials(contract)
    components[TASK] = _task(replies)
    paths |= _webhooks(replies)
    components[DESCRIPTIONS] = describe_view(contract, components, paths)
    info = {"title": contract.name, "version": str(contract.document["info"]["version"])}
    info["description"] = contract.document["info"].get("description", "")
    return {
        "openapi": "3.1.0",
        "info": info,
        "paths": paths,
        "components": {"schemas": components},
    }


def _path_item(replies: ReplyView, item: dict[str, Any]) -> dict[str, Any]:
    contract = replies.contract
    operations = {o.id: o for o in contract.operations.values()}
    view = {}
    for method, data in item.items():
        if not isinstance(data, dict) or "operationId" not in data:
            continue
        operation = operations[data["operationId"]]
        view[method] = _operation(data)
        view[method]["parameters"] = [
            {
                "name": p.name,
                "in": p.place,
                "required": p.required,
                "schema": _schema(contract, p.schema),
            }
            | {k: p.data[k] for k in ("description", "style", "explode") if k in p.data}
            for p in operation.parameters
        ]
        if operation.request_media:
            content = _content(contract, operation.request_media)
            view[method]["requestBody"] = {"required": operation.body_required, "content": content}
        view[method]["responses"] = {
            code: {"description": "", "content": _sent_content(replies, reply.get("content", {}))}
            for code, reply in operation.responses.items()
        }
    return view


def _webhooks(replies: ReplyView) -> dict[str, Any]:
    """Return a path for each webhook or callback, under a tag of its own: only paths are read."""
    paths, contract = {}, replies.contract
    for webhook in webhooks_of(contract):
        data = webhook.data
        content = _sent_content(replies, contract.resolve(data["requestBody"])["content"])
        body = {"required": True, "content": content}
        operation = {"operationId": data["operationId"], "tags": ["webhooks"], "requestBody": body}
        answer = {"post": {**operation, "responses": {"200": {"description": ""}}}}
        paths[f"/webhooks/{webhook.operation or ''}{webhook.name}"] = answer
    return paths


def reading_effects(task: Resource) -> dict[str, Any]:
    """Return the operations that read one task: those that address it by its key, lists after reads."""
    kept = ("action", "where", "items", "group", "missing")
    effects = {n: {k: e[k] for k in kept if k in e} for n, e in task.operations.items()}
    reads = {n: e for n, e in effects.items() if e["action"] == "read"}
    lists = {
        n: e for n, e in effects.items() if e["action"] == "list" and task.key[0] in e.get("where", {})
    }
    return reads or lists


def _task(replies: ReplyView) -> dict[str, Any]:
    """Return an object whose only member is the task as the reading operations return it."""
    contract = replies.contract
    if contract.task is None:
        return {"type": "object"}
    found = []
    for name, effect in reading_effects(contract.task).items():
        operation = contract.operations[name]
        read = effect["action"] == "read" and not operation.rpc_method
        schema = operation.reply_schema(operation.success) if read else ref(contract.task.name)
        sent = None if schema is None else replies.schema(schema)
        if sent is not None and sent not in found:
            found.append(sent)
    return {"type": "object", "properties": {"task": {"anyOf": found} if len(found) > 1 else found[0]}}


def _operation(data: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        k: data[k] for k in ("operationId", "summary", "description", "deprecated") if k in data
    }
    kept["tags"] = ["operations"]
    return kept


def _content(contract: Contract, content: Any) -> dict[str, Any]:
    return {kind: {"schema": _schema(contract, media["schema"])} for kind, media in content.items()}


def _sent_content(replies: ReplyView, content: Any) -> dict[str, Any]:
    sent = {kind: {"schema": replies.schema(media["schema"])} for kind, media in content.items()}
    return _content(replies.contract, sent)


def _rpc_paths(contract: Contract) -> tuple[dict[str, Any], list[Any]]:
    """Return paths whose bodies are params and results, and the schemas they use."""
    assert contract.envelope
    paths, used = {}, []
    result = contract.envelope.reply["result"]
    for operation in contract.operations.values():
        prefix = pascal_case(operation.rpc_method or "")
        pointer = join(t for token in split(result) for t in ("properties", token))
        reply = get(contract.schemas[f"{prefix}Reply"], pointer)
        view = _operation(dict(operation.data))
        body = {"application/json": {"schema": ref(f"{prefix}Params")}}
        view["requestBody"] = {"required": True, "content": body}
        content = {"application/json": {"schema": _schema(contract, reply)}}
        view["responses"] = {"200": {"description": "", "content": content}}
        paths[f"{operation.path}#{operation.rpc_method}"] = {"post": view}
        used += [ref(f"{prefix}Params"), reply]
    return paths, used


def _reachable(schemas: dict[str, Any], roots: Any) -> set[str]:
    found: set[str] = set()
    todo = [roots]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += node
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name in schemas and name not in found:
                found.add(name)
                todo.append(schemas[name])
            todo += node.values()
    return found


def _schema(contract: Contract, schema: Any) -> dict[str, Any]:
    if not isinstance(schema, dict) or not schema:
        return {}
    if "$ref" in schema:
        return {k: schema[k] for k in ("$ref", "description") if k in schema}
    if "allOf" in schema:
        return _merged(contract, schema, schema["allOf"], every=True)
    for union in ("anyOf", "oneOf"):
        branches = [b for b in schema.get(union, []) if contract.resolve(b).get("type") != "null"]
        if len(branches) > 1 and all(_is_object(contract, b) for b in branches):
            merged = _merged(contract, schema, branches, every=False)
            nullable = len(branches) < len(schema[union])
            return {"anyOf": [merged, {"type": "null"}]} if nullable else merged
    view = {k: copy.copy(v) for k, v in schema.items() if k in _KEPT}
    if schema.get("format") in _FORMATS:
        view["format"] = schema["format"]
    if "const" in schema and "type" not in view:
        view["type"] = {str: "string", bool: "boolean", int: "integer"}.get(type(schema["const"]), "number")
    for keyword in ("anyOf", "oneOf"):
        if keyword in view:
            view[keyword] = [_schema(contract, branch) for branch in view[keyword]]
    if "properties" in view:
        view["properties"] = {k: _schema(contract, v) for k, v in view["properties"].items()}
        view.setdefault("type", "object")
    if "items" in view:
        view["items"] = _schema(contract, view["items"])
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        view["additionalProperties"] = _schema(contract, extra)
    return view


def _is_object(contract: Contract, schema: dict[str, Any]) -> bool:
    resolved = contract.resolve(schema)
    branches = resolved.get("anyOf") or resolved.get("oneOf")
    if branches and "properties" not in resolved:
        return all(_is_object(contract, b) for b in branches)
    return resolved.get("type") == "object" or "properties" in resolved or "allOf" in resolved


def _merged(contract: Contract, schema: Any, branches: list[Any], *, every: bool) -> dict[str, Any]:
    """Return one object with the members of all `branches`; required is what every one requires."""
    properties: dict[str, Any] = {}
    required: list[set[str]] = []
    own = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf", "allOf")}
    parts = [_schema(contract, contract.resolve(branch)) for branch in branches]
    for part in [*parts, _schema(contract, own)]:
        for name, member in part.get("properties", {}).items():
            known = properties.setdefault(name, member)
            if _bare(known) != _bare(member):
                options = [*(known.get("anyOf") or [known]), *(member.get("anyOf") or [member])]
                texts = dict.fromkeys(filter(None, (text_of(contract, s) for s in (known, member))))
                properties[name] = {**_union(contract, options), "description": " ".join(texts)}
        required.append(set(part.get("required", [])))
    *of_parts, of_own = required
    shared = set.union(*of_parts) if every else set.intersection(*of_parts)
    view: dict[str, Any] = {"type": "object", "properties": properties}
    if shared | of_own:
        view["required"] = sorted(shared | of_own)
    if "description" in schema:
        view["description"] = schema["description"]
    return view


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$ref": schema["$ref"]} if "$ref" in schema else schema


def _union(contract: Contract, options: list[Any]) -> dict[str, Any]:
    """Return the union of `options`; what msgspec cannot tell apart becomes one type."""
    bare = [_bare(option) for option in options]
    unique = [o for i, o in enumerate(options) if bare[i] not in bare[:i]]
    kinds = [contract.resolve(o) for o in unique]
    if all(k.get("type") == "string" and "format" not in k for k in kinds):
        return {"type": "string"}
    if len(unique) > 1 and all(_is_object(contract, k) for k in unique):
        return _merged(contract, {}, unique, every=False)
    return {"anyOf": unique} if len(unique) > 1 else dict(unique[0])


def _credentials(contract: Contract) -> dict[str, Any]:
    kinds = {str: "string", int: "integer", float: "number"}
    properties = {c.argument: {"type": kinds[type(c.example)]} for c in contract.credentials}
    return {"type": "object", "properties": properties}
