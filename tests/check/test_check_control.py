"""Our own check on the control API of the mock, by the document that it serves."""

from __future__ import annotations

import copy
import logging
from pathlib import Path
from typing import Any

from mediatasks.check import Options, Target, check_provider
from mediatasks.contracts.compose.store import ContractStore
from mediatasks.contracts.model.contract import Contract
from mediatasks.mock import Clock, Mock, MockReply, MockRequest, MockServer
from mediatasks.mock.control.service import control_contract
from tests.conftest import examples
from tests.mock.control.test_control import jamming

MADE_UP = ContractStore(Path(__file__).parents[1] / "made_up")
OPTIONS = Options(max_examples=examples(2, 5))


def telling(document: dict[str, Any]) -> None:
    """Give the press a webhook for registered receivers."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Print"}}}
    item = {
        "x-delivery": {"entered": {"printed": {}}},
        "post": {
            "operationId": "receive_printed",
            "requestBody": {"content": content},
            "responses": {"200": {"description": "Heard."}},
        },
    }
    document["webhooks"] = {"printed": item}


class FreshMock(Mock):
    """A mock in which what ended or was removed is there again for the next request.

    A task that was just created is still there when it is read.
    """

    def handle(self, request: MockRequest) -> MockReply:
        """Answer a request."""
        if request.path.startswith("/_mock/tasks"):
            if request.method != "GET":
                self.reset()
            self.control.seed("press", "Print", [{"number": 2, "stage": "waiting"}])
        dispatcher = self.services["press"].dispatcher
        kept = dict(dispatcher.receivers)
        reply = super().handle(request)
        if request.method == "DELETE":
            dispatcher.receivers = kept
        return reply


def test_the_control_api_is_clean() -> None:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    document = copy.deepcopy(MADE_UP.contract("press").document)
    jamming(document)
    telling(document)
    mock = FreshMock([Contract("press", document, None)], Clock(0, 1_770_000_000.0), check_replies=True)
    mock.control.seed("press", "Print", [{"number": 2, "stage": "waiting"}])
    mock.control.register("press", "http://127.0.0.1:9/")
    contract = control_contract(mock.control)
    with MockServer(mock) as server:
        result = check_provider(contract, Target(f"{server.url}/_mock", is_mock=True), OPTIONS)
    assert result.findings == []
    assert [o.operation for o in result.operations] == list(contract.operations)
