"""The control in Python: clock, state, single tasks."""

import pytest

from mediatasks.errors import ControlError
from mediatasks.mock.store.clock import stamp
from tests.mock.conftest import START


def jamming(document):
    """Give the press a failure, something to run through and a waiting print."""
    states = document["x-lifecycle"]["Print"]["states"]
    states["printing"]["next"]["jammed"] = {}
    states["jammed"] = {"when": {"/stage": "jammed"}, "phase": "failed", "final": True, "next": {}}
    document["components"]["schemas"]["Stage"]["enum"].append("jammed")
    fields = document["x-lifecycle"]["Print"]["fields"]
    fields["timestamps"]["started"] = {"at": "/begun", "unit": "unix-s"}
    fields["timestamps"]["finished"] = {"at": "/ended", "unit": "unix-s"}
    fields["progress"] = {"at": "/done", "unit": "percent"}
    properties = document["components"]["schemas"]["Print"]["properties"]
    properties |= {"done": {"type": "integer"}, "begun": {"type": "number"}, "ended": {"type": "number"}}


@pytest.fixture
def jam(press_with):
    """A press that can fail, and a print on it that waits."""
    caller = press_with(jamming)
    assert caller("POST", "/prints", json={"title": "A"}).json()["number"] == 2
    return caller


def seen(caller, number=2):
    return caller("GET", f"/prints/{number}").json()


def test_an_advance_moves_the_tasks(jam):
    jam.mock.control.advance("PT3S")
    assert seen(jam)["stage"] == "printed"


def test_an_advance_moves_tasks_that_nobody_reads(jam):
    jam.mock.control.advance(3)
    (item,) = [
        i for i in jam.mock.services["press"].store.collections["Print"].items.values() if i.key == ("2",)
    ]
    assert item.value["stage"] == "printed"


def test_the_speed_can_be_changed(press):
    press.mock.control.set_speed(60)
    assert press.mock.clock.speed == 60


@pytest.mark.parametrize("step", ["an hour", -1, "P9999W"])
def test_a_bad_step_is_told(press, step):
    with pytest.raises(ControlError):
        press.mock.control.advance(step) or press.mock.control.advance("P999999W")


def test_the_providers_are_listed_with_their_states(press):
    (listed,) = press.mock.control.providers()
    assert (listed["provider"], listed["path"], len(listed["operations"])) == ("press", "/press", 4)
    (resource,) = listed["resources"]
    assert (resource["resource"], resource["count"]) == ("Print", 1)
    assert resource["states"][0] == {"state": "waiting", "phase": "queued", "final": False}


def test_the_state_is_listed_in_pages(jam):
    (held,) = jam.mock.control.state("press", limit=1, offset=1)
    assert (held["total"], [v["title"] for v in held["values"]]) == (2, ["A"])


def test_a_reset_forgets_what_clients_made(jam):
    jam.mock.control.reset("press")
    assert jam.mock.control.providers()[0]["resources"][0]["count"] == 1


def test_what_is_shown_does_not_lead_into_the_state(jam):
    jam.mock.control.task("press", "2").value["title"] = "changed"
    assert seen(jam)["title"] == "A"


def test_a_seeded_resource_stays_as_it_is(jam):
    jam.mock.control.seed("press", "Print", [{"number": 9, "stage": "printing"}])
    jam.mock.control.advance("P1D")
    assert seen(jam, 9)["stage"] == "printing"


def test_a_seeded_resource_moves_where_asked_for(jam):
    jam.mock.control.seed("press", "Print", [{"number": 9, "stage": "printing"}], moving=True)
    jam.mock.control.advance(2)
    assert seen(jam, 9)["stage"] == "printed"


def test_a_seed_without_a_key_gets_one(jam):
    assert jam.mock.control.seed("press", "Print", [{"stage": "waiting"}]) == 1
    assert seen(jam, 3)["stage"] == "waiting"


def test_a_seed_that_breaks_the_contract_is_refused_and_none_is_held(jam):
    values = [{"number": 7, "stage": "waiting"}, {"number": 8, "stage": "lost"}]
    with pytest.raises(ControlError, match=r"value 1 does not fit `Print`: body `/stage`: expected one of"):
        jam.mock.control.seed("press", "Print", values)
    assert jam("GET", "/prints/7").status_code == 404


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_seed_with_a_number_that_json_has_not_is_refused(jam, value):
    with pytest.raises(ControlError, match="value 0: NaN and infinity are no JSON"):
        jam.mock.control.seed("press", "Print", [{"number": 7, "stage": "waiting", "copies": value}])


def test_a_task_is_shown_in_a_form_common_to_all_providers(jam):
    jam.mock.control.advance(2)
    task = jam.mock.control.task("press", "2")
    assert (task.provider, task.resource, task.key) == ("press", "Print", "2")
    assert (task.state, task.phase, task.final, task.progress) == ("printing", "running", False, 0.5)
    assert task.moves_at == stamp(START + 3, "date-time")


def test_tasks_are_listed_newest_first_and_by_phase(jam):
    assert [t.key for t in jam.mock.control.tasks()] == ["2", "1"]
    assert [t.key for t in jam.mock.control.tasks("press", "succeeded")] == ["1"]
    assert [t.key for t in jam.mock.control.tasks(limit=1, offset=1)] == ["1"]


