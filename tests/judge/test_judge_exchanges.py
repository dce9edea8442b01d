"""The same rules judge a list written by hand, a HAR written by a check, and lines of JSON; no server is there."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mediatasks.check import Options, check_provider
from mediatasks.check.runner.mock_target import embedded_mock
from mediatasks.contracts.compose.store import open_store
from mediatasks.errors import UsageError
from mediatasks.exchange.exchange import CUT, Exchange, Gap
from mediatasks.exchange.recording.har import Har
from mediatasks.exchange.recording.ndjson import read_lines, write_line
from mediatasks.judge import JudgedTraffic, judge_exchanges

STORE = open_store(None)
BASE = "https://livepeer.studio/api"
KEY = "a-key-that-nobody-may-see"


def shown(phase: str, at: float, **task: Any) -> Exchange:
    """Return a read of a task in a phase."""
    (contract,) = STORE.choose(["livepeer"])
    example = next(
        e["value"]
        for n, e in contract.document["components"]["examples"].items()
        if n.startswith("get_task_")
    )
    value = {**example, "id": "t1", "status": {**example["status"], "phase": phase}, **task}
    return Exchange(
        "GET",
        f"{contract.base_url}/task/t1",
        {"Authorization": [f"Bearer {KEY}"]},
        None,
        200,
        {"content-type": ["application/json"]},
        json.dumps(value).encode(),
        begin=at,
        end=at + 0.1,
    )


def judged(*exchanges: Exchange, **options: Any) -> JudgedTraffic:
    return judge_exchanges(STORE.choose([]), exchanges, **options)


def test_a_task_that_comes_back_from_its_end_is_found_in_a_list_written_by_hand() -> None:
    result = judged(shown("completed", 1), shown("running", 2))
    assert "lifecycle-final" in {finding.rule for finding in result.findings}
    assert result.judged == 2
    assert not result.not_judged


def test_no_finding_shows_a_credential() -> None:
    result = judged(shown("completed", 1), shown("running", 2))
    assert result.findings
    assert KEY not in repr(result.findings)
    assert "$LIVEPEER_API_KEY" in result.findings[0].reproduce


def test_what_overlaps_in_time_has_no_order() -> None:
    first, second = shown("completed", 1), shown("running", 1.05)
    assert not any(f.rule.startswith("lifecycle-") for f in judged(first, second).findings)
    apart = [shown("completed", 1), shown("running", 2)]
    assert not any(f.rule.startswith("lifecycle-") for f in judged(*apart, clock_allowance=5).findings)


def test_accounts_and_servers_are_kept_apart() -> None:
    other = replace(shown("running", 2), headers={"Authorization": ["Bearer another-account"]})
    assert not any(f.rule.startswith("lifecycle-") for f in judged(shown("completed", 1), other).findings)
    staged = replace(shown("running", 2), account="x")
    assert not any(f.rule.startswith("lifecycle-") for f in judged(shown("completed", 1), staged).findings)


def test_what_is_not_judged_is_counted_by_reason_with_examples() -> None:
    good = shown("running", 1)
    result = judged(
        good,
        replace(good, url="https://elsewhere.example/a?token=secret"),
        replace(good, url=good.url + "/nowhere/at/all"),
        replace(good, status=0, reply=b""),
        replace(good, gaps={"reply body": Gap(CUT, 10**6)}),
    )
    assert result.judged == 1
    assert result.not_judged == {
        "no contract has the server": 1,
        "the contract has no such operation": 1,
        "no reply came": 1,
        "the body of the reply is not recorded, or cut": 1,
    }
    assert result.examples["no contract has the server"] == ["GET https://elsewhere.example/a"]


def test_a_rule_that_says_nothing_says_why() -> None:
    result = judged(shown("running", 1))
    assert result.silent_rules["livepeer", "list-limit"]
    assert ("livepeer", "drift-field") not in result.silent_rules


def test_unknown_rules_and_providers_are_told() -> None:
    with pytest.raises(UsageError, match="no rule `lifecycle-finals`"):
        judged(rules=["lifecycle-finals"])
    with pytest.raises(UsageError, match="no contract of `livepeers`"):
        judged(servers={"livepeers": "http://h"})


def test_rules_can_be_chosen() -> None:
    result = judged(shown("completed", 1), shown("running", 2), rules=["drift-field"])
    assert {rule for _, rule, _ in result.verdicts} == {"drift-field"}


@pytest.mark.parametrize("provider", ["livepeer", "boro"])
def test_a_har_that_a_check_wrote_is_judged_and_its_lines_say_the_same(
    provider: str, tmp_path: Path
) -> None:
    (contract,) = STORE.choose([provider])
    with embedded_mock(contract, 1) as target:
        options = Options(phases=("probing", "examples"), reports=("har",), report_dir=tmp_path)
        check_provider(contract, target, options)
    har = Har((tmp_path / provider / "requests.har").read_bytes())
    exchanges = list(har)
    assert len(exchanges) == len(har) > 20
    servers = {provider: target.url}
    # Some requests of a check are wrong on purpose: rules about clients are not for it.
    result = judge_exchanges([contract], exchanges, servers=servers)
    errors = [f for f in result.findings if f.severity == "error" and f.rule != "operation-allowed"]
    assert errors == []
    assert result.judged > 20
    assert result.judged + sum(result.not_judged.values()) == len(exchanges)
    stream = io.BytesIO(b"".join(map(write_line, exchanges)))
    again = judge_exchanges([contract], read_lines(stream), servers=servers)
    assert again.verdicts == result.verdicts


def test_a_check_writes_its_exchanges_as_lines_without_secrets_and_they_are_judged_again(
    tmp_path: Path,
) -> None:
    (contract,) = STORE.choose(["vionlabs"])
    with embedded_mock(contract, 1) as target:
        options = Options(phases=("probing", "examples"), reports=("ndjson",), report_dir=tmp_path)
        result = check_provider(contract, target, options)
    (path,) = map(Path, result.reports)
    assert path == tmp_path / "vionlabs" / "exchanges.ndjson"
    for credential in contract.credentials:
        assert str(credential.example) not in path.read_text()
    with path.open("rb") as stream:
        exchanges = list(read_lines(stream))
    assert all(e.begin is not None and e.end is not None and e.begin <= e.end for e in exchanges)
    assert len({e.account for e in exchanges if e.account}) > 1
    again = judge_exchanges([contract], exchanges, servers={"vionlabs": target.url})
    assert [f for f in again.findings if f.severity == "error" and f.rule != "operation-allowed"] == []
    assert again.judged + sum(again.not_judged.values()) == len(exchanges) > 100
