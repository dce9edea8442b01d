"""The description of each member and parameter, as the templates of the clients look it up."""

from __future__ import annotations

from typing import Any

from mediatasks.contracts.model.contract import Contract


def describe_view(contract: Contract, components: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    """Return an object whose properties `Model.member` and `operation.parameter` carry the descriptions.

    The generator itself drops a description beside a `$ref`, and knows none of a union.
    """
    texts = {}
    for name, schema in components.items():
        for member, shape in schema.get("properties", {}).items():
            texts[f"{name}.{member}"] = text_of(contract, shape)
    for item in paths.values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                own = parameter.get("description") or text_of(contract, parameter["schema"])
                texts[f"{operation['operationId']}.{parameter['name']}"] = own
            for media in operation.get("requestBody", {}).get("content", {}).values():
                texts[f"{operation['operationId']}.body"] = text_of(contract, media["schema"])
    properties = {key: {"type": "string", "description": text} for key, text in texts.items() if text}
    return {"type": "object", "properties": properties}


def text_of(contract: Contract, schema: Any) -> str:
    """Return a schema's own description, else that of what it refers to, else those of its branches."""
    resolved = contract.resolve(schema)
    for place in (schema, resolved):
        if place.get("description"):
            return str(place["description"])
    branches = [*resolved.get("allOf", []), *resolved.get("anyOf", []), *resolved.get("oneOf", [])]
    texts = [text_of(contract, branch) for branch in branches]
    return " ".join(dict.fromkeys(filter(None, texts)))
