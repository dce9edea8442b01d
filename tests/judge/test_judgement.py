"""Exchanges written by hand are judged: no server, no run."""

from __future__ import annotations

import gc
import json
import random
import tracemalloc
from collections import defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.judgement import Judgement
from mediatasks.judge.observation.events import Span
from mediatasks.judge.rule import choose_rules, read_rules
from mediatasks.judge.tracks.history import History
from mediatasks.judge.verdicts import Verdicts
from tests.check.rules import oven

URL = "http://server/v1"
JSON = {"content-type": ["application/json"]}
CONTRACT = oven.build_contract()


def read(job: int, state: str = "waiting", **more: Any) -> Exchange:
    body = json.dumps({"id": job, "state": state, **more}).encode()
    return Exchange("GET", f"{URL}/loaves/{job}", {}, None, 200, JSON, body)


def create(title: str, job: int) -> Exchange:
    asked = json.dumps({"title": title}).encode()
    return Exchange("POST", f"{URL}/loaves", {}, asked, 201, JSON, json.dumps({"id": job}).encode())


def judge(exchanges: list[Exchange], *, exclusive: bool = True) -> Judgement:
    judgement = Judgement(CONTRACT, choose_rules(), History(exclusive), Redactor([]), bases=["/v1"])
    for exchange in exchanges:
        judgement.take(None, exchange)
    return judgement


def test_a_list_written_by_hand_is_judged() -> None:
    judgement = judge([read(7, "baked", black=False), read(7, "baking")])
    assert "lifecycle-final" in {f.rule for f in judgement.found}


def test_an_exchange_of_no_known_operation_shows_nothing() -> None:
    judgement = judge([])
    assert judgement.take(None, Exchange("GET", f"{URL}/nothing", {}, None, 200, JSON, b"{}")) == []


def judge_two(second: Span) -> set[str]:
    judgement = judge([])
    judgement.take(None, read(7, "baked", black=False), Span(1, 10.0, 12.0))
    judgement.take(None, read(7, "waiting"), second)
    return {f.rule for f in judgement.found}


def test_what_overlaps_is_not_compared() -> None:
    assert "lifecycle-final" in judge_two(Span(2, 12.5, 13.0))
    assert "lifecycle-final" not in judge_two(Span(2, 11.0, 13.0))


def test_a_move_that_only_an_unobserved_act_explains_is_unexplained() -> None:
    judgement = judge([read(7, "waiting"), read(7, "held")], exclusive=False)
    assert not [f for f in judgement.found if f.rule.startswith("lifecycle")]
    assert judgement.verdicts.unexplained == {("lifecycle-moves", "get_loaf"): 1}


def test_a_rule_without_its_traffic_has_not_judged() -> None:
    judgement = judge([read(7)])
    assert all(n.reason.endswith("was not made") for n in judgement.not_judged())
    for rule in judgement.rules:
        for need in rule.needs:
            judgement.meet(need)
    assert {n.reason for n in judgement.not_judged()} == {"no exchange showed anything that it judges"}


def test_every_rule_has_a_scope() -> None:
    scopes = defaultdict(set)
    for rule in read_rules().values():
        scopes[rule.scope].add(rule.id)
    assert scopes["run"] == {"drift-field", "drift-value"}
    assert {"lifecycle-moves", "lifecycle-final", "read-identity"} <= scopes["resource"]
    assert scopes.keys() == {"exchange", "resource", "run"}


EXCHANGES = st.lists(
    st.builds(read, st.integers(1, 3), st.sampled_from(["waiting", "held", "lost"]))
    | st.builds(
        lambda job, name: read(job, **{name: 1}), st.integers(1, 3), st.sampled_from(["colour", "size"])
    )
    | st.builds(create, st.sampled_from(["lost", "x"]), st.integers(1, 3))
    | st.just(
        Exchange("POST", f"{URL}/loaves", {}, b'{"title": "x", "colour": 1}', 201, JSON, b'{"id": 1}')
    ),
    max_size=12,
)


def run_result(verdicts: Verdicts) -> Any:
    rules = read_rules()
    found = [(f.rule, f.place, f.got) for f in verdicts.found if rules[f.rule].scope == "run"]
    judged = {at: n for at, n in verdicts.judged.items() if rules[at[0]].scope != "resource"}
    return sorted(found), judged, {name: e.as_data() for name, e in verdicts.exercises.items()}


@settings(max_examples=60, deadline=None)
@given(EXCHANGES, st.randoms(use_true_random=False))
def test_parts_judged_apart_and_merged_in_any_order_give_the_result_of_the_whole(
    exchanges: list[Exchange], order: random.Random
) -> None:
    numbered = list(enumerate(exchanges, 1))
    parts: list[list[tuple[int, Exchange]]] = [[], [], []]
    for each in numbered:
        order.choice(parts).append(each)
    order.shuffle(parts)
    merged = Verdicts(CONTRACT)
    for part in parts:
        merged.merge(judged_at(part).verdicts)
    assert run_result(merged) == run_result(judged_at(numbered).verdicts)


def judged_at(numbered: list[tuple[int, Exchange]]) -> Judgement:
    judgement = Judgement(CONTRACT, choose_rules(), History(), Redactor([]), bases=["/v1"])
    for number, exchange in numbered:
        judgement.take(None, exchange, Span(number, number, number))
    return judgement


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["waiting", "held"])), max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_findings_of_a_resource_do_not_depend_on_how_others_lie_between(
    shown: list[tuple[int, str]], order: random.Random
) -> None:
    lines: dict[int, list[Exchange]] = defaultdict(list)
    for job, state in shown:
        lines[job].append(read(job, state))
    mixed = []
    while any(lines.values()):
        mixed.append(lines[order.choice([job for job, line in lines.items() if line])].pop(0))
    assert found_in(mixed) == found_in([read(job, state) for job, state in shown])


def found_in(exchanges: list[Exchange]) -> list[tuple[str, str, str]]:
    return sorted((f.rule, f.place, f.reproduce) for f in judge(exchanges).found)


def test_a_track_keeps_at_most_two_kilobytes_a_resource() -> None:
    judgement = judge([read(0, touched="2026-01-01T00:00:00Z", made=1_767_225_600_000, done=5)])
    number = 1000
    exchanges = [
        read(i, touched="2026-01-01T00:00:00Z", made=1_767_225_600_000, done=5)
        for i in range(1, number + 1)
    ]
    gc.collect()
    tracemalloc.start()
    try:
        while exchanges:
            judgement.take(None, exchanges.pop())
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept / number <= 2048
