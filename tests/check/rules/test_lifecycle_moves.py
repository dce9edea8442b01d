import pytest

from tests.check.rules import oven
from tests.check.rules.reading import Reader
from tests.check.rules.wrong_servers import edit, probe

RULE = "lifecycle-moves"


@pytest.fixture
def seen():
    return Reader(oven.build_contract(), RULE)


def loaf(state, **more):
    return {"id": 7, "state": state, **more}


def test_a_move_that_the_contract_does_not_know_is_found(seen):
    seen("get_loaf", loaf("baking"), id=7)
    [found] = seen("get_loaf", loaf("held"), id=7)
    assert (found.place, found.got) == ("/state", "`held`")
    assert found.expected == "a state that may follow `baking`: `baked`, `baking`, `burnt`, `waiting`"


def test_a_final_state_is_left_to_another_rule(seen):
    seen("get_loaf", loaf("baked", black=False), id=7)
    assert seen("get_loaf", loaf("waiting"), id=7) == []
    assert seen.judged == 0


def test_states_that_were_skipped_are_no_finding(seen):
    seen("get_loaf", loaf("waiting"), id=7)
    assert seen("get_loaf", loaf("baked"), id=7) == []
    assert seen.judged == 1


def test_a_move_by_an_operation_counts_where_it_was_called(seen):
    seen("get_loaf", loaf("waiting"), id=7)
    seen("change_loaf", loaf("held"), body={"state": "held"}, id=7)
    assert seen("get_loaf", loaf("held"), id=7) == []


def test_a_move_by_an_operation_that_nobody_called_is_found(seen):
    seen("get_loaf", loaf("waiting"), id=7)
    assert len(seen("get_loaf", loaf("held"), id=7)) == 1


def test_another_resource_in_between_does_not_count(seen):
    seen("get_loaf", loaf("waiting"), id=7)
    seen("change_loaf", {"id": 8, "state": "held"}, body={"state": "held"}, id=8)
    assert len(seen("get_loaf", loaf("held"), id=7)) == 1


def test_others_may_have_called_an_operation_on_a_shared_server():
    seen = Reader(oven.build_contract(), RULE, exclusive=False)
    seen("get_loaf", loaf("waiting"), id=7)
    assert seen("get_loaf", loaf("held"), id=7) == []


def test_a_resource_made_anew_under_its_old_key_begins_anywhere(seen):
    seen("get_loaf", loaf("baking"), id=7)
    seen("eat_loaf", loaf("baking"), id=7)
    assert seen("get_loaf", loaf("held"), id=7) == []


def test_a_reply_may_show_what_was_before_its_own_operation(seen):
    seen("get_loaf", loaf("waiting"), id=7)
    seen("change_loaf", loaf("waiting"), body={"state": "held"}, id=7)
    assert seen("get_loaf", loaf("held"), id=7) == []


def test_calls_of_one_request_may_be_carried_out_in_any_order(store):
    contract = store.contract("boro")
    seen = Reader(contract, RULE)
    calls = ["TaskStatus", "TaskStop"]
    running = [{"initial_task_id": 1, "tasks": [{"task_id": 1, "status": "Running"}]}]
    stopped = [{"task_id": 1, "status": "Stop request was sent"}]
    body = {
        "user_id": 1,
        "methods": [{"method": m, "params": {"project_id": 2, "task_ids": [1]}} for m in calls],
    }
    one = {"user_id": 1, "methods": body["methods"][:1]}
    seen("task_status", {"reply": [{"method": "TaskStatus", "result": running}]}, body=one)
    canceled = [{"initial_task_id": 1, "tasks": [{"task_id": 1, "status": "Canceled"}]}]
    replies = [{"method": m, "result": r} for m, r in zip(calls, (canceled, stopped), strict=True)]
    assert seen("task_status", {"reply": replies}, body=body) == []


@pytest.mark.parametrize(
    ("provider", "operation", "pointer", "shown", "instead"),
    [
        ("kokoon", "get_task", "step", "running", "ready"),
        ("taskengine", "get_job", "queue_state", "started", "scheduled"),
        ("vionlabs", "get_task", "status", "processing", "pending"),
        ("press", "get_print", "stage", "printing", "waiting"),
    ],
)
def test_a_server_that_steps_back_is_found(store, made_up, provider, operation, pointer, shown, instead):
    contract = (made_up if provider == "press" else store).contract(provider)
    reads = []

    def change(task):
        reads.append(task[pointer])
        back = task[pointer] == shown and reads.count(shown) > 2
        return task | {pointer: instead} if back else task

    found = probe(contract, RULE, edit(operation, change))
    assert {(f.rule, f.operation) for f in found} == {(RULE, operation)}
