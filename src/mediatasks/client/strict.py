"""`strict=True`: every reply is validated against the contract, with jsonschema-rs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from mediatasks.client.operation import Operation, Provider
from mediatasks.contracts.pointer import join
from mediatasks.contracts.store import read_contract
from mediatasks.errors import MissingExtra, ReplyError, shown


class StrictReader:
    """Validates the replies of one provider. Raises MissingExtra where jsonschema-rs is not installed."""

    def __init__(self, provider: Provider) -> None:
        try:
            import jsonschema_rs
        except ModuleNotFoundError:
            raise MissingExtra("`strict=True`", "strict") from None
        self._validator_class: Any = jsonschema_rs.Draft202012Validator
        self.contract = read_contract(provider.package, provider.name)
        self._validators: dict[tuple[str, str], Any] = {}

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
            body = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ReplyError(operation.id, status, "", "JSON", str(error), raw) from None
        validator = self._validator(operation.id, str(status), schema)
        deviation = next(validator.iter_errors(body), None)
        if deviation is not None:
            place = join(deviation.instance_path)
            got = shown(msgspec.json.encode(deviation.instance))
            raise ReplyError(operation.id, status, place, deviation.message, got, raw)

    def _validator(self, operation: str, status: str, schema: Mapping[str, Any]) -> Any:
        key = (operation, status)
        if key not in self._validators:
            document = {"components": self.contract.document["components"], "allOf": [schema]}
            self._validators[key] = self._validator_class(document, validate_formats=True)
        return self._validators[key]
