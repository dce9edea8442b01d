import json
import threading

import pytest

from mediatasks.check import Options, Target, check_provider
from mediatasks.mock import Clock
from tests.check.rules import oven
from tests.check.rules.wrong_servers import MockReply, answer, edit, ignore, probe, serving

RULE = "operation-effect"


def stop(status, reply):
    """Return a Boro server that answers TaskStop with `reply`, and does nothing."""

    def wrong(request, handle):
        if b"TaskStop" not in request.body:
            return handle(request)
        [call] = json.loads(request.body)["methods"]
        result = [{"task_id": call["params"]["task_ids"], **reply}]
        element = {"method": "TaskStop", "id": call["id"], "result": result}
        return answer({"reply": [element]}, status)

    return wrong


@pytest.mark.parametrize("provider", ["boro", "livepeer", "taskengine", "vionlabs", "press"])
def test_a_right_server_does_what_it_says(store, made_up, provider):
    assert probe((made_up if provider == "press" else store).contract(provider), RULE) == []


def test_a_stop_without_effect_is_found(store):
    found = probe(store.contract("boro"), RULE, stop(200, {"status": "Stop request was sent"}))
    assert {(f.operation, f.expected) for f in found} == {
        ("task_stop", "the resource in `Canceled` after it"),
        ("task_stop", "a refusal: the state `Completed` forbids it"),
    }
    assert {f.severity for f in found} == {"error"}


def test_a_stop_that_is_always_refused_is_found(store):
    [found] = probe(store.contract("boro"), RULE, stop(200, {"error": "Stopping task is unavailable"}))
    assert found.expected == "an accepted request: the state `Running` allows it"


def test_a_retry_without_effect_is_found_though_failed_may_follow_failed(store):
    found = probe(store.contract("livepeer"), RULE, ignore("POST", "/retry", {"id": "x"}))
    assert ("retry_task", "the resource in `waiting` after it") in {
        (f.operation, f.expected) for f in found
    }


def test_a_retry_that_the_state_forbids_is_refused_as_declared(store):
    def wrong(request, handle):
        reply = handle(request)
        return MockReply(422, reply.headers, reply.body) if reply.status == 400 else reply

    [found] = probe(store.contract("livepeer"), RULE, wrong)
    assert (found.place, found.fact) == ("status", "retry_task 400")
    assert found.expected == "400: the state `completed` forbids it"
    assert found.got.startswith("422: ")


def test_a_pause_without_effect_is_found(store):
    def wrong(request, handle):
        is_pause = request.method == "PATCH" and b"paused" in request.body
        return answer({"id": request.path.rpartition("/")[2]}) if is_pause else handle(request)

    [found] = probe(store.contract("taskengine"), RULE, wrong)
    assert (found.operation, found.place) == ("update_job", "request")
    assert found.expected == "the resource in `paused` after it"


def test_a_pause_that_breaks_the_job_is_found(store):
    def wrong(request, handle):
        if request.method == "PATCH":
            request.body = request.body.replace(b"paused", b"broken")
        return handle(request)

    found = probe(store.contract("taskengine"), RULE, wrong)
    assert "it in `broken`" in {f.got for f in found}


def reruns(change):
    """Return a Task Engine whose `change` gets each read of a job that was rerun."""
    old = set()

    def wrong(request, handle):
        if request.path.endswith("/rerun"):
            old.add(request.path.split("/")[-2])
        reply = handle(request)
        if request.operation == "get_job" and request.path.rpartition("/")[2] in old:
            return answer(change(reply.json()))
        return reply

    return wrong


def test_a_rerun_that_leaves_the_old_job_as_it_was_is_found(store):
    wrong = reruns(lambda job: job | {"queue_state": "completed"})
    [found] = probe(store.contract("taskengine"), RULE, wrong)
    assert (found.operation, found.expected, found.got) == (
        "rerun_job",
        "the resource in `broken` after it",
        "it in `completed`",
    )


