"""Conversions count frames, previews have addresses, and credit may run out.

Sources, as in the contract's `x-sources`: the vendor document of GET task, the v3 and v4 pages. A
text in the `vid` of a request arranges what becomes of its task: see `ENDS`, `NO_CREDIT`.
"""

import uuid
from typing import Any

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import Move
from mediatasks.contracts.pointer import get
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.operations.actions import ListAction, Outcome
from mediatasks.mock.operations.creation import CreateAction
from mediatasks.mock.simulators.simulator import Simulator, operation
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item
from mediatasks.mock.store.request_failure import RequestFailure

NO_CREDIT = "mock-no-credit"
# The steps are documented by name only; no source says what leads to the last three.
ENDS = {"mock-error": "error", "mock-cancel": "cancel", "mock-unknown": "unknown"}
_PAGE = ("page_num", "page_size")
_PREVIEW_FRAMES = 5  # v3 page of the list, sr_nb_frames of both preview tasks
_FRAMES_PER_SECOND = 30
# In milliseconds. No file is longer, and the largest number of JSON times 30 is infinite.
_LONGEST = 10**12
_STORE = "https://sr-inner-api-storage-local.s3.amazonaws.com/video"


class KokoonSimulation(Simulator):
    """Rules of KoKoon SR."""

    needs = ("Task",)

    @operation("create_task")
    def create_task(self, action: CreateAction, scope: Scope, request: MockRequest) -> Outcome:
        """POST task: without credit the answer is `insufficient credit` (v3 pages)."""
        if NO_CREDIT in scope.body["vid"]:
            raise RequestFailure("invalid", changes={"/message": "insufficient credit"})
        return action.carry_out(scope)

    @operation("list_tasks")
    def list_tasks(self, action: ListAction, scope: Scope, request: MockRequest) -> Outcome:
        """GET task list: page_num and page_size need each other (v3 page of the list, parameters).

        No source says what the service does with one alone. The mock ignores it and logs a breach:
        OpenAPI cannot express the rule.
        """
        given = [name for name in _PAGE if name in scope.query]
        if len(given) != 1:
            return action.carry_out(scope)
        (missing,) = {*_PAGE} - {*given}
        request.blame(Mismatch("query", (missing,), f"it beside `{given[0]}`", "none"))
        query = {name: value for name, value in scope.query.items() if name not in _PAGE}
        return action.carry_out(Scope(scope.path, query, scope.header, scope.body))

    def first_state(self, collection: Collection, item: Item, at: float) -> str | None:
        """The converted video gets an id, and the original a new one where the contract leaves it open."""
        item.value["out_vid"] = self._new_id(collection)
        if "in_vid" not in item.value:
            item.value["in_vid"] = self._new_id(collection)
        return super().first_state(collection, item, at)

    def _new_id(self, collection: Collection) -> str:
        return str(uuid.UUID(int=collection.rng.getrandbits(128), version=4))

    def leaves(self, collection: Collection, item: Item, at: float) -> Move | None:
        """A running task is done, or ends as its `vid` says."""
        vid = str(get(item.value, "/request_body/vid"))
        end = next((step for text, step in ENDS.items() if text in vid), None)
        if item.state != "running" or end is None:
            return super().leaves(collection, item, at)
        return next(m for m in collection.resource.states["running"].moves if m.to == end)

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """Frames are known once the file is; a preview that is done can be seen."""
        if item.state == "preparing":
            item.value["sr_nb_frames"] = str(_frames(item.value))
        if item.state == "done" and item.value.get("task_type") == "SR_PREVIEW":
            place = f"{_STORE}/{item.value.get('uid')}/{item.value.get('in_vid')}/preview"
            for name in ("orig", "sr"):
                item.value[f"preview_{name}_url"] = f"{place}/{name}_{item.value['tid']}.mp4"
        if item.state == "error":
            item.value["result_message"] = "error"


def _frames(value: Any) -> int:
    """Return how many frames are converted: those of the preview, of `duration`, or all.

    v4 page: start_pos and duration are milliseconds; both 0 means the whole file.
    """
    whole = int(value.get("nb_frames", 0))
    if value.get("task_type") == "SR_PREVIEW":
        return min(_PREVIEW_FRAMES, whole)
    start, duration = (get(value, f"/request_body/{name}") or 0 for name in ("start_pos", "duration"))
    start, asked = (int(min(max(0, n), _LONGEST) * _FRAMES_PER_SECOND / 1000) for n in (start, duration))
    rest = max(0, whole - start)
    return min(rest, asked) if duration else rest
