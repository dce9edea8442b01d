"""What an error of jsonschema says, in our words."""

from __future__ import annotations

from typing import Any

from mediatasks.contracts.schema.messages import expected, got, named


def words_of(error: Any) -> tuple[str, str]:
    """Return (expected, got) of an error; of one that no JSON Schema keyword made, by its class."""
    keyword = getattr(error, "validator", None)
    if not isinstance(keyword, str):
        return "what the specification asks for here", f"what is known as `{type(error).__name__}`"
    rule, value = error.validator_value, error.instance
    if keyword == "required" and isinstance(value, dict):
        return named(name for name in rule if name not in value), named(value)
    if keyword in ("additionalProperties", "unevaluatedProperties") and isinstance(value, dict):
        return "only members that the specification knows", named(value)
    return expected(keyword, rule), got(value)
