"""What a client creates lives by the clock, as the contract's lifecycle says."""

import ast
from pathlib import Path

import pytest

import mediatasks.mock
from mediatasks.mock.store.clock import Clock, stamp

WAITS, PRINTS = 1, 2


def create(press, **body):
    return press("POST", "/prints", json={"title": "A", **body}).json()


def read(press, number):
    return press("GET", f"/prints/{number}").json()


def test_a_new_resource_is_in_the_initial_state(press):
    assert create(press)["stage"] == "waiting"


@pytest.mark.parametrize(
    ("seconds", "stage"),
    [(0.5, "waiting"), (WAITS, "printing"), (2.9, "printing"), (3, "printed"), (1e6, "printed")],
)
def test_time_moves_it_along_the_usual_path(press, seconds, stage):
    number = create(press)["number"]
    press.clock.advance(seconds)
    assert read(press, number)["stage"] == stage


def test_a_list_shows_the_states_of_now(press):
    number = create(press)["number"]
    press.clock.advance(WAITS)
    assert [p["number"] for p in press("GET", "/prints?stage=printing").json()] == [number]


def test_seeds_stay_as_documented(press_with):
    def change(document):
        document["components"]["examples"]["get_print_first"]["value"]["stage"] = "waiting"

    press = press_with(change)
    press.clock.advance(1e6)
    assert read(press, 1)["stage"] == "waiting"


def test_a_seed_that_a_client_moved_lives_on(press_with):
    def change(document):
        document["components"]["examples"]["get_print_first"]["value"]["stage"] = "waiting"
        states = document["x-lifecycle"]["Print"]["states"]
        states["withdrawn"].update(final=False, next={"printed": {}}, lasts=1)

    press = press_with(change)
    press("POST", "/prints/1/withdrawal")
    press.clock.advance(1)
    assert read(press, 1)["stage"] == "printed"


def test_changing_one_transition_of_the_contract_changes_the_mock(press_with):
    def change(document):
        document["x-lifecycle"]["Print"]["states"]["printing"]["next"] = {"withdrawn": {}}

    press = press_with(change)
    number = create(press)["number"]
    press.clock.advance(WAITS + PRINTS)
    assert read(press, number)["stage"] == "withdrawn"


def test_creation_is_dated_in_the_stated_unit(press):
    assert create(press)["created"] == stamp(press.clock.now(), "date-time")


def test_a_move_is_dated_when_it_was_due(press_with):
    def change(document):
        print_ = document["components"]["schemas"]["Print"]["properties"]
        print_["finished"] = {"type": "integer"}
        moments = document["x-lifecycle"]["Print"]["fields"]["timestamps"]
        moments["finished"] = {"at": "/finished", "unit": "unix-ms"}

    press = press_with(change)
    number, start = create(press)["number"], press.clock.now()
    press.clock.advance(1000)
    assert read(press, number)["finished"] == int((start + WAITS + PRINTS) * 1000)


def with_progress(unit, kind):
    def change(document):
        print_ = document["components"]["schemas"]["Print"]["properties"]
        print_["done"] = {"type": kind}
        document["x-lifecycle"]["Print"]["fields"]["progress"] = {
            "at": "/done",
            "of": "/copies",
            "unit": unit,
        }

    return change


@pytest.mark.parametrize(
    ("unit", "kind", "half", "whole"),
    [
        ("ratio", "number", 0.5, 1),
        ("percent", "integer", 50, 100),
        ("frames", "integer", 20, 40),
        ("frames", "string", "20", "40"),
    ],
)
def test_progress_grows_in_its_unit(press_with, unit, kind, half, whole):
    press = press_with(with_progress(unit, kind))
    number = create(press, copies=40)["number"]
    press.clock.advance(WAITS + PRINTS / 2)
    seen = [read(press, number)["done"]]
    press.clock.advance(PRINTS)
    assert [*seen, read(press, number)["done"]] == [half, whole]


def test_progress_does_not_fall_from_one_running_state_to_the_next(press_with):
    def change(document):
        with_progress("ratio", "number")(document)
        states = document["x-lifecycle"]["Print"]["states"]
        states["printing"]["next"] = {"withdrawn": {}}
        states["withdrawn"].update(phase="running", final=False, next={"printed": {}}, lasts=2)

    press = press_with(change)
    number = create(press)["number"]
    seen = []
    for _ in range(12):
        press.clock.advance(0.5)
        seen.append(read(press, number).get("done", 0))
    assert (seen, seen[-1]) == (sorted(seen), 1)


def test_a_round_of_states_without_duration_ends(press_with):
    def change(document):
        states = document["x-lifecycle"]["Print"]["states"]
        states["waiting"].update(lasts=0, next={"printing": {}})
        states["printing"].update(lasts=0, next={"waiting": {}})

    press = press_with(change)
    number = create(press)["number"]
    press.clock.advance(10)
    assert press("GET", f"/prints/{number}").status_code == 200


def test_a_state_writes_its_sets(press_with):
    def change(document):
        document["x-lifecycle"]["Print"]["states"]["printing"]["sets"] = {"/reason": "$resource#/title"}

    press = press_with(change)
    number = create(press, title="Poster 2")["number"]
    press.clock.advance(WAITS)
    assert read(press, number)["reason"] == "Poster 2"


def test_a_restart_under_a_new_id_leaves_the_old_one_where_it_was(press_with):
    def change(document):
        lifecycle = document["x-lifecycle"]["Print"]
        lifecycle["states"]["printing"]["next"] = {"waiting": {"new_id": True}}
        lifecycle["chain"] = "/first"
        document["components"]["schemas"]["Print"]["properties"]["first"] = {"type": "integer"}

    press = press_with(change)
    number = create(press)["number"]
    press.clock.advance(WAITS + PRINTS)
    prints = {p["number"]: (p["stage"], p["first"]) for p in press("GET", "/prints").json()[1:]}
    assert prints == {number: ("printing", number), number + 1: ("waiting", number)}


def test_a_clock_can_run_faster():
    clock = Clock(1e6, 0)
    assert clock.now() < clock.now()


def test_a_stopped_clock_moves_only_when_told():
    clock = Clock(0, 5)
    clock.advance(2)
    assert clock.now() == 7


def test_a_clock_does_not_run_backwards():
    with pytest.raises(ValueError, match="backwards"):
        Clock(0, 5).advance(-1)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("date-time", "2026-02-02T02:40:00.500Z"),
        ("unix-ms", 1770000000500),
        ("unix-s", 1770000000.5),
        ("local", "2026-02-02 02:40:00 +0000"),
    ],
)
def test_a_moment_is_written_in_its_unit(unit, text):
    assert stamp(1_770_000_000.5, unit) == text


def test_the_mock_changes_a_resource_by_its_methods_only():
    """Otherwise indexes and the state file would not hear of it."""
    modules = Path(mediatasks.mock.__file__).parent.rglob("*.py")
    nodes = ((path.name, node) for path in modules for node in ast.walk(ast.parse(path.read_text())))
    written = [
        f"{name}:{node.lineno}"
        for name, node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if node.attr in ("value", "state", "due") and ast.unparse(node.value) != "self"
    ]
    assert not written
