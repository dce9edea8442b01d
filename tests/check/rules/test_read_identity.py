import pytest

from tests.check.rules import oven
from tests.check.rules.reading import Reader
from tests.check.rules.wrong_servers import edit, probe, right

RULE = "read-identity"


@pytest.fixture
def seen():
    return Reader(oven.build_contract(), RULE)


def loaf(number):
    return {"id": number, "state": "baking"}


def test_another_resource_is_found(seen):
    [found] = seen("get_loaf", loaf(8), id=7)
    assert (found.place, found.got) == ("/id", "`8` for `7`")
    assert found.fact == "get_loaf id"


def test_the_one_that_was_asked_for_is_right(seen):
    assert seen("get_loaf", loaf(7), id=7) == []
    assert seen.judged == 1


def test_an_operation_answers_with_the_one_that_it_works_on(seen):
    assert len(seen("retry_loaf", loaf(8), id=7)) == 1
    assert len(seen("change_loaf", loaf(8), id=7)) == 1


@pytest.mark.parametrize("asked", ["007", "%207", "7.0", "+7"])
def test_a_number_may_be_written_otherwise(seen, asked):
    assert seen("get_loaf", loaf(7), id=asked) == []


def test_an_id_may_differ_in_case(store):
    seen = Reader(store.contract("livepeer"), RULE)
    reply = {"id": "09f8b46c", "status": {"phase": "pending", "updatedAt": 1}}
    assert seen("get_task", reply, taskId="09F8B46C") == []


def test_a_failure_shows_nothing(seen):
    assert seen("get_loaf", {"id": 8, "why": "gone"}, status=404, id=7) == []
    assert seen.judged == 0


def test_a_copy_has_an_id_of_its_own(store):
    seen = Reader(store.contract("taskengine"), RULE)
    assert seen("rerun_job", {"id": "132", "result": "accepted"}, job_id=131) == []


def test_each_member_that_names_the_resource_counts(store):
    seen = Reader(store.contract("vionlabs"), RULE)
    [found] = seen("get_item", {"id": "m", "type": "episode"}, type="standalone", inventory_id="m")
    assert (found.place, found.fact) == ("/type", "get_item type")


def call(method, ids, result):
    params = {"project_id": 2, "task_ids": ids}
    body = {"user_id": 1, "methods": [{"method": method, "params": params}]}
    return {"reply": {"reply": [{"method": method, "result": result}]}, "body": body}


def test_a_list_of_ids_holds_no_others(store):
    seen = Reader(store.contract("boro"), RULE)
    [found] = seen("task_report", **call("TaskReport", [1, 2], [{"task_id": n} for n in (2, 3)]))
    assert (found.place, found.got) == ("/reply/0/result/1/task_id", "`3` for `1`, `2`")


def test_ids_may_be_separated_in_one_text(store):
    seen = Reader(store.contract("taskengine"), RULE)
    jobs = [{"id": n, "queue_state": "queued"} for n in (123, 114)]
    assert seen("list_jobs", jobs, query="?job_ids=123,%20114") == []
    [found] = seen("list_jobs", jobs, query="?job_ids=123,102")
    assert (found.place, found.got, found.fact) == ("/1/id", "`114` for `123`, `102`", "list_jobs job_ids")


def test_a_wildcard_names_nothing(store):
    seen = Reader(store.contract("boro"), RULE)
    assert seen("task_report", **call("TaskReport", "*", [{"task_id": 3}])) == []
    assert seen.judged == 0


def test_a_restart_of_the_same_chain_may_stand_beside_it(store):
    seen = Reader(store.contract("boro"), RULE)
    chain = [{"initial_task_id": 1, "tasks": [{"task_id": 1}, {"task_id": 4}]}]
    assert seen("task_status", **call("TaskStatus", 1, chain)) == []
    assert seen("task_status", **call("TaskStatus", 4, chain)) == []
    other = [{"initial_task_id": 2, "tasks": [{"task_id": 2}]}]
    assert len(seen("task_status", **call("TaskStatus", 4, other))) == 1


@pytest.mark.parametrize(
    ("provider", "operation", "change", "place"),
    [
        ("kokoon", "get_task", lambda t: t | {"tid": "another"}, "/tid"),
        ("livepeer", "get_task", lambda t: t | {"id": "another"}, "/id"),
        ("livepeer", "retry_task", None, ""),
        ("taskengine", "get_job", lambda j: j | {"id": j["id"] + 1}, "/id"),
        ("vionlabs", "get_task", lambda t: t | {"task_id": "another"}, "/task_id"),
        ("vionlabs", "get_item", lambda i: i | {"id": "another"}, "/id"),
    ],
)
def test_a_server_that_returns_another_resource_is_found(store, provider, operation, change, place):
    found = probe(store.contract(provider), RULE, edit(operation, change) if change else right)
    assert {(f.operation, f.place) for f in found} == ({(operation, place)} if change else set())


def test_a_server_that_returns_another_boro_task_is_found(store):
    def change(body):
        for reply in body["reply"]:
            for chain in reply.get("result", []):
                for task in [chain, *chain.get("tasks", [])]:
                    task["task_id"] = task["initial_task_id"] = 1
        return body

    found = probe(store.contract("boro"), RULE, edit("task_status", change))
    assert {f.operation for f in found} == {"task_status"}
