"""The two OpenAPI views of an RPC provider, from its methods (OpenRPC) and its envelope (`x-rpc`).

*plain* has the one real path, its calls and reply elements as unions. *calls* has a path item per
method, told apart by a URL fragment that is never sent, with bodies that carry exactly one call;
only tools that are known to take fragment paths read it.
"""

import copy
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mediatasks.contracts.model.envelope import Envelope, RpcCall, RpcReply
from mediatasks.contracts.pointer import MISSING, put, split
from mediatasks.errors import ContractError

Document = dict[str, Any]


def compose_rpc(folder: Path, openrpc: Document, envelope_file: Document) -> dict[str, Document]:
    """Return the `plain` and `calls` views. Raises ContractError."""
    if "x-rpc" not in envelope_file:
        raise ContractError(str(folder / "envelope.yaml"), "has no `x-rpc`")
    try:
        return _Composer(openrpc, envelope_file).views()
    except KeyError as error:
        raise ContractError(str(folder), f"a required member is missing: {error}") from None


def snake_case(name: str) -> str:
    """Return the operation id of an RPC method: `TaskReport`, `task.report` → `task_report`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"\W+", "_", words).lower()


def pascal_case(name: str) -> str:
    """Return the schema prefix of an RPC method: `task.report` → `TaskReport`."""
    return "".join(word.capitalize() for word in snake_case(name).split("_"))


def ref(name: str) -> Document:
    """Return a reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def nest(members: Iterable[tuple[str, Document, bool]]) -> Document:
    """Return the object schema with `members`: (JSON Pointer, schema, required)."""
    schema: Document = {"type": "object"}
    for pointer, member, required in members:
        node = schema
        *parents, last = split(pointer)
        for token in parents:
            node.setdefault("required", [])
            if required and token not in node["required"]:
                node["required"].append(token)
            node = node.setdefault("properties", {}).setdefault(token, {"type": "object"})
        node.setdefault("properties", {})[last] = member
        if required:
            node.setdefault("required", []).append(last)
    return schema


