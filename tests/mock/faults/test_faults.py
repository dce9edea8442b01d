"""Which requests meet which fault, and how a fault is told."""

import contextlib
import itertools
import json
import subprocess

import httpx2
import pytest

from mediatasks.errors import UsageError
from mediatasks.mock import Faults, Mock
from mediatasks.mock.faults.rules import FAULTS, schema
from tests.mock.conftest import Caller
from tests.mock.test_server import command


@pytest.fixture
def faulty(made_up):
    def build(*rules, seed=0):
        caller = Caller(made_up.contract("press"), faults=Faults(*rules), seed=seed)
        caller.headers = {"authorization": "Bearer demo-token"}
        return caller

    return build


def statuses(caller, count, path="/prints/1"):
    return [caller("GET", path).status_code for _ in range(count)]


def test_a_mock_without_faults_has_none(faulty):
    assert "x-mock-fault" not in faulty()("GET", "/prints/1").headers


@pytest.mark.parametrize(
    ("rule", "one", "many"),
    [
        ("status:503", 503, 503),
        ("press=status:503", 503, 503),
        ("press.get_print=status:503", 503, 200),
        ({"fault": "status", "status": 503, "operation": "list_prints"}, 200, 503),
    ],
)
def test_a_fault_meets_its_provider_and_operation(faulty, rule, one, many):
    caller = faulty(rule)
    assert statuses(caller, 1) + statuses(caller, 1, "/prints") == [one, many]


def test_a_rate_is_met_and_repeatable(faulty):
    first, again, other = (faulty("status:503@0.3", seed=seed) for seed in (1, 1, 2))
    seen = statuses(first, 300)
    assert 60 < seen.count(503) < 120
    assert statuses(again, 300) == seen
    assert statuses(other, 300) != seen


@pytest.mark.parametrize(
    "reset",
    [
        lambda caller: caller.mock.reset(),
        lambda caller: caller.mock.control.reset(),
        lambda caller: caller.client.delete("http://mock/_mock/state"),
    ],
    ids=["mock", "control", "http"],
)
def test_a_reset_of_everything_rewinds_the_faults(faulty, reset):
    caller = faulty("status:503@0.5")
    seen = statuses(caller, 40)
    reset(caller)
    assert statuses(caller, 40) == seen


def test_a_reset_of_one_provider_lets_faults_go_on(faulty):
    caller = faulty({"fault": "status", "status": 503, "times": 1})
    assert statuses(caller, 1) == [503]
    caller.mock.control.reset("press")
    assert statuses(caller, 1) == [200]


def test_a_fault_can_wait_and_pass(faulty):
    caller = faulty({"fault": "status", "status": 503, "after": 1, "times": 2})
    assert statuses(caller, 5) == [200, 503, 503, 200, 200]


def test_a_fault_with_a_name_waits_for_the_header(faulty):
    caller = faulty({"fault": "status", "status": 503, "name": "down"})
    told = caller("GET", "/prints/1", headers={"x-mock-fault": "down"})
    assert (*statuses(caller, 1), told.status_code) == (200, 503)


def test_the_header_can_ask_for_any_fault(faulty):
    caller = faulty()
    asked = caller("GET", "/prints/1", headers={"X-Mock-Fault": "status:418, content_type:text/plain"})
    assert asked.status_code == 418
    assert asked.headers["content-type"] == "text/plain"
    assert asked.headers["x-mock-fault"] == "status; kind=breaking, content_type; kind=breaking"


@pytest.mark.parametrize("asked", ["nonsense", "status:x", "status", "@", "a=b", "reset:1", "é"])
def test_a_header_that_asks_for_no_fault_is_refused(faulty, asked):
    reply = faulty()("GET", "/prints/1", headers={"x-mock-fault": asked.encode()})
    assert reply.status_code == 400
    assert "ault" in reply.json()["error"]


def test_a_header_with_a_place_that_the_reply_lacks_is_refused_with_the_nearest(faulty):
    reply = faulty()("GET", "/prints/1", headers={"x-mock-fault": "breach:type/stat"})
    assert reply.status_code == 400
    assert "has no place `/stat`; did you mean `/sta" in reply.json()["error"]


def test_a_header_with_a_place_of_an_error_reply_breaks_the_error(faulty):
    reply = faulty()("GET", "/prints/99", headers={"x-mock-fault": "breach:type/reason"})
    assert reply.status_code == 404
    assert not isinstance(reply.json()["reason"], str)


