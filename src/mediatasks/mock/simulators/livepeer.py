"""Tasks are retried and limited; credentials of S3 are masked; each has its owner.

Sources, as in the contract's `x-sources`: get_task_page (the vendor document), server, api_schema.
A text in the params of a task arranges what becomes of it: see `MESSAGES`. With a number behind it
(`mock-download-1`), only so many attempts fail.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import Move
from mediatasks.contracts.pointer import get
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.operations.actions import AddressedAction, ListAction, Outcome
from mediatasks.mock.operations.creation import CreateAction
from mediatasks.mock.operations.replies import copied
from mediatasks.mock.simulators.simulator import Simulator, operation
from mediatasks.mock.store.clock import stamp
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import ENDS, Item
from mediatasks.mock.store.request_failure import RequestFailure

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
MOST_SCHEDULED = 100
_COUNTS_FOR = 300.0  # seconds
# server, controller helpers and store: GET /task.
DEFAULT_LIMIT, MOST_LIMIT = 20, 1000
_RANGED = ("createdAt", "updatedAt")
_BOUNDS = ("gt", "gte", "lt", "lte")
_MARK = re.compile("(" + "|".join(MESSAGES) + ")(?:-([0-9]{1,4}))?")
_BASE64URL = str.maketrans("+/", "-_")
_OUTPUTS = {"export-data": "exportData", "transcode-file": "transcodeFile"}


class LivepeerSimulation(Simulator):
    """Rules of Livepeer Studio."""

    needs = ("Task",)

    def reset(self) -> None:
        """Begin with the seeded tasks."""
        self.tasks = self.store.collections["Task"]
        for item in self.tasks.ordered():
            # The documented example has a number, which both official SDKs refuse (our choice).
            item.put(_with_texts(item.value))
        outputs = [item.value["output"] for item in self.tasks.ordered() if "output" in item.value]
        self.memory = {"outputs": {}}
        for output in outputs:
            self.memory["outputs"] = copied(output) | self.memory["outputs"]
        self.resume()

    def resume(self) -> None:
        """Find the tasks that wait or run."""
        self._scheduled = {
            item.key: item
            for item in self.tasks.ordered()
            if item.due is not None and item.state in ("waiting", "running")
        }

    # How tasks live.

    def first_state(self, collection: Collection, item: Item, at: float) -> str | None:
        """A new task has no scheduledAt before it is queued."""
        item.value.pop("scheduledAt", None)
        return super().first_state(collection, item, at)

    def lasts(self, collection: Collection, item: Item, at: float) -> float | None:
        """Before a retry a task waits 30 s, before the second one 180 s (server, task scheduler)."""
        retries = item.private.get("retries", 0)
        if item.state == "waiting" and retries:
            return DELAYS[min(retries, len(DELAYS)) - 1]
        usual = super().lasts(collection, item, at)
        if item.state == "running" and usual is not None:
            item.private[ENDS] = at + usual
            return usual / 2
        return usual

    def leaves(self, collection: Collection, item: Item, at: float) -> Move | None:
        """A failed attempt is retried twice where that may help, or the task fails.

        The worker tells of its progress (server, task controller, POST /task/{id}/status): once, half
        way, is our choice.
        """
        ends = item.private.get(ENDS, at)
        if item.state == "running" and at < ends:
            self.tasks.lifecycle.touch(item, at)
            item.plan(ends)
            collection.watch(item)
            collection.lifecycle.refresh(item, at)
            self.dispatcher.tell_as(collection, item, "task.updated", "running", at)
            return None
        failure = _failure(item) if item.state == "running" else None
        if failure is None:
            return super().leaves(collection, item, at)
        item.private["message"], may_retry = failure
        retries = item.private.get("retries", 0)
        to = "waiting" if may_retry and retries < len(DELAYS) else "failed"
        item.private["retries"] = retries + 1 if to == "waiting" else retries
        return next(m for m in collection.resource.states["running"].moves if m.to == to)

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """Keep the status as the server does (server, task scheduler)."""
        if item.state != "running":
            item.private.pop(ENDS, None)
        status, message = item.value["status"], item.private.get("message")
        if before in ("failed", "cancelled", "waiting"):
            # The status is written anew: when a task is retried by request, and when it starts.
            status.pop("errorMessage", None)
        if item.state == "waiting":
            item.value.setdefault("scheduledAt", stamp(at, "unix-ms"))
            status["retries"] = item.private.get("retries", 0)
        if item.state in ("waiting", "failed") and message is not None:
            status["errorMessage"] = message
        if item.state == "completed":
            # The status of a completed task holds phase and updatedAt alone.
            item.value["status"] = {name: status[name] for name in ("phase", "updatedAt")}
            self._give_output(item)
        if item.state in ("waiting", "running"):
            self._scheduled[item.key] = item
        else:
            self._scheduled.pop(item.key, None)

    def _give_output(self, item: Item) -> None:
        """The output stands under the name of the task's type (get_task_page, output)."""
        kind = str(item.value.get("type"))
        name = _OUTPUTS.get(kind, kind)
        if name == "transcodeFile":
            item.value["output"] = {name: _files(get(item.value, "/params/transcode-file"))}
        else:
            item.value["output"] = {name: copied(self.memory["outputs"].get(name, {}))}

    # Operations.

    @operation("create_transcode")
    def create_transcode(self, action: CreateAction, scope: Scope, request: MockRequest) -> Outcome:
        """POST /transcode: at most 100 tasks wait or run; credentials of S3 are masked (server)."""
        self._judge_query(request)
        if self._is_full():
            text = f"user {self.tasks.account} has reached the maximum number of pending tasks"
            raise RequestFailure("invalid", text, status=429)
        body = {**scope.body, "input": {"url": _location(scope.body["input"])}}
        asked = Scope(scope.path, scope.query, scope.header, body)
        outcome = action.carry_out(asked)
        item = self.tasks.items[(outcome.body["id"],)]
        params = item.value["params"]["transcode-file"]
        params["storage"] = {"url": _location(scope.body["storage"])}
        params["outputs"] = {
            name: {**output, "path": "/" + output["path"].removeprefix("/")}
            for name, output in scope.body["outputs"].items()
        }
        return Outcome(action.show(item, scope, self.clock.now()))

    def _is_full(self) -> bool:
        """Whether 100 tasks wait or run that were updated within 5 minutes (server, task scheduler)."""
        if len(self._scheduled) < MOST_SCHEDULED:
            return False
        since = (self.clock.now() - _COUNTS_FOR) * 1000
        tasks = [item.value for key, item in self._scheduled.items() if self.tasks.items.get(key) is item]
        return len([t for t in tasks if t["status"]["updatedAt"] >= since]) >= MOST_SCHEDULED

    @operation("retry_task")
    def retry_task(self, action: AddressedAction, scope: Scope, request: MockRequest) -> Outcome:
        """POST /task/{id}/retry counts attempts anew; the first is not delayed.

        The state is judged before the owner (server, task controller).
        """
        for item in action.query.find(scope).items:
            action.judge_state(item)
            if self.tasks.is_own(item):
                item.private.pop("retries", None)
                item.private.pop("message", None)
        return action.carry_out(scope)

    @operation("list_tasks")
    def list_tasks(self, action: ListAction, scope: Scope, request: MockRequest) -> Outcome:
        """GET /task: any limit is taken, bad filters are refused (server, controller helpers and store)."""
        self._judge_query(request)
        self._judge_filters(scope.query.get("filters"), request)
        if "limit" not in scope.query:
            return action.carry_out(scope)
        query = {**scope.query, "limit": _limit(scope.query["limit"])}
        return action.carry_out(Scope(scope.path, query, scope.header, scope.body))

    def refusal_status(self, breach: Mismatch) -> int | None:
        """A body that is no JSON is answered with 400 (server, error handler)."""
        is_malformed = breach.part == "body" and not breach.steps and breach.expected == "JSON"
        return 400 if is_malformed else None

    def _judge_query(self, request: MockRequest) -> None:
        """The project is that of the API key (server, auth middleware)."""
        if any(name == "projectId" for name, _ in request.query):
            request.blame(Mismatch("query", ("projectId",), "no such parameter", "one"))
            raise RequestFailure("invalid", "projectId as query param not supported", status=400)

    def _judge_filters(self, text: Any, request: MockRequest) -> None:
        """Raise RequestFailure for what are no filters."""
        wrong = _wrong_filters(text) if text else None
        if wrong is not None:
            request.blame(Mismatch("query", ("filters",), "a JSON array of conditions", "another"))
            raise RequestFailure("invalid", f"error parsing filters: {wrong}")


