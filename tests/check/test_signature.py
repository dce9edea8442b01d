"""A server that takes signed requests only can be checked, with the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mediatasks.check import Options, Target, check_provider
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import UsageError
from mediatasks.mock import Mock, MockServer

PHASES = ("probing", "examples")


@pytest.fixture
def boro() -> Contract:
    return open_store().contract("boro")


@pytest.fixture
def url(boro: Contract) -> Iterator[str]:
    """The URL of a mock that refuses what is not signed."""
    with MockServer(Mock([boro], demand_credentials=True)) as server:
        yield server.url_of("boro")


def _run(contract: Contract, url: str, leave_out: tuple[str, ...] = (), **options: Any) -> Any:
    values = {c.argument: c.example for c in contract.credentials if c.argument not in leave_out}
    chosen = Options(phases=PHASES, max_examples=3, watch=1.0, **options)
    return check_provider(contract, Target(url, allow_writes=True), chosen, values)


def test_requests_are_signed_where_the_key_is_given(boro: Contract, url: str) -> None:
    assert [f for f in _run(boro, url).findings if f.rule == "operation-accepted"] == []


def test_without_the_key_a_server_that_demands_signatures_accepts_nothing(boro: Contract, url: str) -> None:
    found = _run(boro, url, leave_out=("access_id", "secret")).findings
    refused = {f.operation for f in found if f.rule == "operation-accepted"}
    assert refused == set(boro.operations)


def test_a_secret_that_is_not_base64_ends_the_run(boro: Contract, url: str) -> None:
    values = {c.argument: c.example for c in boro.credentials} | {"secret": "not base64!"}
    with pytest.raises(UsageError, match="`secret` is not base64"):
        check_provider(boro, Target(url), Options(phases=PHASES), values)


def test_no_report_holds_a_signature(boro: Contract, url: str, tmp_path: Path) -> None:
    result = _run(boro, url, reports=("har",), report_dir=tmp_path)
    entries = json.loads(Path(result.reports[0]).read_text())["log"]["entries"]
    headers = [h for e in entries for h in e["request"]["headers"] if h["name"].lower() == "authorization"]
    signed = {h["value"] for h in headers if h["value"].startswith("APIAuth")}
    assert signed == {"APIAuth-HMAC-SHA256 $SIGNATURE"}
