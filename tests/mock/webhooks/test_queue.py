"""The queue of what the mock sends by itself: bounded, in order, masked, gone when it is no longer needed."""

import logging
import threading
import time
from types import SimpleNamespace

import pytest

from mediatasks.contracts.model.envelope import RpcCall
from mediatasks.mock.http.redaction import shown_address
from mediatasks.mock.store.clock import Clock
from mediatasks.mock.webhooks import queue as module
from mediatasks.mock.webhooks.queue import WAITING, OutgoingQueue, OutgoingRequest


@pytest.fixture
def clock():
    return Clock(0, 1_770_000_000.0)


@pytest.fixture
def queue(clock):
    queue = OutgoingQueue(clock)
    yield queue
    queue.stop()


def parcel(url, body=b"{}", waits=(), then=None, provider="acme"):
    return OutgoingRequest(provider, "done", "7", url, lambda: ({}, body), waits=iter(waits), then=then)


def outcomes(queue):
    return [(sent.outcome, sent.status, sent.attempt, sent.repeats) for sent in queue.entries()]


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "mock-queue"]


def test_what_is_put_in_is_sent_in_order(queue, receiver):
    for number in range(20):
        queue.put(parcel(f"{receiver.url}/{number}"))
    assert queue.settle()
    assert receiver.paths == [f"/{number}" for number in range(20)]


def test_what_became_of_a_request_is_written_down(queue, receiver):
    queue.put(parcel(f"{receiver.url}/hook?token=hush"))
    queue.settle()
    (sent,) = queue.entries()
    assert (sent.number, sent.provider, sent.event, sent.task, sent.method) == (
        1,
        "acme",
        "done",
        "7",
        "POST",
    )
    assert (sent.outcome, sent.status, sent.problem) == ("answered", 200, "")
    assert sent.url == f"{receiver.url}/hook?token=***"
    queue.clear()
    assert queue.entries() == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:9/hook", "http://127.0.0.1:9/hook"),
        ("http://me:hush@127.0.0.1/hook", "http://***@127.0.0.1/hook"),
        ("http://a@b:hush@127.0.0.1/", "http://***@127.0.0.1/"),
        ("http://h/?key=hush&n=1#hush", "http://h/?key=***&n=***"),
        ("http://h/?hush", "http://h/?***"),
        ("http://h/" + "a" * 900, "http://h/" + "a" * 491),
    ],
)
def test_an_address_is_shown_without_its_secrets(url, shown):
    assert shown_address(url) == shown


def test_too_many_are_dropped_and_told(queue, receiver):
    receiver.hold = True
    for _ in range(WAITING + 5):
        queue.put(parcel(receiver.url))
    dropped = [sent for sent in queue.entries() if sent.outcome == "dropped"]
    assert len(dropped) in (4, 5)
    assert (dropped[0].attempt, dropped[0].problem) == (0, "1000 requests were waiting already")


def test_the_log_is_bounded(queue, monkeypatch):
    for _ in range(3 * module.SIZE):
        queue._record(parcel("http://127.0.0.1/"), "answered", 200)
    assert len(queue.entries()) == module.SIZE


def test_a_refusal_is_told_once_on_stderr(queue, caplog):
    with caplog.at_level(logging.WARNING, "mediatasks.mock"):
        for _ in range(3):
            queue.put(parcel("http://192.0.2.1/hook?key=hush"))
        queue.settle()
    (message,) = [record.getMessage() for record in caplog.records]
    assert "`192.0.2.1` is not this machine" in message
    assert "hush" not in message


@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_is_repeated_when_the_clock_says_so(queue, clock, receiver, status):
    receiver.status = status
    queue.put(parcel(receiver.url, waits=[6, 7]))
    queue.settle()
    assert outcomes(queue) == [("answered", status, 1, True)]
    clock.advance(5.9)
    queue.settle()
    assert len(receiver.heard) == 1
    clock.advance(0.2)
    queue.settle()
    receiver.status = 200
    clock.advance(7)
    queue.settle()
    assert outcomes(queue)[1:] == [("answered", status, 2, True), ("answered", 200, 3, False)]


def test_repetitions_come_to_an_end(queue, clock, receiver):
    receiver.status = 500
    queue.put(parcel(receiver.url, waits=[1]))
    for _ in range(3):
        queue.settle()
        clock.advance(10)
    assert outcomes(queue) == [("answered", 500, 1, True), ("answered", 500, 2, False)]


@pytest.mark.parametrize("status", [200, 204, 302, 404])
def test_an_answer_below_500_is_not_repeated(queue, clock, receiver, status):
    receiver.status = status
    queue.put(parcel(receiver.url, waits=[1]))
    queue.settle()
    assert (outcomes(queue), queue.waiting) == ([("answered", status, 1, False)], 0)


def test_a_repetition_comes_by_itself_while_the_clock_runs(receiver):
    queue = OutgoingQueue(Clock(1000))
    receiver.status = 500
    queue.put(parcel(receiver.url, waits=[30]))
    _until(lambda: len(receiver.heard) == 2)
    queue.stop()