def test_a_finished_task_went_through_every_state(jam):
    task = jam.mock.control.finish("press", "2")
    assert (task.state, task.progress) == ("printed", 1.0)
    assert {"begun": START, "ended": START}.items() <= seen(jam).items()


def test_a_task_fails_with_the_message_asked_for(jam):
    jam.mock.control.fail("press", "2", "no paper")
    assert {"stage": "jammed", "reason": "no paper"}.items() <= seen(jam).items()


def test_a_task_without_a_way_to_fail_is_refused(press):
    press("POST", "/prints", json={"title": "A"})
    with pytest.raises(
        ControlError, match="is in `waiting`, from where nothing leads to a state of the phase"
    ):
        press.mock.control.fail("press", "2")


def test_a_message_without_a_place_is_refused_and_the_task_goes_on(press_with):
    def change(document):
        jamming(document)
        del document["x-lifecycle"]["Print"]["fields"]["error"]

    caller = press_with(change)
    caller("POST", "/prints", json={"title": "A"})
    with pytest.raises(ControlError, match="no place for the message"):
        caller.mock.control.fail("press", "2", "no paper")
    assert seen(caller)["stage"] == "waiting"


def test_what_has_ended_stays_ended(jam):
    jam.mock.control.finish("press", "2")
    with pytest.raises(ControlError) as caught:
        jam.mock.control.fail("press", "2")
    assert caught.value.kind == "refused"


def test_an_operation_that_begins_a_task_anew_is_no_way_to_steer(press_with):
    def change(document):
        jamming(document)
        states = document["x-lifecycle"]["Print"]["states"]
        states["printed"]["next"] = {"waiting": {"by": "cancel_print"}}

    with pytest.raises(ControlError, match="is in `printed`, from where nothing leads"):
        press_with(change).mock.control.fail("press", "1")


def test_a_stalled_task_stays_where_it_is_and_shows_how_far_it_came(jam):
    jam.mock.control.advance(2)
    jam.mock.control.stall("press", "2")
    jam.mock.control.advance("P1D")
    assert {"stage": "printing", "done": 50}.items() <= seen(jam).items()


def test_a_held_task_stays_in_the_state(jam):
    jam.mock.control.hold("press", "2", "printing")
    jam.mock.control.advance("P1D")
    assert seen(jam)["stage"] == "printing"


def test_a_task_held_where_it_is_shows_how_far_it_came(jam):
    jam.mock.control.advance(2)
    assert jam.mock.control.hold("press", "2", "printing").progress == 0.5


@pytest.mark.parametrize("deed", ["finish", "hold"])
def test_a_task_is_led_the_way_that_time_takes_not_a_shorter_one(press_with, deed):
    def change(document):
        jamming(document)
        states = document["x-lifecycle"]["Print"]["states"]
        states["waiting"]["next"]["printed"] = {}

    caller = press_with(change)
    caller("POST", "/prints", json={"title": "A"})
    control = caller.mock.control
    control.finish("press", "2") if deed == "finish" else control.hold("press", "2", "printed")
    assert {"stage": "printed", "begun": START}.items() <= seen(caller).items()


def test_a_state_that_there_is_not_is_told_with_those_that_are(jam):
    with pytest.raises(ControlError, match="no state `lost`; states: waiting, printing"):
        jam.mock.control.hold("press", "2", "lost")


def test_a_released_task_lives_its_state_anew(jam):
    jam.mock.control.hold("press", "2", "printing")
    jam.mock.control.advance("P1D")
    jam.mock.control.release("press", "2")
    jam.mock.control.advance(1)
    assert {"stage": "printing", "done": 50}.items() <= seen(jam).items()
    jam.mock.control.advance(1)
    assert seen(jam)["stage"] == "printed"


def test_a_release_does_not_disturb_a_task_that_moves(jam):
    jam.mock.control.advance(0.9)
    jam.mock.control.release("press", "2")
    jam.mock.control.advance(0.1)
    assert seen(jam)["stage"] == "printing"


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.task("pres", "1"),
        lambda c: c.task("press", "99"),
        lambda c: c.state("press", "Prnt"),
        lambda c: c.seed("press", "Prnt", [{}]),
        lambda c: c.reset("pres"),
        lambda c: c.contract("pres"),
        lambda c: c.create_sample("pres"),
        lambda c: c.tasks("pres"),
        lambda c: c.tasks(phase="lost"),
        lambda c: c.requests("pres"),
    ],
)
def test_an_unknown_name_is_told(press, ask):
    with pytest.raises(ControlError) as caught:
        ask(press.mock.control)
    assert caught.value.kind == "missing"


def test_every_task_of_every_provider_can_be_steered(store):
    """Documented states of all five providers: a new task can be finished, whatever its life."""
    from mediatasks.mock import Clock, Mock

    mock = Mock(store.choose([]), Clock(0, START))
    for name, service in mock.services.items():
        for collection in service.store.collections.values():
            if collection.resource.states:
                with service.store.lock:
                    fresh = collection.create(collection.complete_key({}))
                task = mock.control.finish(name, ",".join(fresh.key))
                assert (name, task.phase) == (name, "succeeded")