def test_a_rerun_under_the_old_id_is_found(store):
    def wrong(request, handle):
        reply = handle(request)
        is_rerun = request.path.endswith("/rerun")
        return answer({"id": request.path.split("/")[-2]}) if is_rerun else reply

    [found] = probe(store.contract("taskengine"), RULE, wrong)
    assert (found.place, found.expected) == ("/id", "the key of the new resource")
    # No source says whose id the reply holds.
    assert found.severity == "warning"


def test_a_rerun_that_makes_no_job_is_found(store):
    [found] = probe(store.contract("taskengine"), RULE, edit("rerun_job", lambda r: r | {"id": "99999"}))
    assert found.got == "nothing to be read under that key"


def test_a_deletion_without_effect_is_found(store):
    found = probe(
        store.contract("vionlabs"), RULE, ignore("DELETE", "", {"task_id": "x", "status": "pending"})
    )
    assert {(f.operation, f.got, f.severity) for f in found} == {
        (name, "it can still be read", "warning") for name in ("cancel_task", "deactivate_product_task")
    }


def test_what_was_deleted_is_missing_as_declared(store):
    def wrong(request, handle):
        reply = handle(request)
        return MockReply(410, reply.headers, reply.body) if reply.status == 404 else reply

    found = probe(store.contract("vionlabs"), RULE, wrong)
    assert {(f.operation, f.fact) for f in found} == {
        (name, f"{name} 404") for name in ("get_task", "get_product_task")
    }


def test_a_withdrawal_without_effect_is_found(made_up):
    shown = {"number": 1, "stage": "withdrawn"}
    [found] = probe(made_up.contract("press"), RULE, ignore("POST", "/withdrawal", shown))
    assert (found.operation, found.expected) == ("cancel_print", "the resource in `withdrawn` after it")


def test_a_withdrawal_of_what_is_printed_is_found(made_up):
    gone = set()

    def wrong(request, handle):
        reply = handle(request)
        number = request.path.split("/")[3] if request.path.count("/") > 2 else ""
        if request.path.endswith("/withdrawal"):
            gone.add(number)
        is_gone = request.operation == "get_print" and number in gone
        return answer(reply.json() | {"stage": "withdrawn"}) if is_gone else reply

    [found] = probe(made_up.contract("press"), RULE, wrong)
    assert found.expected == "the resource left in `printed`, from which the operation leads nowhere"
    assert found.fact == "Print state `printed`"


def slow(seconds):
    """Return a server that changes a loaf so much later than it says."""

    def wrong(request, handle):
        if request.method not in ("PATCH", "DELETE"):
            return handle(request)
        threading.Timer(seconds, handle, [request]).start()
        return handle(request.__class__("GET", request.path, [], {}))

    return wrong


def lasting(document):
    states = document["x-lifecycle"]["Loaf"]["states"]
    states["waiting"]["lasts"] = states["baking"]["lasts"] = 9


@pytest.mark.parametrize(
    ("watch", "delay", "expected"), [(2.0, 0.3, []), (0.05, 2.0, ["change_loaf", "eat_loaf"])]
)
def test_a_server_with_a_time_of_its_own_is_given_time(watch, delay, expected):
    contract = oven.build_contract(lasting)
    options = Options(phases=("probing",), rules=(RULE,), watch=watch)
    with serving(contract, slow(delay), Clock()) as url:
        target = Target(url, allow_writes=True)
        found = check_provider(contract, target, options, {}).findings
    assert sorted({f.operation for f in found}) == expected


def test_a_server_that_is_only_read_is_not_put_to_the_test():
    contract = oven.build_contract()
    asked = []

    def wrong(request, handle):
        asked.append(request.method)
        return handle(request)

    options = Options(phases=("probing",), rules=(RULE,), watch=0.1)
    with serving(contract, wrong) as url:
        assert check_provider(contract, Target(url), options, {}).findings == []
    assert set(asked) == {"GET"}