def test_faults_meet(faulty):
    reply = faulty("content_type:text/x", "breach:type", "latency:0.01")("GET", "/prints/1")
    marks = reply.headers["x-mock-fault"]
    assert marks == "content_type; kind=breaking, breach; kind=breaking, latency; kind=documented"


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("status:401", "documented"),
        ("status:401/undocumented", "breaking"),
        ("status:503", "breaking"),
        ({"fault": "status", "status": 401, "body": {"reason": "no"}}, "documented"),
        ({"fault": "status", "status": 401, "body": {"grund": "no"}}, "breaking"),
        ({"fault": "status", "status": 401, "text": "no"}, "breaking"),
        ("failure:missing", "documented"),
        ("failure:refused", "breaking"),
        ("latency:0", "documented"),
        ("drip:0.01", "documented"),
        ("content_type", "breaking"),
        ("breach", "breaking"),
        ("rate_limit", "breaking"),
    ],
)
def test_a_reply_says_whether_its_fault_is_documented(faulty, rule, kind):
    reply = faulty(rule)("GET", "/prints/1")
    assert reply.headers["x-mock-fault"].endswith(f"; kind={kind}")


def test_a_rule_can_ask_for_one_kind(faulty):
    caller = faulty({"fault": "status", "status": 404, "kind": "documented"})
    assert statuses(caller, 1) + statuses(caller, 1, "/prints") == [404, 200]


def test_a_documented_status_has_the_documented_body(faulty, made_up):
    body = faulty("status:401")("GET", "/prints/1").json()
    operation = made_up.contract("press").operation("get_print")
    assert body in [value for _, value in operation.reply_examples("401")]


def test_a_status_can_have_headers_and_text_of_its_own(faulty):
    rule = {"fault": "status", "status": 503, "text": "busy", "headers": {"Retry-After": "9"}}
    reply = faulty(rule)("GET", "/prints/1")
    assert (reply.text, reply.headers["retry-after"], reply.headers["content-type"]) == (
        "busy",
        "9",
        "text/plain; charset=utf-8",
    )


def test_a_path_that_no_operation_serves_meets_no_fault(faulty):
    assert faulty("status:503")("GET", "/nowhere").status_code == 404


def test_what_met_a_fault_is_remembered(faulty):
    caller = faulty("press.get_print=truncate")
    statuses(caller, 1, "/prints")
    with pytest.raises(Exception, match="complete message"):
        caller("GET", "/prints/1")
    (mark,) = caller.mock.faults.applied
    assert (mark.provider, mark.operation, mark.fault, mark.kind) == (
        "press",
        "get_print",
        "truncate",
        "breaking",
    )


def test_a_fault_without_effect_leaves_no_mark(faulty):
    headers = {"x-mock-fault": "breach:maxItems"}
    assert "x-mock-fault" not in faulty()("GET", "/prints/1", headers=headers).headers


WRONG = [
    ("nonsense", "no fault `nonsense`"),
    ("statu:503", "did you mean `status`?"),
    ("prss=reset", "did you mean `press`?"),
    ("press.get_prnt=reset", "did you mean `get_print`?"),
    ("status", "expected the member `status`, got the member `fault`"),
    ("status:1000", "expected at most 599, got `1000`"),
    ("status:abc", 'expected integer, got `"abc"`'),
    ("reset@2", "at `/rate`: expected at most 1, got `2`"),
    ("reset@x", "at `/rate`: expected number"),
    ("reset:1", "this fault takes no `argument`"),
    ("latency:-1", "at `/seconds`"),
    ("latency:uniform/1", "at `/seconds/uniform`"),
    ("latency:unform/1/2", "no member besides uniform, normal, exponential"),
    ("failure:sorry", "expected one of"),
    ("breach:nothing", "expected one of"),
    ("press.get_print=breach:maxItems", "it has: "),
    ("press.create_print=stuck:prnted", "did you mean `printed`?"),
    ("press.get_print=stuck", "creates no tasks"),
    ({"fault": "reset", "seconds": 1}, "this fault takes no `seconds`"),
    ({"fault": "status", "status": 503, "kind": "documented"}, "is not documented for any operation"),
    ({"fault": "status", "status": 200, "headers": {"a b": "c"}}, "expected"),
    ({"fault": "status", "status": 200, "headers": {"a": "b\r\nc: d"}}, "expected text like"),
    ({"fault": "latency", "seconds": float("nan")}, "JSON does not know"),
    ({"fault": "status", "status": 200, "body": b"no"}, "JSON does not know"),
    ({}, "expected the member `fault`"),
    (["reset"], "expected object"),
]


