"""Contract tests: each provider's mock, or any server, checked against its contract.

    pytest tests/contract                                  the mocks, made for the run
    pytest tests/contract --url http://127.0.0.1:8420      `mediatasks mock`, all providers below it
    pytest tests/contract --url URL --provider NAME        one provider's server

`MEDIATASKS_URL` and `MEDIATASKS_PROVIDER` stand in for the options. Credentials come from the
environment variables that `mediatasks providers` lists; a server on this machine is taken for a
mock, gets the contract's examples where they are not set, and is written to. Others are only read
unless `--allow-writes`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mediatasks.check import Finding, Options, Target, check_provider
from mediatasks.check.runner.mock_target import embedded_mock
from mediatasks.check.target import parse_url
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.exchange.credentials import find_values
from tests.conftest import examples

OPTIONS = Options(max_examples=examples(3, 10))
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--url", help="base URL of the server to test (default: a mock)")
    parser.addoption("--allow-writes", action="store_true", help="test operations that may write, too")
    parser.addoption("--provider", help="the provider whose server is at --url (default: all below)")


@pytest.fixture
def assert_conforms(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Return the function that checks one provider and fails with what was found."""
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path))
    option = request.config.getoption
    url = option("--url", None) or os.environ.get("MEDIATASKS_URL")
    chosen = option("--provider", None) or os.environ.get("MEDIATASKS_PROVIDER")

    def run(provider: str) -> None:
        store = open_store()
        if url is None:
            _assert_mock_conforms(store.contract(provider))
            return
        base = parse_url(url)
        last = urlsplit(base).path.rpartition("/")[2]
        only = chosen or (last if last in store.names else None)
        if only not in (None, provider):
            pytest.skip(f"the server at {base} is that of {only}")
        target = base if only else f"{base}/{provider}"
        _assert_server_conforms(store.contract(provider), target, option("--allow-writes", False))

    return run


def _assert_mock_conforms(contract: Contract) -> None:
    with embedded_mock(contract, OPTIONS.seed) as target:
        _assert_clean(contract, target, None)


def _assert_server_conforms(contract: Contract, url: str, writes: bool) -> None:
    examples = {c.argument: c.example for c in contract.credentials}
    given = find_values(contract, {}, os.environ, is_mock=False)
    local = urlsplit(url).hostname in _LOOPBACK
    _assert_clean(
        contract, Target(url, allow_writes=writes or local), {**examples, **given} if local else given
    )


def _assert_clean(contract: Contract, target: Target, values: dict[str, object] | None) -> None:
    result = check_provider(contract, target, OPTIONS, values)
    assert not result.findings, "\n".join(map(_describe, result.findings))
    assert [o.operation for o in result.operations] == list(contract.operations)


def _describe(finding: Finding) -> str:
    head = f"{finding.severity}[{finding.rule}] {finding.operation}: {finding.place}"
    told = f"  expected {finding.expected}\n  got {finding.got}"
    return f"{head}\n{told}\n  {finding.reproduce}"
