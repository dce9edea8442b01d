"""Whether a reply has the body that the contract declares: its content type, and JSON where it is JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediatasks.check.exchange import Exchange
from mediatasks.contracts.document import Operation
from mediatasks.contracts.pointer import MISSING


def declared_content(operation: Operation, exchange: Exchange) -> Mapping[str, Any]:
    """Return content type → media type object of the reply's status; empty where none is declared."""
    content: Mapping[str, Any] = operation.responses.get(str(exchange.status), {}).get("content", {})
    return content


def has_declared_type(operation: Operation, exchange: Exchange) -> bool:
    """Whether the reply's content type is a declared one, or none is declared."""
    declared = declared_content(operation, exchange)
    return not declared or any(_fits(name, exchange.content_type) for name in declared)


def has_declared_body(operation: Operation, exchange: Exchange) -> bool:
    """Whether the reply is of a declared content type, and can be read where that is JSON."""
    if not declared_content(operation, exchange) or exchange.method == "HEAD":
        return True
    if not has_declared_type(operation, exchange):
        return False
    return not _is_json(exchange.content_type) or exchange.json is not MISSING


def _essence(content_type: str) -> str:
    """Return a content type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _fits(declared: str, received: str) -> bool:
    """Whether a content type is the declared one or in the declared range (`image/*`)."""
    wanted, got = _essence(declared).split("/"), _essence(received).split("/")
    return len(wanted) == len(got) and all(w in ("*", g) for w, g in zip(wanted, got, strict=True))


def _is_json(content_type: str) -> bool:
    essence = _essence(content_type)
    return essence == "application/json" or essence.endswith("+json")
