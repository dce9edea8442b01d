"""The control over HTTP: what its own document says."""

import re

import httpx2
import pytest
from openapi_spec_validator import validate

import mediatasks
from mediatasks.mock import Control, Mock
from mediatasks.mock.control.service import _ACTIONS, control_contract


@pytest.fixture
def ask(press):
    """Return what asks the control API of a press with one waiting print."""
    press("POST", "/prints", json={"title": "A"})
    client = httpx2.Client(transport=press.mock.transport(), base_url="http://mock/_mock")
    return client.request


def test_the_document_is_valid_openapi(ask):
    validate(ask("GET", "/openapi.json").json())


def test_the_document_names_the_providers_and_a_task_to_try(ask):
    components = ask("GET", "/openapi.json").json()["components"]
    assert components["schemas"]["ProviderName"]["enum"] == ["press"]
    assert components["parameters"]["key"]["example"] == "2"


def test_every_operation_is_served(press):
    contract = control_contract(press.mock.control)
    assert {*contract.operations} == {*_ACTIONS, "get_description"}


def test_a_mock_without_providers_has_a_control(ask):
    client = httpx2.Client(transport=Mock([]).transport(), base_url="http://mock/_mock")
    assert client.get("/providers").json() == {"providers": []}
    validate(client.get("/openapi.json").json())


def test_the_clock_is_read_and_moved(ask):
    assert ask("GET", "/clock").json() == {"now": "2026-02-02T02:40:00.000Z", "speed": 0.0}
    moved = ask("POST", "/clock", json={"advance": "PT1H"})
    assert moved.json() == {"now": "2026-02-02T03:40:00.000Z", "speed": 0.0}
    assert ask("POST", "/clock", json={"speed": 60}).json()["speed"] == 60


@pytest.mark.parametrize(
    "body", [{}, {"advance": "an hour"}, {"advance": "P1Y"}, {"speed": -1}, {"sped": 1}, []]
)
def test_a_clock_that_cannot_be_moved_so_is_a_400(ask, body):
    reply = ask("POST", "/clock", json=body)
    assert (reply.status_code, [*reply.json()]) == (400, ["error"])


def test_the_end_of_time_is_a_409(ask):
    steps = [ask("POST", "/clock", json={"advance": "P999W"}) for _ in range(2)]
    assert [s.status_code for s in steps] == [200, 200]
    for _ in range(500):
        reply = ask("POST", "/clock", json={"advance": "P999W"})
        if reply.status_code != 200:
            break
    assert (reply.status_code, reply.json()) == (409, {"error": "the clock ends with the year 9990"})


@pytest.mark.parametrize(
    ("path", "body", "state", "moves"),
    [
        ("finish", None, "printed", False),
        ("stall", None, "waiting", False),
        ("hold", {"state": "printing"}, "printing", False),
        ("release", None, "waiting", True),
    ],
)
def test_a_task_is_steered(ask, path, body, state, moves):
    task = ask("POST", f"/tasks/press/2/{path}", json=body).json() if body else None
    task = task or ask("POST", f"/tasks/press/2/{path}").json()
    assert (task["key"], task["state"], task["moves_at"] is not None) == ("2", state, moves)
    assert ask("GET", "/tasks/press/2").json() == task


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/tasks/press/2/fail", {"message": "no paper"}, 409),
        ("POST", "/tasks/press/2/hold", {"state": "lost"}, 409),
        ("POST", "/tasks/press/2/hold", {}, 400),
        ("POST", "/tasks/press/99/finish", None, 404),
        ("POST", "/tasks/pres/2/finish", None, 400),
        ("GET", "/tasks/press/99", None, 404),
        ("GET", "/state/press?resource=Lost", None, 404),
        ("GET", "/tasks?phase=lost", None, 400),
        ("GET", "/tasks?limit=0", None, 400),
        ("POST", "/state/press", {"resource": "Print", "values": [{"stage": "lost"}]}, 409),
        ("GET", "/nothing", None, 404),
        ("PATCH", "/clock", None, 405),
    ],
)
def test_what_cannot_be_done_is_told(ask, method, path, body, status):
    reply = ask(method, path, json=body) if body is not None else ask(method, path)
    assert (reply.status_code, [*reply.json()]) == (status, ["error"])


