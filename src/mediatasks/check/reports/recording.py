"""All exchanges of a run as lines of JSON, written while they come."""

import secrets
import threading
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import UsageError
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.recording.account import account_of
from mediatasks.exchange.recording.ndjson import write_line
from mediatasks.exchange.redaction import Redactor


class Recording:
    """One file of exchanges without secrets, in the form of docs/exchanges.md; None: nothing is written.

    Requests that got no reply are not in it. Accounts are hashed with a key of this run.
    """

    def __init__(self, path: Path | None, contract: Contract, redactor: Redactor) -> None:
        self.path, self.contract, self.redactor = path, contract, redactor
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._problem = ""

    def write(self, exchange: Exchange) -> None:
        """Write one exchange; a failure is told when the recording is closed."""
        if self.path is None or self._problem:
            return
        account = account_of(exchange, self.contract, self._key)
        # A reply may give a secret back in a header.
        line = self.redactor.data(write_line(replace(exchange.redacted(self.redactor), account=account)))
        with self._lock:
            try:
                self._file = self._file or self.path.open("wb")
                self._file.write(line)
            except OSError as error:
                self._problem = str(error.strerror)

    def close(self) -> None:
        """Close the file. Raises UsageError where it could not be written whole."""
        try:
            if self._file is not None:
                self._file.close()
        except OSError as error:
            self._problem = str(error.strerror)
        if self._problem:
            raise UsageError(f"{self.path}: cannot be written: {self._problem}")
