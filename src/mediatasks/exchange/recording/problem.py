"""What is wrong with JSON that was to fit a schema, in our own words."""

from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.schema.validation import Validator
from mediatasks.exchange.content import ContentError, read_json


def problem_in(raw: bytes, schema: Mapping[str, Any]) -> str:
    """Return where `raw` breaks a JSON Schema (whose references lead into its own `$defs`), and how.

    Raises MissingExtra where jsonschema-rs is not installed.
    """
    try:
        value = read_json(raw)
    except ContentError as error:
        return f"expected JSON, got {error}"
    whole = {keyword: part for keyword, part in schema.items() if keyword not in ("$schema", "$defs")}
    purpose = "telling what is wrong with a recording"
    validator = Validator(whole, {"$defs": schema["$defs"]}, "recording", purpose=purpose)
    found = validator.deviation(value)
    if found is None:
        return "expected another value, as the schema says"
    return f"at `{found.pointer or '/'}`: expected {found.expected}, got {found.got}"