def _failure(item: Item) -> tuple[str, bool] | None:
    """Return the message with which this attempt fails, and whether a retry may help."""
    match = _MARK.search(str(item.value.get("params", "")))
    if match is None or item.private.get("retries", 0) >= int(match[2] or "9999"):
        return None
    return MESSAGES[match[1]]


def _wrong_filters(text: str) -> str | None:
    """Return what is wrong with filters, as the server says it after `error parsing filters: `.

    The server's words for a text that is no JSON depend on its runtime; these words are ours.
    """
    try:
        filters = msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return "SyntaxError: not valid JSON"
    if not isinstance(filters, list):
        return "Error: must be an array"
    for condition in filters:
        if not isinstance(condition, dict):
            return "TypeError: a condition must be an object"
        name, value = condition.get("id"), condition.get("value")
        if "value" not in condition:
            return f'Error: missing filter value for id "{str(name)[:80]}"'
        unknown = [key for key in value if key not in _BOUNDS] if isinstance(value, dict) else []
        if name in _RANGED and unknown:
            return f'Error: unknown comparison: "{unknown[0][:80]}"'
    return None


def _limit(given: Any) -> int:
    """Return the limit as the server reads it: the number that a text begins with, 20, or 1000."""
    digits = re.match(r"\s*\+?([0-9]{1,18})", str(given))
    return min(int(digits[1]), MOST_LIMIT) or DEFAULT_LIMIT if digits else DEFAULT_LIMIT


def _with_texts(value: Any) -> Any:
    """Return a value in which each `gop` is a text."""
    if isinstance(value, list):
        return [_with_texts(element) for element in value]
    if not isinstance(value, dict):
        return value
    is_number = isinstance(value.get("gop"), int | float)
    changed = {"gop": str(value["gop"])} if is_number else {}
    return {name: _with_texts(member) for name, member in value.items()} | changed


def _location(place: Mapping[str, Any]) -> str:
    """Return a source or target as the URL that the task shows: credentials of S3 are masked.

    server, controller helpers, deleteCredentials: nothing else is.
    """
    if "url" in place:
        return str(place["url"])
    if "endpoint" not in place:
        proof = str(place["credentials"]["proof"])
        return f"w3s://{proof.translate(_BASE64URL).rstrip('=')}@/"
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
    # No output of fmp4 exists (livepeer_data).
    if "hls" in outputs:
        made["hls"] = {"path": f"{outputs['hls'].get('path', '')}/index.m3u8"}
    if "mp4" in outputs:
        path = outputs["mp4"].get("path", "")
        made["mp4"] = [{"path": f"{path}/{name}.mp4"} for name in names or ["720p"]]
    return made
