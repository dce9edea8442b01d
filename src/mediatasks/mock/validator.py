"""A schema of a contract, compiled once: formats are asserted, references lead into components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.document import Contract
from mediatasks.errors import ContractError, MissingExtra
from mediatasks.mock.deviation import Deviation, explain


class Validator:
    """Judge values by one schema, whose references lead into `document` (absent: the contract's)."""

    def __init__(
        self, contract: Contract, schema: Mapping[str, Any], document: Mapping[str, Any] | None = None
    ) -> None:
        try:
            import jsonschema_rs
        except ModuleNotFoundError:
            raise MissingExtra("the mock", "mock") from None
        schemas = (document or contract.document).get("components", {}).get("schemas", {})
        components = {"schemas": schemas}
        self._schema = {"allOf": [schema], "components": components}
        try:
            self._compiled: Any = jsonschema_rs.Draft202012Validator(self._schema, validate_formats=True)
        except (jsonschema_rs.ValidationError, ValueError) as error:
            problem = str(error).splitlines()[0]
            raise ContractError(contract.provider, f"holds a broken schema: {problem}") from None

    def fits(self, value: Any) -> bool:
        """Whether `value` fits the schema."""
        fitting: bool = self._compiled.is_valid(value)
        return fitting

    def deviation(self, value: Any) -> Deviation | None:
        """Return the first breach of `value`, the deepest place first; None if it fits."""
        if self._compiled.is_valid(value):
            return None
        errors = list(self._compiled.iter_errors(value))
        return explain(max(errors, key=lambda e: len(e.instance_path)), self._schema)
