import pytest

from mediatasks.judge.rules.resources import patch_exact
from tests.check.rules.wrong_mock import answered, asked, contract_of, find, places

RULE = "patch-exact"
PATCH = "PATCH /taskengine/jobs/131"


def test_a_right_server_passes():
    assert find(RULE, "taskengine") == []


@pytest.mark.parametrize("provider", ["boro", "kokoon", "livepeer", "vionlabs", "press", "render"])
def test_a_contract_without_updates_is_left_alone(provider):
    assert not patch_exact.applies(contract_of(provider))


def dropped(name):
    return lambda body: {n: v for n, v in body.items() if n != name}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("persist", "/persist"),
        ("priority", "/priority"),
        ("run_at", "/run_at"),
        ("queue_state", "/queue_state"),
    ],
)
def test_a_change_that_is_ignored_is_found(name, place):
    assert places(find(RULE, "taskengine", asked(PATCH, dropped(name)))) == {("get_job", place)}


def test_another_value_than_was_sent_is_found():
    wrong = asked(PATCH, lambda body: body | ({"priority": 9} if "priority" in body else {}))
    [finding] = find(RULE, "taskengine", wrong)
    assert (finding.expected, finding.got) == ("what was sent: `2`", "`9`")


@pytest.mark.parametrize(
    ("more", "place"),
    [({"persist": True}, "/persist"), ({"priority": 1}, "/priority")],
)
def test_a_change_of_what_was_not_named_is_found(more, place):
    found = find(RULE, "taskengine", asked(PATCH, lambda body: more | body))
    assert ("get_job", place) in places(found)
    assert any("as before: only" in f.expected for f in found)


@pytest.mark.parametrize("member", ["client", "workflow", "parameters", "created_at"])
def test_a_member_that_an_update_loses_or_changes_is_found(member):
    changed = set()

    def answer(request, reply):
        if request.method == "PATCH":
            changed.add(request.path)
        spoilt = request.path in changed
        value = "2031-01-01T00:00:00.000Z" if member == "created_at" else "another"
        return answered("get_job", lambda job: job | {member: value})(request, reply) if spoilt else reply

    assert ("get_job", f"/{member}") in places(find(RULE, "taskengine", answer=answer))


def test_what_time_changes_may_change():
    def move(job):
        moving = {"updated_at": "2031-01-01T00:00:00.000Z", "position": 7, "top_of_queue": True}
        return job | moving

    assert find(RULE, "taskengine", answer=answered("get_job", move)) == []


def test_a_job_that_was_over_before_it_was_paused_is_right():
    over = answered("get_job", lambda job: job | {"queue_state": "completed"})
    assert find(RULE, "taskengine", asked(PATCH, dropped("queue_state")), over) == []


def test_a_change_that_is_refused_is_no_finding():
    from msgspec.structs import replace

    def answer(request, reply):
        refused = request.method == "PATCH"
        return replace(reply, status=400, body=b'{"error": "no"}') if refused else reply

    assert find(RULE, "taskengine", answer=answer) == []


def test_a_schedule_that_stays_on_is_found():
    [finding] = find(RULE, "taskengine", asked("scheduler", lambda body: body | {"active": True}))
    assert (finding.operation, finding.place) == ("list_schedules", "/schedules")
    assert finding.expected == "no `queue_scheduled_jobs`, which was switched off"


def test_a_schedule_that_stays_off_is_found():
    [finding] = find(RULE, "taskengine", asked("scheduler", lambda body: body | {"active": False}))
    assert finding.expected == "`queue_scheduled_jobs`, which was switched on"


def test_a_schedule_is_switched_on_again():
    mocks = []
    find(RULE, "taskengine", spoil=mocks.append)
    schedules = mocks[0].services["taskengine"].store.collections["Schedule"].ordered()
    assert [s.value["active"] for s in schedules] == [True]