@pytest.mark.parametrize(("rule", "problem"), WRONG)
def test_a_rule_that_cannot_be_followed_is_told(made_up, rule, problem):
    with pytest.raises(UsageError) as caught:
        Mock([made_up.contract("press")], faults=Faults(rule))
    assert problem in str(caught.value)


def test_other_rules_replace_the_old_ones_only_if_they_are_right(faulty):
    caller = faulty("status:503")
    with pytest.raises(UsageError):
        caller.mock.faults.replace("status:500", "nonsense")
    assert statuses(caller, 1) == [503]
    caller.mock.faults.replace()
    assert statuses(caller, 1) == [200]


@pytest.mark.parametrize("name", ["faults.yaml", "faults.json"])
def test_a_file_gives_the_rules(tmp_path, faulty, name):
    path = tmp_path / name
    path.write_text(json.dumps({"faults": [{"fault": "status", "status": 503, "provider": "press"}]}))
    caller = faulty(*Faults.from_file(path).rules)
    assert statuses(caller, 1) == [503]


FILES = [
    ("faults: [", "malformed YAML"),
    ("- fault: reset", "expected object"),
    ("faults: [{fault: rest}]", "at `/faults/0/fault`: expected one of"),
    ("faults: [{fault: reset, provider: prss}]", "`/faults/0`: no provider `prss` is served"),
    ("faults: [{fault: latency, seconds: .inf}]", "JSON does not know"),
    ("fauls: []", "expected"),
    ("", "expected object"),
]


@pytest.mark.parametrize(("text", "problem"), FILES)
def test_a_bad_file_ends_in_one_message_and_exit_2(tmp_path, text, problem):
    path = tmp_path / "faults.yaml"
    path.write_text(text)
    done = run("--faults", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert str(path) in done.stderr
    assert problem in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("--faults", "/no/such/file.yaml"), ("--fault", "nonsense")])
def test_bad_options_end_in_one_message_and_exit_2(words):
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") <= 2


def run(*words):
    line = command("--port", "0", *map(str, words))
    return subprocess.run(line, capture_output=True, text=True, timeout=20, check=False)


def test_the_schema_names_every_fault():
    rule = schema()["$defs"]["rule"]
    assert rule["properties"]["fault"]["enum"] == sorted(FAULTS)
    described = {part["if"]["properties"]["fault"]["const"] for part in rule["allOf"]}
    assert set(FAULTS) - described == {"reset", "lost"}


def faulted(mock):
    headers = {"authorization": "Bearer demo-token"}
    with httpx2.Client(transport=mock.transport(), headers=headers) as client:
        return client.get("http://mock/press/prints/1")


@pytest.mark.parametrize(
    ("a", "b"), itertools.permutations(["latency:0", "reset", "truncate", "breach"], 2)
)
def test_any_two_faults_can_meet(faulty, a, b):
    mock = faulty(a, b).mock
    with contextlib.suppress(httpx2.TransportError):
        assert faulted(mock).status_code == 200
    assert mock.faults.applied


def test_a_header_of_great_length_is_refused(faulty):
    asked = ",".join(["latency:0"] * 60)
    assert faulty()("GET", "/prints/1", headers={"x-mock-fault": asked}).status_code == 400


def test_an_argument_may_hold_an_equals_sign(faulty):
    reply = faulty("content_type:text/html;charset=x")("GET", "/prints/1")
    assert reply.headers["content-type"] == "text/html;charset=x"


def test_a_documented_status_can_have_another_body(faulty):
    assert faulty("status:401/undocumented")("GET", "/prints/1").text.startswith("<html>")


@pytest.mark.parametrize("rules", [("latency:0", "failure:missing"), ("failure:missing", "latency:0")])
def test_the_order_of_the_rules_hides_no_fault(faulty, rules):
    caller = faulty(*rules)
    assert caller("GET", "/prints/1").status_code == 404
    assert [mark.fault for mark in caller.mock.faults.applied] == ["failure", "latency"]
