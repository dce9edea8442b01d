"""Whether a check of schemathesis had anything to say of a case.

It enters each check for each case, those too that looked at nothing: what only one kind of case is for
counts for that kind.
"""

from collections.abc import Callable, Mapping
from typing import Any

from mediatasks.contracts.model.contract import Operation

_UNDECLARED = "unspecified_http_method"


def has_judged(check: str, operation: Operation, meta: Any, response: Any) -> bool:
    """Return it for a check by its name, and the `meta` and recorded response (None: none) of a case."""
    if response is None or meta is None:
        return False
    tells = _TELLS.get(check)
    return tells is None or tells(operation, meta, response)


def _is_positive(operation: Operation, meta: Any, response: Any) -> bool:
    return bool(meta.generation.mode.is_positive)


def _is_negative(operation: Operation, meta: Any, response: Any) -> bool:
    return not meta.generation.mode.is_positive


def _is_undeclared(operation: Operation, meta: Any, response: Any) -> bool:
    scenario = getattr(meta.phase.data, "scenario", None)
    return scenario is not None and scenario.value == _UNDECLARED


def _has_allow(operation: Operation, meta: Any, response: Any) -> bool:
    return "allow" in response.headers


def _is_walk(operation: Operation, meta: Any, response: Any) -> bool:
    return bool(meta.phase.name.value == "stateful")


def _has_headers(operation: Operation, meta: Any, response: Any) -> bool:
    return bool(operation.responses.get(str(response.status_code), {}).get("headers"))


def _needs_header(operation: Operation, meta: Any, response: Any) -> bool:
    return any(p.required and p.place == "header" for p in operation.parameters)


_TELLS: Mapping[str, Callable[[Operation, Any, Any], bool]] = {
    "positive_data_acceptance": _is_positive,
    "negative_data_rejection": _is_negative,
    "unsupported_method": _is_undeclared,
    "allow_header_conformance": _has_allow,
    "use_after_free": _is_walk,
    "ensure_resource_availability": _is_walk,
    "response_headers_conformance": _has_headers,
    "missing_required_header": _needs_header,
}
