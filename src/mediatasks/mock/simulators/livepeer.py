"""Tasks are retried and limited; credentials are masked; each has its owner.

Sources, as in the contract's `x-sources`: get_task_page (the vendor document), server, api_schema.
What becomes of a task can be arranged by a text in its params: see `MESSAGES`. Followed by a
number (`mock-download-1`), only so many attempts fail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle import Move
from mediatasks.contracts.pointer import get, put
from mediatasks.mock.clock import stamp
from mediatasks.mock.creation import CreateAction
from mediatasks.mock.effects import AddressedAction, Outcome
from mediatasks.mock.failures import RequestFailure
from mediatasks.mock.lifecycle import Item
from mediatasks.mock.replies import copied
from mediatasks.mock.simulation import Simulator
from mediatasks.mock.state import Shelf

# server, task workers: the failure messages. Whether one is worth a retry is inferred: what is
# wrong with the file itself stays wrong.
MESSAGES = {
    "mock-unreachable": ("file could not be imported from URL because it was not accessible", True),
    "mock-download": ("file download failed", True),
    "mock-timeout": ("execution timeout", True),
    "mock-internal": ("internal error processing file", True),
    "mock-codec": (
        "invalid video file codec or container, check your input file against the API spec",
        False,
    ),
    "mock-probe": ("failed to probe or open file, check your input file", False),
}
# server, task scheduler.
DELAYS = (30.0, 180.0)
MOST_PENDING = 100
_MARK = re.compile("(" + "|".join(MESSAGES) + ")(?:-([0-9]{1,4}))?")
_USER = re.compile("://[^/@]*@")
_OUTPUTS = {"export-data": "exportData", "transcode-file": "transcodeFile"}


class Simulation(Simulator):
    """Rules of Livepeer Studio."""

    needs = ("Task",)

    def reset(self) -> None:
        """Begin with the seeded tasks."""
        self.tasks = self.state.shelves["Task"]
        outputs = [item.value["output"] for item in self.tasks.ordered() if "output" in item.value]
        self.memory = {"outputs": {}}
        for output in outputs:
            self.memory["outputs"] = copied(output) | self.memory["outputs"]
        self.resume()

    def resume(self) -> None:
        """Find the tasks that are not over."""
        self._open = {item.key: item for item in self.tasks.ordered() if item.due is not None}

    # How tasks live.

    def first_state(self, shelf: Shelf, item: Item, at: float) -> str | None:
        """A new task has no scheduledAt before it is queued."""
        item.value.pop("scheduledAt", None)
        return super().first_state(shelf, item, at)

    def lasts(self, shelf: Shelf, item: Item, at: float) -> float | None:
        """Before a retry a task waits 30 s, before the second one 180 s (server, task scheduler)."""
        retries = item.value.get("_retries", 0)
        if item.state == "waiting" and retries:
            return DELAYS[min(retries, len(DELAYS)) - 1]
        return super().lasts(shelf, item, at)

    def leaves(self, shelf: Shelf, item: Item, at: float) -> Move | None:
        """A failed attempt is retried twice where that may help, or the task fails."""
        failure = _failure(item) if item.state == "running" else None
        if failure is None:
            return super().leaves(shelf, item, at)
        item.value["_message"], may_retry = failure
        retries = item.value.get("_retries", 0)
        to = "waiting" if may_retry and retries < len(DELAYS) else "failed"
        item.value["_retries"] = retries + 1 if to == "waiting" else retries
        return next(m for m in shelf.resource.states["running"].moves if m.to == to)

    def entered(self, shelf: Shelf, item: Item, before: str | None, at: float) -> None:
        """Keep the status as the server does (server, task scheduler)."""
        status, message = item.value["status"], item.value.get("_message")
        if item.state == "waiting":
            item.value["scheduledAt"] = stamp(at, "unix-ms")
            status["retries"] = item.value.get("_retries", 0)
        if item.state in ("waiting", "failed") and message is not None:
            status["errorMessage"] = message
        if item.state == "completed":
            # The status of a completed task holds phase and updatedAt alone.
            item.value["status"] = {name: status[name] for name in ("phase", "updatedAt")}
            self._give_output(item)
        if item.due is not None:
            self._open[item.key] = item
        else:
            self._open.pop(item.key, None)

    def _give_output(self, item: Item) -> None:
        """The output stands under the name of the task's type (get_task_page, output)."""
        kind = str(item.value.get("type"))
        name = _OUTPUTS.get(kind, kind)
        if name == "transcodeFile":
            item.value["output"] = {name: _files(get(item.value, "/params/transcode-file"))}
        else:
            item.value["output"] = {name: copied(self.memory["outputs"].get(name, {}))}

    # Operations.

    def create_transcode(self, action: CreateAction, scope: Scope) -> Outcome:
        """POST /transcode: at most 100 unfinished tasks a user; credentials are masked (server)."""
        if len(self._open) >= MOST_PENDING:
            text = f"user {self.tasks.account} has reached the maximum number of pending tasks"
            raise RequestFailure("invalid", text, status=429)
        body = {**scope.body, "input": {"url": _location(scope.body["input"])}}
        asked = Scope(scope.path, scope.query, scope.header, body)
        outcome = action.carry_out(asked)
        item = self.tasks.items[(outcome.body["id"],)]
        storage = {"url": _location(scope.body["storage"])}
        put(item.value, "/params/transcode-file/storage", storage)
        return Outcome(action.show(item, scope, self.clock.now()))

    def retry_task(self, action: AddressedAction, scope: Scope) -> Outcome:
        """POST /task/{id}/retry counts attempts anew; the first is not delayed."""
        for item in action.judge_owner(action.selection.find(scope)):
            if item.due is None:
                item.value.pop("_retries", None)
        return action.carry_out(scope)


def _failure(item: Item) -> tuple[str, bool] | None:
    """Return the message with which this attempt fails, and whether a retry may help."""
    match = _MARK.search(str(item.value.get("params", "")))
    if match is None or item.value.get("_retries", 0) >= int(match[2] or "9999"):
        return None
    return MESSAGES[match[1]]


def _location(place: Mapping[str, Any]) -> str:
    """Return a source or target as the URL that the task shows, its credentials masked."""
    if "url" in place:
        return _USER.sub("://***:***@", str(place["url"]))
    if "endpoint" not in place:
        return "w3s://***@/"
    scheme, _, rest = str(place["endpoint"]).partition("://")
    host = rest.partition("/")[0].rpartition("@")[2]
    path = str(place.get("path", "")).lstrip("/")
    return f"s3+{scheme}://***:***@{host}/{place['bucket']}" + (f"/{path}" if path else "")


def _files(params: Any) -> dict[str, Any]:
    """Return what a transcoding makes: a playlist, a file per rendition."""
    outputs = params.get("outputs", {}) if isinstance(params, dict) else {}
    profiles = params.get("profiles") if isinstance(params, dict) else None
    names = [p.get("name") or f"{p.get('height', 720)}p" for p in profiles or [] if isinstance(p, dict)]
    made: dict[str, Any] = {}
    for name in ("hls", "fmp4"):
        if name in outputs:
            made[name] = {"path": f"{outputs[name].get('path', '')}/index.m3u8"}
    if "mp4" in outputs:
        path = outputs["mp4"].get("path", "")
        made["mp4"] = [{"path": f"{path}/{name}.mp4"} for name in names or ["720p"]]
    return made
