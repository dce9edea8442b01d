"""`strict=True`: every reply is validated against the contract, with jsonschema-rs."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from mediatasks.client.exchange import RawReply
from mediatasks.client.operation import OperationSpec, Provider
from mediatasks.client.replies.reply import read_body
from mediatasks.contracts.compose.store import read_contract
from mediatasks.contracts.pointer import get, put
from mediatasks.contracts.schema.validation import Validator
from mediatasks.errors import MissingExtra, ReplyError


class StrictReader:
    """Validates the replies of one provider. Raises MissingExtra where jsonschema-rs is not installed."""

    def __init__(self, provider: Provider) -> None:
        if find_spec("jsonschema_rs") is None:
            raise MissingExtra("`strict=True`", "strict")
        self.contract = read_contract(provider.package, provider.name)
        self._validators: dict[tuple[str, str], Validator] = {}

    def check(
        self, operation: OperationSpec[Any], status: int, headers: Mapping[str, str], raw: bytes
    ) -> None:
        """Raise ReplyError if a reply deviates: its status, content type or body."""
        schema = self._schema(operation, status, headers, raw)
        if schema is not None:
            self._check(operation, status, schema, read_body(operation.id, status, raw), raw)

    def check_call(self, operation: OperationSpec[Any], reply: RawReply, document: Any, place: str) -> None:
        """Raise ReplyError if the reply to one call of a batch deviates.

        `document` is the body as plain values, `place` is where the call's result stands in it. It is
        validated as the reply to a request of that call alone.
        """
        status, raw = reply.status, reply.body
        schema, envelope = self._schema(operation, status, reply.headers, raw), self.contract.envelope
        if schema is None or envelope is None:
            return
        whole, alone = place.removesuffix(envelope.reply["result"]), envelope.reply.get("calls", "") + "/0"
        body = put(None, alone, get(document, whole))
        self._check(operation, status, schema, body, raw, (alone, whole))

    def _schema(
        self, operation: OperationSpec[Any], status: int, headers: Mapping[str, str], raw: bytes
    ) -> Mapping[str, Any] | None:
        """Return the schema of a body, None where it has none. Raises ReplyError for status and type."""
        declared = self.contract.operations[operation.id]
        if str(status) not in declared.responses:
            expected = f"status {' or '.join(declared.responses)}"
            raise ReplyError(operation.id, status, "", expected, str(status), raw)
        schema = declared.reply_schema(str(status))
        if schema is None:
            return None
        content = headers.get("content-type", "").partition(";")[0].strip().lower()
        accepted = list(declared.responses[str(status)]["content"])
        if content not in accepted:
            got = f"content type `{content}`"
            raise ReplyError(operation.id, status, "", f"content type {' or '.join(accepted)}", got, raw)
        return schema

    def _check(
        self,
        operation: OperationSpec[Any],
        status: int,
        schema: Mapping[str, Any],
        body: Any,
        raw: bytes,
        moved: tuple[str, str] = ("", ""),
    ) -> None:
        """Raise ReplyError if a body deviates; its part at the first of `moved` stands at the second."""
        found = self._validator(operation.id, str(status), schema).deviation(body)
        if found is not None:
            place = moved[1] + found.pointer.removeprefix(moved[0])
            raise ReplyError(operation.id, status, place, found.expected, found.got, raw)

    def _validator(self, operation: str, status: str, schema: Mapping[str, Any]) -> Validator:
        key = (operation, status)
        if key not in self._validators:
            self._validators[key] = Validator.of(self.contract, schema)
        return self._validators[key]
