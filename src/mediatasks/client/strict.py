"""`strict=True`: every reply is validated against the contract, with jsonschema-rs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from mediatasks.client.operation import Operation, Provider
from mediatasks.contracts.schema.validation import Validator
from mediatasks.contracts.store import read_contract
from mediatasks.errors import MissingExtra, ReplyError
from mediatasks.exchange.content import ContentError, read_json


class StrictReader:
    """Validates the replies of one provider. Raises MissingExtra where jsonschema-rs is not installed."""

    def __init__(self, provider: Provider) -> None:
        if find_spec("jsonschema_rs") is None:
            raise MissingExtra("`strict=True`", "strict")
        self.contract = read_contract(provider.package, provider.name)
        self._validators: dict[tuple[str, str], Validator] = {}

    def check(self, operation: Operation[Any], status: int, headers: Mapping[str, str], raw: bytes) -> None:
        """Raise ReplyError if a reply deviates: its status, content type or body."""
        declared = self.contract.operations[operation.id]
        if str(status) not in declared.responses:
            expected = f"status {' or '.join(declared.responses)}"
            raise ReplyError(operation.id, status, "", expected, str(status), raw)
        schema = declared.reply_schema(str(status))
        if schema is None:
            return
        content = headers.get("content-type", "").partition(";")[0].strip().lower()
        accepted = list(declared.responses[str(status)]["content"])
        if content not in accepted:
            got = f"content type `{content}`"
            raise ReplyError(operation.id, status, "", f"content type {' or '.join(accepted)}", got, raw)
        try:
            body = read_json(raw)
        except ContentError as error:
            raise ReplyError(operation.id, status, "", "JSON", str(error), raw) from None
        found = self._validator(operation.id, str(status), schema).deviation(body)
        if found is not None:
            raise ReplyError(operation.id, status, found.pointer, found.expected, found.got, raw)

    def _validator(self, operation: str, status: str, schema: Mapping[str, Any]) -> Validator:
        key = (operation, status)
        if key not in self._validators:
            self._validators[key] = Validator.of(self.contract, schema)
        return self._validators[key]
