import json

import pytest

from tests.check.rules import oven
from tests.check.rules.reading import Reader
from tests.check.rules.wrong_servers import MockReply, edit, probe

RULE = "lifecycle-final"
BURNT = {"id": 7, "state": "baked", "black": True}
BAKED = {"id": 7, "state": "baked", "black": False}


@pytest.fixture
def seen():
    return Reader(oven.build_contract(), RULE)


def loaf(state):
    return {"id": 7, "state": state}


def test_a_final_state_that_is_left_is_found(seen):
    seen("get_loaf", BAKED, id=7)
    [found] = seen("get_loaf", loaf("baking"), id=7)
    assert (found.place, found.expected, found.got) == ("/state", "`baked`, which is final", "`baking`")
    assert (found.fact, found.source) == ("Loaf state `baked`", "Baker's book, Oven")


def test_another_final_state_is_found(seen):
    seen("get_loaf", BAKED, id=7)
    assert len(seen("get_loaf", BURNT, id=7)) == 1


def test_a_state_that_is_not_final_is_left_to_another_rule(seen):
    seen("get_loaf", loaf("baking"), id=7)
    assert seen("get_loaf", loaf("held"), id=7) == []
    assert seen.judged == 0


def test_an_operation_that_leads_out_does_so(seen):
    seen("get_loaf", BURNT, id=7)
    seen("retry_loaf", loaf("waiting"), id=7)
    assert seen("get_loaf", loaf("baking"), id=7) == []


def test_an_operation_that_leads_out_of_another_state_does_not(seen):
    seen("get_loaf", BAKED, id=7)
    [found] = seen("retry_loaf", loaf("waiting"), id=7)
    assert found.operation == "retry_loaf"


def test_a_refused_operation_leads_nowhere(seen):
    seen("get_loaf", BURNT, id=7)
    seen("retry_loaf", {"why": "no"}, status=409, id=7)
    assert len(seen("get_loaf", loaf("waiting"), id=7)) == 1


def test_a_state_that_is_shown_in_part_may_be_any_that_fits(seen):
    # Without `black` a baked loaf may be a burnt one.
    seen("get_loaf", BURNT, id=7)
    assert seen("list_loaves", [loaf("baked")]) == []
    assert seen("get_loaf", BURNT, id=7) == []


def test_an_operation_that_names_the_resource_otherwise_counts(store):
    task = {"task_id": "t", "inventory_id": "m", "product": "p", "version": "1"}
    failed, pending = {"status": "pending", "error": "broken"}, {"status": "pending", "error": ""}
    seen = Reader(store.contract("vionlabs"), "lifecycle-final")
    path = {"inventory_id": "m", "product": "p", "version": "1"}
    seen("get_task", task | failed, task_id="t")
    seen("create_product_task", pending, body={}, **path)
    assert seen("get_task", task | pending, task_id="t") == []
    seen("get_task", task | failed, task_id="t")
    seen("create_product_task", pending, body={}, **path | {"product": "q"})
    assert len(seen("get_task", task | pending, task_id="t")) == 1


@pytest.mark.parametrize(
    ("provider", "operation", "pointer", "final", "instead"),
    [
        ("kokoon", "get_task", "step", "done", "running"),
        ("taskengine", "get_job", "queue_state", "completed", "started"),
        ("vionlabs", "get_task", "status", "done", "processing"),
        ("press", "get_print", "stage", "printed", "printing"),
    ],
)
def test_a_server_that_leaves_a_final_state_is_found(
    store, made_up, provider, operation, pointer, final, instead
):
    contract = (made_up if provider == "press" else store).contract(provider)
    reads = []

    def change(task):
        reads.append(task[pointer])
        return task | {pointer: instead} if reads.count(final) > 1 and task[pointer] == final else task

    found = probe(contract, RULE, edit(operation, change))
    assert {(f.rule, f.operation) for f in found} == {(RULE, operation)}


def test_a_server_that_lets_a_completed_job_be_paused_is_found(store):
    paused = set()

    def wrong(request, handle):
        reply = handle(request)
        number = request.path.rpartition("/")[2]
        if request.method == "PATCH" and b"paused" in request.body:
            paused.add(number)
        if request.operation == "get_job" and number in paused:
            job = reply.json() | {"queue_state": "paused"}
            return MockReply(200, reply.headers, json.dumps(job).encode())
        return reply

    found = probe(store.contract("taskengine"), RULE, wrong)
    assert {(f.operation, f.got, f.severity) for f in found} == {("get_job", "`paused`", "warning")}
    assert any(f.expected.startswith("`completed`, which is final") for f in found)


def test_a_finding_in_a_list_names_the_resource_that_stands_there(made_up):
    def wait(shown):
        return [element | {"stage": "waiting"} for element in shown]

    [found] = probe(made_up.contract("press"), "lifecycle-final", edit("list_prints", wait))
    assert (found.place, found.note) == ("/1/stage", "Print `2`")
    assert found.lines()[0].endswith("press list_prints: /1/stage: Print `2`")