def test_the_state_is_seeded_read_and_reset(ask):
    seed = {"resource": "Print", "values": [{"number": 9, "stage": "waiting"}]}
    assert ask("POST", "/state/press", json=seed).json() == {"added": 1}
    assert ask("GET", "/state/press?offset=2").json()["resources"][0]["values"] == seed["values"]
    assert ask("DELETE", "/state/press").status_code == 204
    assert [t["key"] for t in ask("GET", "/tasks").json()["tasks"]] == ["1"]
    assert ask("DELETE", "/state").status_code == 204


def test_the_log_and_the_violations_are_read_and_forgotten(ask, press):
    press("POST", "/prints", json={})
    (violation,) = ask("GET", "/violations").json()["violations"]
    assert violation["expected"] == "the member `title`"
    (broken,) = ask("GET", "/requests?verdict=breaks&provider=press").json()["requests"]
    assert broken["violations"] == [violation]
    assert ask("DELETE", "/requests").status_code == 204
    assert ask("GET", "/violations").json() == {"count": 0, "violations": []}


def test_the_number_of_violations_comes_with_the_log(ask, press):
    assert ask("GET", "/requests").json()["violations"] == 0
    press("POST", "/prints", json={})
    assert ask("GET", "/requests?limit=1").json()["violations"] == 1


def test_a_provider_tells_its_credentials_and_whether_it_creates(ask):
    (press,) = ask("GET", "/providers").json()["providers"]
    (credential,) = press["credentials"]
    assert (credential["in"], credential["value"]) == ("header", "Bearer demo-token")
    assert press["creates"] is True


def test_a_contract_names_this_mock_as_its_server(ask):
    document = ask("GET", "/contracts/press").json()
    validate(document)
    assert [server["url"] for server in document["servers"]] == ["/press"]


def test_a_sample_task_is_created(ask):
    reply = ask("POST", "/tasks/press")
    assert reply.status_code == 201
    (task,) = reply.json()["tasks"]
    assert (task["key"], task["state"], task["since"]) == ("3", "waiting", "2026-02-02T02:40:00.000Z")
    assert ask("GET", "/tasks/press/3").json() == task


def test_a_reply_of_the_control_that_breaks_its_document_is_a_500_in_tests(ask, press, monkeypatch):
    monkeypatch.setattr(Control, "violations", lambda control: [{"place": 7}])
    assert ask("GET", "/violations").status_code == 500


def test_the_python_calls_and_the_operations_are_the_same(press):
    """One method a thing: what HTTP can do, Python can, and the other way round."""
    called = {re.sub(r"_(all|state|task|tasks)$", "", name) for name in _ACTIONS}
    methods = {n for n in vars(Control) if not n.startswith("_")}
    same = {"advance": "move_clock", "set_speed": "move_clock", "providers": "list_providers"}
    same |= {"contract": "get_contract"}
    same |= {"state": "get", "task": "get", "tasks": "list", "requests": "list_requests"}
    same |= {"violations": "list_violations", "violation_count": "list_violations"}
    same |= {"outgoing": "list_outgoing", "waiting": "list_outgoing", "receivers": "list_receivers"}
    same |= {"register": "register_receiver", "unregister": "unregister_receiver"}
    assert {same.get(m, m) for m in methods} | {"get_clock", "get_health"} == called


def test_the_health_is_told_and_stands_in_no_log(ask, press):
    assert ask("GET", "/health").json() == {
        "status": "ok",
        "version": mediatasks.__version__,
        "providers": ["press"],
    }
    assert ask("HEAD", "/health").status_code == 200
    assert [e.path for e in press.mock.control.requests() if "_mock" in e.path] == []
