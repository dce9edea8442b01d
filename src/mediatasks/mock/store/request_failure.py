"""A request that cannot be carried out, as actions and simulators say it."""

from collections.abc import Mapping
from typing import Any


class RequestFailure(Exception):
    """A request cannot be carried out.

    `kind` is a key of `x-errors`, `text` the message; `changes` (JSON Pointer → value) is written
    over the reply's body, and `status` over its status.
    """

    def __init__(
        self, kind: str, text: str = "", changes: Mapping[str, Any] | None = None, status: int | None = None
    ) -> None:
        super().__init__(kind, text)
        self.kind, self.text, self.changes, self.status = kind, text, changes or {}, status