class _Composer:
    def __init__(self, openrpc: Document, envelope_file: Document) -> None:
        self.openrpc, self.file = openrpc, envelope_file
        self.rpc = envelope_file["x-rpc"]
        self.envelope = Envelope(self.rpc)
        self.methods: dict[str, Document] = {m["name"]: m for m in openrpc["methods"]}
        self.origin = envelope_file.get("x-provenance", openrpc.get("x-provenance"))
        self.examples = self._examples()

    def views(self) -> dict[str, Document]:
        return {"plain": self._plain(), "calls": self._calls()}

    def _document(self) -> Document:
        """Return what both views share: everything but paths and the schemas of whole bodies."""
        document: Document = {"openapi": "3.1.0", "info": self.openrpc["info"]}
        for key in ("servers", "tags", "security"):
            if key in self.file or key in self.openrpc:
                document[key] = self.file.get(key, self.openrpc.get(key))
        document["paths"] = {}
        for source in (self.openrpc, self.file):
            for key, value in source.items():
                if key.startswith("x-"):
                    document[key] = value
        if "x-lifecycle" in document:
            document["x-lifecycle"] = self._lifecycle(document["x-lifecycle"])
        components = copy.deepcopy(self.openrpc.get("components", {}))
        components.pop("contentDescriptors", None)
        for section, members in self.file.get("components", {}).items():
            components.setdefault(section, {}).update(members)
        components.setdefault("schemas", {}).update(self._method_schemas())
        components["examples"] = {k: v for k, (_, _, v) in self.examples.items()}
        document["components"] = components
        return copy.deepcopy(document)

    def _method_schemas(self) -> Document:
        schemas: Document = {}
        errors = self.rpc["schemas"]
        for name, method in self.methods.items():
            prefix, fact = pascal_case(name), method.get("x-provenance", self.origin)
            params = method.get("params", [])
            members = [(f"/{p['name']}", _described(p), bool(p.get("required"))) for p in params]
            schemas[f"{prefix}Params"] = {**nest(members), "x-provenance": fact}
            request, reply = self.envelope.request, self.envelope.reply
            call = [*_fixed(request), (request["method"], {"const": name, "type": "string"}, True)]
            call.append((request["params"], ref(f"{prefix}Params"), True))
            if "id" in request:
                call.append((request["id"], self._call_id(), bool(request.get("id_required"))))
            schemas[f"{prefix}Call"] = {**nest(call), "x-provenance": fact}
            element = _fixed(reply)
            if "method" in reply:
                element.append((reply["method"], {"const": name, "type": "string"}, True))
            element.append((reply["result"], method["result"]["schema"], True))
            if "id" in reply:
                element.append((reply["id"], self._call_id(), False))
            if "errors" in reply:
                element.append((reply["errors"], errors.get("errors", {}), False))
            schemas[f"{prefix}Reply"] = {**nest(element), "x-provenance": fact}
        schemas["FailedCall"] = self._failed_call()
        if "request_error" in self.envelope.reply:
            schemas["FailedRequest"] = self._failed_request()
        return schemas

    def _call_id(self) -> Document:
        """Return the schema of a call's id; its source is another one than that of the method."""
        schema: Document = self.rpc["schemas"].get("id", {})
        return {**schema, "x-provenance": self._origin_of(schema)}

    def _failed_call(self) -> Document:
        reply, given = self.envelope.reply, self.rpc["schemas"]
        members = [*_fixed(reply), (reply["error"], given["error"], True)]
        if "method" in reply:
            members.append((reply["method"], {"type": "string"}, False))
        if "id" in reply:
            members.append((reply["id"], given.get("id", {}), False))
        failed = {**nest(members), "x-provenance": self._origin_of(given["error"])}
        failed["description"] = "Reply element of a call that failed."
        if reply["result"] != reply["error"]:
            failed["not"] = {"required": [split(reply["result"])[0]]}
        return failed

    def _failed_request(self) -> Document:
        reply, given = self.envelope.reply, self.rpc["schemas"]
        schema = given.get("request_error", given["error"])
        said = "Reply to a request of which no call was carried out."
        failed = nest([(reply["request_error"], schema, True)])
        return {**failed, "x-provenance": self._origin_of(schema), "description": said}

    def _origin_of(self, schema: Document) -> Any:
        """Return the provenance of a component of the envelope."""
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        components = self.file.get("components", {}).get("schemas", {})
        return components.get(name, schema).get("x-provenance", self.origin)

    def _body(self, element: Document, single: bool) -> Document:
        """Return the schema of a request body whose calls are `element`."""
        request = self.envelope.request
        members = [
            (c["at"], {**c["schema"], **_described(c)}, True) for c in self.envelope.credentials.values()
        ]
        return self._carried(request, element, members, single)

    def _reply_body(self, element: Document, single: bool) -> Document:
        carried = self._carried(self.envelope.reply, element, [], single)
        if "request_error" not in self.envelope.reply:
            return carried
        return {"anyOf": [carried, ref("FailedRequest")]}

    def _carried(
        self, side: Mapping[str, Any], element: Document, members: list[Any], single: bool
    ) -> Document:
        if "calls" not in side:
            return element if not members else {"allOf": [element, nest(members)]}
        array: Document = {"type": "array", "items": element, "minItems": 1}
        if single:
            array["maxItems"] = 1
        return array if not side["calls"] else nest([*members, (side["calls"], array, True)])

    def _plain(self) -> Document:
        document = self._document()
        names = [pascal_case(m) for m in self.methods]
        schemas = document["components"]["schemas"]
        schemas["Call"] = {"anyOf": [ref(f"{n}Call") for n in names], "x-provenance": self.origin}
        element = {"anyOf": [*(ref(f"{n}Reply") for n in names), ref("FailedCall")]}
        schemas["Reply"] = {**element, "x-provenance": self.origin}
        schemas["RequestBody"] = {**self._body(ref("Call"), False), "x-provenance": self.origin}
        schemas["ReplyBody"] = {**self._reply_body(ref("Reply"), False), "x-provenance": self.origin}
        title = self.openrpc["info"].get("title", "RPC")
        document["paths"][self.envelope.path] = {
            "post": {
                "operationId": "post_calls",
                "summary": "Send calls",
                "description": f"Carries the calls of {title}: {', '.join(self.methods)}.",
                "tags": ["calls"],
                "x-provenance": self.origin,
                **self._exchange("RequestBody", "ReplyBody", None),
            }
        }
        document["tags"] = [{"name": "calls", "description": "The one path of the API."}]
        return document

    def _calls(self) -> Document:
        document = self._document()
        schemas = document["components"]["schemas"]
        for name, method in self.methods.items():
            prefix = pascal_case(name)
            fact = method.get("x-provenance", self.origin)
            body = self._body(ref(f"{prefix}Call"), True)
            schemas[f"{prefix}RequestBody"] = {**body, "x-provenance": fact}
            reply = {"anyOf": [ref(f"{prefix}Reply"), ref("FailedCall")]}
            schemas[f"{prefix}ReplyBody"] = {**self._reply_body(reply, True), "x-provenance": fact}
            operation: Document = {"operationId": snake_case(name)}
            for key in ("summary", "description", "externalDocs", "deprecated"):
                if key in method:
                    operation[key] = method[key]
            operation["tags"] = [t["name"] for t in method.get("tags", [])]
            operation.update({k: v for k, v in method.items() if k.startswith("x-")})
            operation.update(self._exchange(f"{prefix}RequestBody", f"{prefix}ReplyBody", name))
            links = {link["name"]: self._link(link) for link in method.get("links", [])}
            if links:
                operation["responses"]["200"]["links"] = links
            document["paths"][f"{self.envelope.path}#{name}"] = {"post": operation}
        return document

    def _exchange(self, request: str, reply: str, method: str | None) -> Document:
        """Return request body and reply of an operation, with the examples that fit it."""

        def content(side: str, schema: str) -> Document:
            media: Document = {"schema": ref(schema)}
            fitting = {
                name: {"$ref": f"#/components/examples/{name}"}
                for name, (kind, methods, _) in self.examples.items()
                if kind == side and (method is None or methods == [method])
            }
            if fitting:
                media["examples"] = fitting
            return {"application/json": media}

        return {
            "requestBody": {"required": True, "content": content("request", request)},
            "responses": {
                "200": {
                    "description": "The reply elements; failures of calls stand among them.",
                    "content": content("reply", reply),
                }
            },
        }

    def _examples(self) -> dict[str, tuple[str, list[Any], Document]]:
        """Return name → (kind, the methods it holds, example), pairings of methods included."""
        examples = {}
        for name, example in self.file.get("components", {}).get("examples", {}).items():
            examples[name] = (*self._kind(example.get("value")), example)
        for method in self.methods.values():
            for pairing in method.get("examples", []):
                self._pair(method["name"], pairing, examples)
        return examples

    def _kind(self, value: Any) -> tuple[str, list[Any]]:
        """Return what a whole body is (request, reply, or a bare resource) and its methods."""
        calls = self.envelope.calls(value)
        if calls and all(c.method in self.methods and c.params is not MISSING for c in calls):
            return "request", [c.method for c in calls]
        if self.envelope.request_error(value) is not MISSING:
            return "reply", []
        replies = self.envelope.replies(value)
        if replies and all((r.result, r.error) != (MISSING, MISSING) for r in replies):
            return "reply", [r.method for r in replies]
        return "resource", []

    def _pair(self, method: str, pairing: Document, examples: dict[str, Any]) -> None:
        name = pairing["name"]
        if not name.startswith(snake_case(method)):
            name = f"{snake_case(method)}_{snake_case(name)}"
        fact = {k: v for k, v in pairing.items() if k.startswith("x-")} or {
            "x-provenance": self.methods[method].get("x-provenance", self.origin)
        }
        params = {p["name"]: p["value"] for p in pairing.get("params", [])}
        credentials = {n: c["example"] for n, c in self.envelope.credentials.items()}
        call_id = 1 if self.envelope.request.get("id_required") else MISSING
        body = self.envelope.wrap([RpcCall(method, params, call_id)], credentials)
        examples[f"{name}_request"] = ("request", [method], {**fact, "value": body})
        if "result" in pairing:
            reply = RpcReply(method, call_id, pairing["result"]["value"])
            value = self.envelope.wrap_replies([reply])
            examples[f"{name}_reply"] = ("reply", [method], {**fact, "value": value})

    def _link(self, link: Document) -> Document:
        """Return the OpenAPI link that sends `method` with `params`, for the calls view."""
        body: Any = self.envelope.wrap([RpcCall(link["method"], self._wire(link["params"]))], {})
        for name, credential in self.envelope.credentials.items():
            pointer = self.envelope.credentials[name]["at"]
            body = put(body, pointer, "$request.body#" + credential["at"])
        composed = {"operationId": snake_case(link["method"]), "requestBody": body}
        composed.update({k: v for k, v in link.items() if k in ("description", "x-provenance")})
        return composed

    def _wire(self, value: Any) -> Any:
        """Turn an expression on params and result into one on the bodies of the calls view."""
        if isinstance(value, dict):
            return {k: self._wire(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self._wire(v) for v in value]
        if not isinstance(value, str):
            return value
        for source, pointer in (
            ("$request.body#", self.envelope.params_pointer()),
            ("$response.body#", self.envelope.result_pointer()),
        ):
            if value.startswith(source):
                return source + pointer + value.removeprefix(source)
        return value

    def _lifecycle(self, lifecycle: Document) -> Document:
        """Name operations by their ids instead of by the methods' wire names."""
        lifecycle = copy.deepcopy(lifecycle)
        for resource in lifecycle.values():
            operations = resource.get("operations", {})
            resource["operations"] = {snake_case(m): effect for m, effect in operations.items()}
            for state in resource.get("states", {}).values():
                for move in state["next"].values():
                    if "by" in move:
                        by = move["by"]
                        move["by"] = snake_case(by) if isinstance(by, str) else [*map(snake_case, by)]
        return lifecycle


def _fixed(side: Mapping[str, Any]) -> list[tuple[str, Document, bool]]:
    """Return the members that every call or reply element has with the same value."""
    return [(pointer, {"const": value}, True) for pointer, value in side.get("fixed", {}).items()]


def _described(owner: Document) -> Document:
    """Return an owner's schema with its description and provenance."""
    schema = dict(owner["schema"])
    for key in ("description", "x-provenance", "x-contradictions"):
        if key in owner:
            schema.setdefault(key, owner[key])
    return schema
