"""Compile a schema for jsonschema-rs; what is wrong with the schema itself is told in our words."""

from collections.abc import Mapping
from typing import Any, NoReturn

from mediatasks.contracts.pointer import join
from mediatasks.contracts.schema.messages import as_json, cut
from mediatasks.contracts.schema.secret_places import referred
from mediatasks.errors import ContractError, MissingExtra

# What stands around the schema of one place in the document that is compiled.
_WRAPPED = ("allOf", 0)


def compile_schema(
    document: dict[str, Any],
    name: str,
    purpose: str = "validating a body",
    extra: str = "mock",
    *,
    formats: bool = True,
) -> Any:
    """Return a compiled validator; with `formats` they are asserted. References stay inside `document`.

    `name` is the place in a ContractError, raised where a schema is broken. Raises MissingExtra, naming
    `purpose` and `extra`, where jsonschema-rs is not installed.
    """
    try:
        import jsonschema_rs
    except ModuleNotFoundError:
        raise MissingExtra(purpose, extra) from None
    try:
        return jsonschema_rs.Draft202012Validator(document, validate_formats=formats, retriever=_refuse)
    except jsonschema_rs.ValidationError as error:
        problem = _problem(document, error)
    except (jsonschema_rs.ReferencingError, ValueError, RecursionError, TypeError, OverflowError):
        problem = _broken_reference(document) or "a schema cannot be read"
    raise ContractError(name, problem) from None


def _refuse(uri: str) -> NoReturn:
    """Load nothing: neither a file nor an address that a contract names."""
    raise LookupError(uri)


def _problem(document: Mapping[str, Any], error: Any) -> str:
    steps, value = list(error.instance_path), error.instance
    if error.kind.name == "$ref" or not steps:
        return _broken_reference(document) or "a schema cannot be read"
    if steps[-1] == "type" and isinstance(value, str):
        return f"a schema has the unknown type `{cut(value)}`"
    if steps[-1] == "pattern" and isinstance(value, str):
        return f"the pattern `{cut(value)}` of a schema is not valid"
    inside = steps[len(_WRAPPED) :] if tuple(steps[: len(_WRAPPED)]) == _WRAPPED else steps
    return f"a schema is broken at `{join(inside)}`: it holds {as_json(value)}"


def _broken_reference(document: Mapping[str, Any]) -> str:
    """Return what to say of the first reference that cannot be followed; empty for none."""
    waiting: list[Any] = list(document.get("allOf", [document]))
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                target = referred(document, node)
                if target is None:
                    return f"the reference `{cut(reference)}` leads nowhere"
                waiting.append(target)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return ""
