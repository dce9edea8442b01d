"""JUnit, HTML, HAR and NDJSON files of one provider; HTML and HAR by schemathesis's own writers."""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mediatasks.check.engine.schemathesis_adapter import (
    findings_event,
    open_writers,
    opening_events,
    recorder_of,
    takes_scenarios,
)
from mediatasks.check.options import Options
from mediatasks.check.reports.junit import build_junit
from mediatasks.check.reports.recording import Recording
from mediatasks.check.reports.result import ProviderResult
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import UsageError
from mediatasks.exchange.exchange import Exchange, redact_interactions
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.finding import Finding

_NAMES = {"junit": "junit.xml", "har": "requests.har", "html": "html", "ndjson": "exchanges.ndjson"}
# schemathesis knows no severities: by its writer a warning would be a failure. The form of lines is ours.
_OWN = ("junit", "ndjson")


class Reports:
    """The files asked for, below `report_dir/PROVIDER`; nothing is done where none are.

    Events are handed over without secrets; the files are searched once more when they are done,
    for a text that a writer took from elsewhere.
    """

    def __init__(self, contract: Contract, options: Options, redactor: Redactor) -> None:
        self.folder, self.redactor = options.report_dir / contract.provider, redactor
        self.paths = {kind: self.folder / _NAMES[kind] for kind in options.reports if kind in _NAMES}
        self.recording = Recording(self.paths.get("ndjson"), contract, redactor)
        self._fail_on = options.fail_on
        self._handlers: list[Any] = []
        self._context: Any = None

    def prepare(self) -> None:
        """Make the folder. Raises UsageError where nothing can be written there."""
        if not self.paths:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self.folder, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            raise UsageError(f"{self.folder}: cannot be written: {error.strerror}") from None

    @property
    def written(self) -> list[Path]:
        """The files that are there, or will be at the end."""
        own = self.paths.get("junit")
        return [path for path in self.files if path == own or path.exists()]

    @property
    def files(self) -> list[Path]:
        """The files that a reader opens."""
        return [p / "index.html" if k == "html" else p for k, p in self.paths.items()]

    def start(self, schema: Any, url: str) -> None:
        """Open the files. Raises UsageError where they cannot be written."""
        if not self.paths:
            return
        try:
            for kind, path in self.paths.items():
                if path.suffix and kind != "ndjson":
                    # Nothing of an earlier run may be taken for the result of this one.
                    path.write_bytes(b"")
        except OSError as error:
            raise UsageError(f"{self.folder}: cannot be written: {error.strerror}") from None
        theirs = {kind: path for kind, path in self.paths.items() if kind not in _OWN}
        self._context, self._handlers = open_writers(schema, theirs)
        for event in opening_events(schema, url):
            self.take(event)

    def take(self, event: Any) -> None:
        """Hand one event of the engine over."""
        if not self._handlers:
            return
        self._context.on_event(event)
        for handler in self._handlers:
            handler.handle_event(self._context, event)

    def record(self, moments: Iterable[tuple[float, Exchange]]) -> None:
        """Enter requests of our own where requests are written: (seconds since 1970, exchange)."""
        for handler in self._handlers:
            if takes_scenarios(handler):
                recorder = recorder_of(moments)
                redact_interactions(recorder, self.redactor)
                handler.queue.put(recorder)

    def add(self, label: str, findings: list[Finding]) -> None:
        """Add findings that schemathesis does not know, as an error of the operation `label`."""
        if not self._handlers or not findings:
            return
        said = [f"[{f.rule}] {f.place}: expected {f.expected}, got {f.got}" for f in findings]
        self.take(findings_event(label, "\n".join(said)))

    def finish(self) -> None:
        """Write and close the files. Raises UsageError where they cannot be written."""
        try:
            self._finish()
        except OSError as error:
            raise UsageError(f"{self.folder}: cannot be written: {error.strerror}") from None

    def _finish(self) -> None:
        handlers, self._handlers = self._handlers, []
        for handler in handlers:
            handler.shutdown(self._context)
        own = [path for kind, path in self.paths.items() if kind in _OWN]
        for file in self.files if handlers else []:
            if file in own:
                continue
            text = file.read_text("utf-8")
            redacted = self.redactor.text(text)
            if redacted != text:
                file.write_text(redacted, "utf-8")

    def write_own(self, result: ProviderResult) -> None:
        """Write what is made of the result, and close the recording. Raises UsageError where that fails."""
        self.recording.close()
        if path := self.paths.get("junit"):
            try:
                path.write_bytes(build_junit(result, self._fail_on))
            except OSError as error:
                raise UsageError(f"{path}: cannot be written: {error.strerror}") from None

    def abort(self) -> None:
        """Close what is open after an error; a writer's thread would keep the process alive."""
        handlers, self._handlers = self._handlers, []
        with suppress(UsageError):
            self.recording.close()
        for handler in handlers:
            # What is wrong is being raised already.
            with suppress(Exception):
                handler.shutdown(self._context)
        own = self.paths.get("junit")
        if own is not None and own.is_file() and not own.stat().st_size:
            own.unlink()
