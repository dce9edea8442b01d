"""The check on embedded mocks of providers that it has never seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
import tiny

from mediatasks.check import Options, Target, check_provider
from mediatasks.check.runner.mock_target import embedded_mock
from mediatasks.contracts.compose.store import ContractStore
from mediatasks.mock import Mock

MADE_UP = ContractStore(Path(__file__).parents[1] / "made_up")
QUICK = Options(max_examples=3, phases=("examples", "fuzzing", "stateful"))


@pytest.mark.parametrize("provider", MADE_UP.names)
def test_the_mock_of_a_made_up_provider_is_clean(provider: str) -> None:
    contract = MADE_UP.contract(provider)
    with embedded_mock(contract, 1) as target:
        result = check_provider(contract, target, QUICK)
    assert result.findings == []
    assert [o.operation for o in result.operations] == list(contract.operations)


def relay(provider: str, change: Any) -> Any:
    """Return a WSGI server in front of a mock; `change` works on a request before it goes in."""
    inner = httpx2.Client(transport=Mock([MADE_UP.contract(provider)]).transport())

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        url = f"http://mock/{provider}{environ['PATH_INFO']}"
        headers = {"content-type": environ.get("CONTENT_TYPE") or "application/json"}
        reply = inner.request(environ["REQUEST_METHOD"], url, content=change(body), headers=headers)
        sent = [(n, v) for n, v in reply.headers.items() if n in ("content-type", "allow")]
        start(f"{reply.status_code} X", sent)
        return [reply.content]

    return app


def test_an_rpc_server_that_ignores_the_credentials_is_found() -> None:
    def forgive(body: bytes) -> bytes:
        import json

        try:
            document = json.loads(body)
        except ValueError:
            return body
        known = isinstance(document, dict)
        return json.dumps({**document, "studio": "demo-studio"}).encode() if known else body

    contract = MADE_UP.contract("render")
    options = Options(max_examples=3, phases=("probing", "examples"))
    with tiny.listening(relay("render", forgive)) as url:
        findings = check_provider(contract, Target(url, is_mock=True), options).findings
    assert {(f.operation, f.rule, f.place) for f in findings} == {
        (name, "credentials-required", "request") for name in contract.operations
    }
    assert {f.expected for f in findings} == {"a refusal of a request without credentials"}
    assert len(findings) == len(contract.operations)
