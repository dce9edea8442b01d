"""Assets are registered first, and fail for the documented reasons.

Sources, as in the contract's `x-sources`: the guide (vendor document). A text anywhere
in the catalog item of a task, as in `asset_info.file_uri`, arranges what becomes of it: see `FAILURES`.
"""

from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.lifecycle.resource import Move
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.operations.actions import Outcome
from mediatasks.mock.operations.creation import UpsertAction
from mediatasks.mock.simulators.simulator import Simulator, operation
from mediatasks.mock.store.collection import Collection
from mediatasks.mock.store.lifecycle import Item
from mediatasks.mock.store.request_failure import RequestFailure

# guide, failure messages: the state in which the task is found out to fail (inferred), the message.
FAILURES = {
    "mock-missing": ("pending", "Asset not found in the provided S3 location."),
    "mock-undecodable": ("processing", "Probe failed with error = moov atom not found"),
    "mock-short": ("processing", "Asset shorter than the minimum required length."),
}


class VionlabsSimulation(Simulator):
    """Rules of the Vionlabs Task API."""

    needs = ("Task", "CatalogItem")

    def reset(self) -> None:
        """Begin with the seeded items and tasks."""
        super().reset()
        self.tasks, self.items = self.store.collections["Task"], self.store.collections["CatalogItem"]

    def refusal(self, breach: Mismatch, given: Any) -> Mapping[str, Any]:
        """A fault has a code and the wrong value (published spec, response body of 422).

        The provider publishes no code besides `enum`; the others are those of the framework that it uses.
        """
        code = "missing" if breach.got == "none" or breach.keyword == "required" else "value_error"
        value = {} if given is MISSING else {"/detail/0/input": given}
        return {"/detail/0/type": code, **value}

    @operation("create_task", "create_product_task")
    def create_task(self, action: UpsertAction, scope: Scope, request: MockRequest) -> Outcome:
        """POST /task, and POST on the product path: the asset must be in the catalog first (guide).

        A failed task that is asked for again is tried again: the guide says to mend the cause first.
        """
        inventory_id = str((scope.path or scope.body)["inventory_id"])
        if (inventory_id,) not in self.items.items:
            raise RequestFailure("missing", f"item {inventory_id[:80]} is not in the catalog")
        found = list(action.query.find(scope).items) if action.addresses else []
        outcome = action.carry_out(scope)
        if found and found[0].state == "failed":
            self.tasks.move(found[0], "pending")
            return Outcome(action.show(found[0], scope, self.clock.now()))
        return outcome

    def first_state(self, collection: Collection, item: Item, at: float) -> str | None:
        """A new task says where it is read and deactivated (published spec, `_links`)."""
        if collection is self.tasks:
            names = ("inventory_id", "product", "version")
            asset, product, version = (item.value.get(name) for name in names)
            href = f"/tasks/catalog-item/{asset}/product/{product}/version/{version}"
            methods = {"self": "GET", "deactivate": "DELETE"}
            item.value["_links"] = {n: {"href": href, "method": m} for n, m in methods.items()}
        return super().first_state(collection, item, at)

    def leaves(self, collection: Collection, item: Item, at: float) -> Move | None:
        """A task goes on, or fails for what is wrong with its asset (guide, failure messages)."""
        failure = self._failure(item)
        if failure is None or failure[0] != item.state:
            return super().leaves(collection, item, at)
        return next(m for m in collection.resource.states[failure[0]].moves if m.to == "failed")

    def entered(self, collection: Collection, item: Item, before: str | None, at: float) -> None:
        """A failed task says why."""
        failure = self._failure(item)
        if collection is self.tasks and item.state == "failed" and failure is not None:
            item.value["error"] = failure[1]

    def _failure(self, item: Item) -> tuple[str, str] | None:
        asset = self.items.items.get((str(item.value.get("inventory_id")),))
        whole = str(asset.value) if asset else ""
        return next((failure for text, failure in FAILURES.items() if text in whole), None)