def test_a_refusal_is_final(queue):
    queue.put(parcel("http://192.0.2.1/", waits=[1]))
    queue.settle()
    assert outcomes(queue) == [("refused", None, 1, False)]


def test_the_status_is_told(queue, receiver):
    heard = []
    queue.put(parcel(receiver.url, then=heard.append))
    queue.put(parcel("http://192.0.2.1/", then=heard.append))
    queue.settle()
    assert heard == [200, None]


def test_one_that_goes_wrong_does_not_keep_the_others(queue, receiver, caplog):
    queue.put(parcel(receiver.url, then=lambda status: 1 / 0))
    queue.put(parcel(f"{receiver.url}/next"))
    assert queue.settle()
    assert receiver.paths == ["/", "/next"]
    assert "ZeroDivisionError" in caplog.text


def test_what_waits_for_a_provider_can_be_forgotten(queue, clock, receiver):
    receiver.status = 500
    queue.put(parcel(receiver.url, waits=[1]))
    queue.put(parcel(receiver.url, waits=[1], provider="other"))
    queue.settle()
    queue.forget("acme")
    clock.advance(1)
    queue.settle()
    assert [sent.provider for sent in queue.entries()] == ["acme", "other", "other"]


def test_what_is_under_way_when_it_is_forgotten_is_not_repeated_and_not_told(queue, receiver):
    heard = []
    receiver.status, receiver.hold = 500, True
    queue.put(parcel(receiver.url, waits=[1], then=heard.append))
    _until(lambda: receiver.heard)
    queue.forget("acme")
    receiver.released.set()
    queue.settle()
    assert (heard, queue.waiting, outcomes(queue)) == ([], 0, [("answered", 500, 1, False)])


def test_a_settlement_is_bounded(queue, receiver):
    receiver.hold = True
    queue.put(parcel(receiver.url))
    assert not queue.settle(0.05)
    receiver.released.set()
    assert queue.settle()


def test_a_mock_that_sends_nothing_has_no_thread(press):
    before = threads()
    press("POST", "/prints", json={"title": "A"})
    assert press.mock.settle()
    assert threads() == before


class Tasks:
    """Tasks of a provider, the next of them due at `due`; `looks` counts how often they were looked at."""

    def __init__(self, due):
        self.contract, self.lock = SimpleNamespace(provider="acme"), threading.RLock()
        self.due, self.looks = due, 0

    def catch_up(self):
        self.looks += 1

    def next_due(self):
        return self.due


def test_tasks_are_looked_at_anew_only_for_what_is_due_sooner(queue, clock):
    tasks = Tasks(clock.now() + 60)
    queue.attend(tasks)
    queue.settle()
    looks = tasks.looks
    for later in (60, 61):
        queue.expect(clock.now() + later)
    assert not queue._look
    tasks.due = clock.now() + 59
    queue.expect(tasks.due)
    _until(lambda: tasks.looks == looks + 1)


def _add_print(press):
    press("POST", "/prints", json={"title": "A"})


def _add_frame(render):
    render.calls(RpcCall("frame.add", {"scene": "noon"}, 1))


@pytest.mark.parametrize(("caller", "add"), [("press", _add_print), ("render", _add_frame)])
def test_a_request_that_makes_a_task_tells_when_it_is_due(request, caller, add):
    caller = request.getfixturevalue(caller)
    (service,) = caller.mock.services.values()
    service.dispatcher.attend()
    caller.mock.settle()
    add(caller)
    _until(lambda: caller.mock.queue._due == service.store.next_due() is not None)


def test_who_attends_already_looks_again_for_what_is_due_sooner(press):
    (service,) = press.mock.services.values()
    collection = service.store.collections["Print"]
    service.dispatcher.attend()
    press.mock.settle()
    with service.store.lock:
        collection.move(next(collection.ordered()), "waiting")
        service.dispatcher.attend()
    _until(lambda: press.mock.queue._due == service.store.next_due() is not None)


def test_what_comes_up_while_tasks_are_looked_at_is_looked_at_too(queue, clock):
    tasks, looks = Tasks(clock.now() + 60), []
    queue.attend(tasks)
    queue.settle()

    def look():
        looks.append(True)
        if len(looks) == 1:
            queue.expect(tasks.due + 1)

    tasks.catch_up = look
    queue.wake()
    _until(lambda: len(looks) == 2)


def test_the_thread_ends_when_nothing_is_left(queue, receiver, monkeypatch):
    monkeypatch.setattr(module, "_IDLE", 0.02)
    queue.put(parcel(receiver.url))
    queue.settle()
    _until(lambda: queue._thread is None)
    queue.put(parcel(receiver.url))
    assert queue.settle()
    assert len(receiver.heard) == 2


def test_a_mock_without_it_sends_nothing(clock, receiver):
    queue = OutgoingQueue(clock, sends=False)
    queue.put(parcel(receiver.url))
    assert queue.settle()
    assert (receiver.heard, queue.entries()) == ([], [])


def _until(holds):
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)
