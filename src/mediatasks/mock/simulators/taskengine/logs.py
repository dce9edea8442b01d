"""The log of a job, written by each part of the service.

Source: api-document, GET: /logs/<job id>. An entry is kept small in its job, so that it goes with
it: [id, seconds, part, message or masked headers, task id].
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.store.clock import stamp
from mediatasks.mock.store.lifecycle import Item

_SECRET = ("key", "auth", "cookie", "token")
_OWN = ("content-type", "content-length")
# The tasks of a workflow that a source names (api-page-older, Log Endpoints); other workflows run one
# task of their own name: our choice.
_TASKS = {"drmswitch": ("get_filenames", "prepare_switch", "rename_manifests")}
_COMMON = "No client definitions. Using common definitions."


class JobLog:
    """Writes and shows the entries; `memory` keeps the last numbers."""

    def __init__(self, memory: dict[str, Any]) -> None:
        self.memory = memory
        memory.setdefault("log", 691520)
        memory.setdefault("task", 24102)
        self._asked: Mapping[str, str] | None = None
        self._headers: dict[str, str] = {}

    def created(self, private: dict[str, Any], request: MockRequest, at: float) -> None:
        """The api writes what it was sent, with masked keys."""
        # Most requests of a client have the same headers; they are read, and kept, once.
        if request.headers != self._asked:
            self._asked, self._headers = request.headers, masked(request.headers)
        self._write(private, "api", self._headers, at, 0)

    def planned(self, private: dict[str, Any], run_at: str, at: float) -> None:
        """A job that waits for its time says so (features-page, SCHEDULER)."""
        self._write(private, "api", f'Job will run at: "{run_at.removesuffix("Z")}"', at, 0)

    def started(self, item: Item, at: float) -> None:
        """A worker takes the job's next task."""
        self.memory["task"] += 1
        item.private["task"] = self.memory["task"]
        self._write(item.private, "worker", _COMMON, at)
        self._write(item.private, "worker", f"Task '{task_of(item)}' started", at)

    def passed(self, item: Item, at: float) -> None:
        """The worker tells of a task that another one follows, the callback of itself."""
        self._write(item.private, "worker", f"'{task_of(item)}' completed successfully", at)
        self._write(item.private, "callback", _COMMON, at)

    def ended(self, item: Item, at: float, retries: int) -> None:
        """The worker tells of the task, the controller of the job, the callback of itself."""
        task = task_of(item)
        if item.state == "completed":
            self._write(item.private, "worker", f"'{task}' completed successfully", at)
            self._write(item.private, "controller", "job has completed successfully", at)
        else:
            for _ in range(min(retries, 20) + 1):
                self._write(item.private, "worker", f"'{task}' failed", at)
            self._write(item.private, "controller", "job has failed", at)
        self._write(item.private, "callback", _COMMON, at)

    def _write(
        self, private: dict[str, Any], part: str, message: Any, at: float, task: int | None = None
    ) -> None:
        number = self.memory["log"] = self.memory["log"] + 1
        task = private.get("task", 0) if task is None else task
        private.setdefault("log", []).append([number, at, part, message, task])


def tasks_of(item: Item) -> tuple[str, ...]:
    """Return the names of the tasks that a job runs, one after the other."""
    workflow = str(item.value.get("workflow"))
    return _TASKS.get(workflow, (workflow,))


def task_of(item: Item) -> str:
    """Return the name of the task that a job is at."""
    step: int = item.private.get("step", 0)
    return tasks_of(item)[step]


def entries(item: Item) -> list[dict[str, Any]]:
    """Return the log entries of a job as the API shows them."""
    return [
        {
            "id": number,
            "job_id": item.value["id"],
            "severity": 1,
            "severity_description": "INFO",
            "progname": part,
            "message": _request_message(item, message) if isinstance(message, dict) else message,
            "created_at": stamp(at, "date-time"),
            "updated_at": stamp(at, "date-time"),
            "task_id": task,
            "visible": True,
        }
        for number, at, part, message, task in item.private.get("log", ())
    ]


def masked(headers: Mapping[str, str]) -> dict[str, str]:
    """Return request headers as the log has them: of a key only the last four characters."""
    shown = {"HTTP_VERSION": "HTTP/1.1"}
    for name, value in headers.items():
        if name in _OWN:
            continue
        secret = any(word in name for word in _SECRET)
        shown["HTTP_" + name.upper().replace("-", "_")] = _masked_value(value) if secret else value
    return shown


def _masked_value(value: str) -> str:
    kept = value[-4:] if len(value) > 8 else ""
    return "*" * (len(value) - len(kept)) + kept


def _request_message(item: Item, headers: dict[str, str]) -> str:
    asked = {
        "client": item.value.get("client"),
        "parameters": item.value.get("parameters"),
        "job": {"workflow": item.value.get("workflow"), **item.private.get("job", {})},
    }
    message = {
        "path": "POST /job",
        "remote_addr": "127.0.0.1",
        "headers": headers,
        "parameters": asked,
        "payload": "job_created",
    }
    return msgspec.json.encode(message).decode()
