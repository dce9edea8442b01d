"""A task by the documented request: what the control creates for somebody who has no client yet."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mediatasks.errors import ControlError
from mediatasks.mock import Clock, Faults, Mock
from mediatasks.mock.control.sample_task import send_sample
from tests.contracts.test_store import FIVE
from tests.mock.conftest import START


@pytest.mark.parametrize("provider", FIVE)
def test_every_provider_has_a_sample_task(store, provider):
    mock = Mock([store.contract(provider)], Clock(0, START), check_replies=True)
    known = mock.control.tasks(provider)
    created = mock.control.create_sample(provider)
    assert created
    assert mock.control.tasks(provider) == [*created[::-1], *known]
    assert [request.verdict for request in mock.control.requests()] == ["fits"]


def test_a_request_with_several_tasks_tells_them_in_order(store):
    created = Mock([store.contract("boro")], Clock(0, START)).control.create_sample("boro")
    assert [task.key for task in created] == ["2223", "2224"]


def test_a_task_of_somebody_else_is_not_taken_for_the_sample(store):
    mock = Mock([store.contract("kokoon")], Clock(0, START))
    service = mock.services["kokoon"]

    def handle(request):
        with ThreadPoolExecutor() as pool:
            assert pool.submit(service.store.lock.acquire, False).result() is False
        return mock.handle(request)

    _, created = send_sample(service, handle)
    assert len(created) == 1


def test_what_is_there_already_is_asked_for_with_another_listed_value(store):
    control = Mock([store.contract("vionlabs")], Clock(0, START)).control
    tasks = [control.create_sample("vionlabs")[0].value for _ in range(3)]
    assert [task["product"] for task in tasks] == ["markers", "contextual_adbreak", "emotions"]
    assert {(task["inventory_id"], task["version"]) for task in tasks} == {("movie-001", "1.0.1")}
    assert [request.verdict for request in control.requests()] == ["fits"] * 3


def test_that_all_there_is_to_ask_for_is_there_already_is_told(store):
    control = Mock([store.contract("vionlabs")], Clock(0, START)).control
    # Two of the 16 products have a task of the film in the seeded examples.
    for _ in range(14):
        control.create_sample("vionlabs")
    with pytest.raises(ControlError, match="created no new task; all that it can ask for is there already"):
        control.create_sample("vionlabs")


def test_a_fault_meets_the_request_and_is_told(made_up):
    mock = Mock([made_up.contract("press")], Clock(0, START), faults=Faults("status:503"))
    with pytest.raises(ControlError, match="it was answered 503"):
        mock.control.create_sample("press")
    assert mock.control.requests()[0].status == 503


def test_a_contract_that_creates_no_task_says_so(press_with):
    def change(document):
        operations = document["x-lifecycle"]["Print"]["operations"]
        del operations["create_print"]

    control = press_with(change).mock.control
    assert [provider["creates"] for provider in control.providers()] == [False]
    with pytest.raises(ControlError, match="no operation of `press` creates a task"):
        control.create_sample("press")
