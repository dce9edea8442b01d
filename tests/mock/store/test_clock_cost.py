"""An hour of simulated time costs no more than the moves that tasks make in it, however many are held."""

import pytest

from mediatasks.contracts.model.envelope import RpcCall
from mediatasks.mock.simulators.livepeer import MOST_SCHEDULED
from mediatasks.mock.store.collection import Collection

MANY = MOST_SCHEDULED
KEY = {"key": "vionlabs-example-key"}
FILM = {
    "input": {"url": "https://example.com/film.mp4"},
    "storage": {"type": "web3.storage", "credentials": {"proof": "p"}},
    "outputs": {"hls": {"path": "/film"}},
}
FRAMES = {
    "task_type": "SR",
    "ai_model_name": "bluewhale",
    "use_film_grain": True,
    "use_color_grading": True,
    "vid": "film",
    "width": 1280,
    "height": 720,
}


def boro(call):
    one = {"template_id": 63, "uri": "file:///film.mp4"}
    call.calls(RpcCall("TaskStart", {"project_id": 2, "tasks": [one] * MANY}))


def kokoon(call):
    for _ in range(MANY):
        call("POST", "/kokoon/api/sr/v4/task", json=FRAMES)


def livepeer(call):
    for _ in range(MANY):
        call("POST", "/transcode", json=FILM)


def taskengine(call, **job):
    for _ in range(MANY):
        body = {"client": "demo-client", "job": {"workflow": "vodstream", **job}, "parameters": {}}
        call("POST", "/job", json=body)


def vionlabs(call):
    for number in range(MANY):
        task = {"inventory_id": "movie-001", "product": "markers", "version": f"1.0.{number}"}
        call("POST", "/task", params=KEY, json=task)


@pytest.fixture
def moves(monkeypatch):
    """Count how often time moves a resource, or looks at one."""
    counted, pass_on = [], Collection._pass_on

    def count(collection, item, due):
        counted.append(item.key)
        pass_on(collection, item, due)

    monkeypatch.setattr(Collection, "_pass_on", count)
    return counted


@pytest.mark.parametrize("create", [boro, kokoon, livepeer, taskengine, vionlabs])
def test_an_hour_costs_the_moves_of_its_tasks(call, moves, create):
    caller = call(create.__name__)
    create(caller)
    caller.mock.control.advance("PT1H")
    states = len(caller.mock.services[create.__name__].contract.task.states)
    assert MANY <= len(set(moves)) <= len(moves) <= MANY * states


@pytest.mark.parametrize("create", [boro, kokoon, livepeer, taskengine, vionlabs])
def test_an_hour_of_tasks_that_have_ended_costs_nothing(call, moves, create):
    caller = call(create.__name__)
    create(caller)
    caller.mock.control.advance("PT1H")
    moves.clear()
    caller.mock.control.advance("PT1H")
    caller.mock.control.advance("P365D")
    assert moves == []


def test_an_hour_of_tasks_that_wait_for_slots_costs_nothing(call, moves):
    engine = call("taskengine")
    engine("POST", "/settings", json={"name": "max_jobs", "setting": 0})
    taskengine(engine)
    engine.mock.control.advance("PT1H")
    assert len(moves) == MANY
    engine.mock.control.advance("PT1H")
    assert len(moves) == MANY


def test_an_hour_of_closed_semaphores_costs_a_look_at_each(call, moves):
    engine = call("taskengine")
    taskengine(engine, semaphore_url="http://192.0.2.1/")
    engine.mock.control.advance("PT1H")
    assert len(moves) == MANY


def test_an_hour_of_stalled_restarts_ends(call, moves):
    caller = call("boro")
    one = {"template_id": 63, "uri": "file:///mock-stall.mp4"}
    caller.calls(RpcCall("TaskStart", {"project_id": 2, "tasks": [one] * 10}))
    caller.mock.control.advance("PT1H")
    # Four runs each, of four moves.
    assert len(moves) <= 10 * 4 * 4


def test_any_number_of_waiting_jobs_may_start_at_once(call):
    """One that starts must not start the next one within itself."""
    engine = call("taskengine")
    engine("POST", "/settings", json={"name": "max_jobs", "setting": 0})
    for _ in range(5):
        taskengine(engine)
    engine.clock.advance(2)
    reply = engine("POST", "/settings", json={"name": "max_jobs", "setting": 10**9})
    assert reply.status_code == 200
    assert engine("GET", "/health").json()["jobs"]["started"] == 1 + 5 * MANY
