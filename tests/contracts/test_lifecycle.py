import pytest

from mediatasks.contracts.lifecycle.resource import fits


@pytest.fixture
def job(store):
    return store.contract("taskengine").task


def test_a_completed_job_that_failed_has_failed(job):
    assert job.phase_of({"queue_state": "completed", "failed": True}) == "failed"
    assert job.phase_of({"queue_state": "completed", "failed": False}) == "succeeded"


@pytest.mark.parametrize("failed", ["true", "false", 1, [], {}])
def test_a_completed_job_has_no_known_state_where_failed_is_no_boolean(job, failed):
    assert job.state_of({"queue_state": "completed", "failed": failed}) is None
    assert job.possible_states({"queue_state": "completed", "failed": failed}) == ()


@pytest.mark.parametrize("error", [{"message": "no asset"}, 7, ["no asset"]])
def test_a_vionlabs_task_whose_error_is_no_text_has_no_known_state(store, error):
    task = store.contract("vionlabs").task
    assert task.state_of({"status": "done", "error": error}) is None


def test_a_completed_boro_task_succeeded_whatever_its_verdict(store):
    task = store.contract("boro").task
    assert task.phase_of({"status": "Completed", "task_result": "Failed"}) == "succeeded"


def test_a_vionlabs_task_with_an_error_text_failed(store):
    task = store.contract("vionlabs").task
    assert task.phase_of({"status": "processing", "error": "Probe failed"}) == "failed"
    assert task.phase_of({"status": "processing", "error": ""}) == "running"


def test_a_livepeer_retry_goes_back_to_waiting_and_restarts_progress(store):
    moves = {m.to: m for m in store.contract("livepeer").task.states["running"].moves}
    assert moves["waiting"].restarts_progress


def test_a_stalled_boro_task_goes_on_under_a_new_id(store):
    task = store.contract("boro").task
    assert any(m.new_id for m in task.states["Stalled"].moves)


def test_a_state_that_no_predicate_knows_is_unknown(job):
    assert job.phase_of({"queue_state": "melted"}) == "unknown"


def test_reachable_holds_the_states_after_a_state(made_up):
    task = made_up.contract("press").task
    assert task.reachable("printing") == {"printing", "printed", "withdrawn"}


@pytest.mark.parametrize(
    ("value", "rule", "fitting"),
    [
        (True, 1, False),
        (1, {"const": True}, False),
        ("a", {"enum": ["a", "b"]}, True),
        ("", {"type": "string", "minLength": 1}, False),
        (None, {"type": "string"}, False),
        (True, {"type": "integer"}, False),
    ],
)
def test_rules_compare_as_json_does(value, rule, fitting):
    assert fits(value, rule) is fitting


@pytest.mark.parametrize("operation", ["create_task", "create_product_task"])
def test_each_of_several_operations_leads_out(store, operation):
    task = store.contract("vionlabs").task
    assert "pending" in task.reachable("failed", {operation})
    assert task.reachable("failed", {"cancel_task"}) == {"failed"}
