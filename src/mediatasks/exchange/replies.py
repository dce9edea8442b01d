"""Whether a reply is of a kind that the contract declares: its status, its content type, JSON or not."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.exchange.exchange import Exchange

# What any HTTP server may answer to a message as such, before it looks at what is asked (RFC 9110,
# 15.5: 408, 413, 414, 417, 421, 426; RFC 6585: 431).
OF_THE_MESSAGE = (408, 413, 414, 417, 421, 426, 431)
# Other names under which JSON was and is sent.
_NAMES_OF_JSON = ("application/json", "text/json", "text/x-json", "application/x-json")


def is_declared(operation: Operation, status: int) -> bool:
    """Whether the contract declares a status, by its number, its class (`4XX`) or `default`."""
    declared = operation.responses
    return str(status) in declared or f"{status // 100}XX" in declared or "default" in declared


def declared_content(operation: Operation, exchange: Exchange) -> Mapping[str, Any]:
    """Return content type → media type object of the reply's status; empty where none is declared."""
    content: Mapping[str, Any] = operation.responses.get(str(exchange.status), {}).get("content", {})
    return content


def is_known_type(operation: Operation, exchange: Exchange) -> bool:
    """Whether the reply's content type is a declared one."""
    return _is_known(operation.contract, operation.id, str(exchange.status), exchange.content_type)


@lru_cache(maxsize=2048)
def _is_known(contract: Contract, operation_id: str, status: str, received: str) -> bool:
    declared = contract.operations[operation_id].responses.get(status, {}).get("content", {})
    return any(_fits(name, received) for name in declared)


def is_renamed_json(operation: Operation, exchange: Exchange) -> bool:
    """Whether the reply is JSON, as declared, under a content type that is not declared."""
    if is_known_type(operation, exchange) or not is_json(exchange.content_type):
        return False
    declared = any(is_json(name) for name in declared_content(operation, exchange))
    return declared and exchange.json is not MISSING


def has_declared_type(operation: Operation, exchange: Exchange) -> bool:
    """Whether the reply's content type is a declared one or as good, or none is declared."""
    if not declared_content(operation, exchange):
        return True
    return is_known_type(operation, exchange) or is_renamed_json(operation, exchange)


def has_declared_body(operation: Operation, exchange: Exchange) -> bool:
    """Whether the reply is of a declared content type, and can be read where that is JSON."""
    if not declared_content(operation, exchange) or exchange.method == "HEAD":
        return True
    if not has_declared_type(operation, exchange):
        return False
    return not is_json(exchange.content_type) or exchange.json is not MISSING


@lru_cache(maxsize=512)
def is_json(content_type: str) -> bool:
    """Whether a content type means JSON."""
    essence = _essence(content_type)
    return essence in _NAMES_OF_JSON or essence.endswith("+json")


def _essence(content_type: str) -> str:
    """Return a content type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _fits(declared: str, received: str) -> bool:
    """Whether a content type is the declared one or in the declared range (`image/*`)."""
    wanted, got = _essence(declared).split("/"), _essence(received).split("/")
    return len(wanted) == len(got) and all(w in ("*", g) for w, g in zip(wanted, got, strict=True))
