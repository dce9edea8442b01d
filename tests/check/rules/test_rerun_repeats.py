import pytest
from msgspec.structs import replace

from mediatasks.judge.rules.lifecycle import rerun_repeats
from tests.check.rules.wrong_mock import answered, contract_of, find, places

RULE = "rerun-repeats"


def test_a_right_server_passes():
    assert find(RULE, "taskengine") == []


@pytest.mark.parametrize("provider", ["boro", "kokoon", "livepeer", "vionlabs", "press"])
def test_a_contract_without_reruns_is_left_alone(provider):
    assert not rerun_repeats.applies(contract_of(provider))


def copy(change):
    """Return a server that shows the new job, 132, otherwise than it is."""
    return answered("get_job", lambda job: change(job) if job["id"] == 132 else job)


@pytest.mark.parametrize("member", ["client", "workflow", "parameters", "priority"])
def test_a_rerun_that_loses_a_parameter_is_found(member):
    lost = copy(lambda job: {n: v for n, v in job.items() if n != member})
    [finding] = find(RULE, "taskengine", answer=lost)
    assert (finding.operation, finding.place, finding.got) == ("get_job", f"/{member}", "no such member")


def test_a_rerun_with_other_parameters_is_found():
    added = copy(lambda job: job | {"parameters": {**job["parameters"], "retries": 3}})
    assert places(find(RULE, "taskengine", answer=added)) == {("get_job", "/parameters")}


def test_an_old_job_that_is_not_broken_is_found():
    whole = answered("get_job", lambda job: job | {"queue_state": "queued"} if job["id"] == 131 else job)
    [finding] = find(RULE, "taskengine", answer=whole)
    assert (finding.place, finding.expected) == ("/queue_state", "the state `broken` after a rerun")
    assert finding.severity == "error"


def test_a_rerun_under_the_old_id_gives_a_warning():
    # No source says whose id the reply holds.
    found = find(RULE, "taskengine", answer=answered("rerun_job", lambda body: body | {"id": "131"}))
    assert [(f.operation, f.expected, f.severity) for f in found] == [
        ("rerun_job", "an id of its own", "warning")
    ]


def test_a_new_job_may_stand_elsewhere_in_its_life():
    moved = copy(lambda job: job | {"queue_state": "started", "created_at": "2031-01-01T00:00:00.000Z"})
    assert find(RULE, "taskengine", answer=moved) == []


def test_a_job_that_may_not_be_run_again_yet_is_followed_to_its_end():
    asked = []

    def answer(request, reply):
        if request.operation == "rerun_job":
            asked.append(1)
            return replace(reply, status=400, body=b'{"error": "busy"}') if len(asked) == 1 else reply
        return reply

    assert find(RULE, "taskengine", answer=answer) == []
    assert len(asked) == 2
