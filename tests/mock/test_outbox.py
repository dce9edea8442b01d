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
from mediatasks.mock.webhooks.queue import WAITING, Outbox, Parcel


@pytest.fixture
def clock():
    return Clock(0, 1_770_000_000.0)


@pytest.fixture
def outbox(clock):
    outbox = Outbox(clock)
    yield outbox
    outbox.stop()


def parcel(url, body=b"{}", waits=(), then=None, provider="acme"):
    return Parcel(provider, "done", "7", url, lambda: ({}, body), waits=iter(waits), then=then)


def outcomes(outbox):
    return [(sent.outcome, sent.status, sent.attempt, sent.repeats) for sent in outbox.entries()]


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "mock-outbox"]


def test_what_is_put_in_is_sent_in_order(outbox, receiver):
    for number in range(20):
        outbox.put(parcel(f"{receiver.url}/{number}"))
    assert outbox.settle()
    assert receiver.paths == [f"/{number}" for number in range(20)]


def test_what_became_of_a_request_is_written_down(outbox, receiver):
    outbox.put(parcel(f"{receiver.url}/hook?token=hush"))
    outbox.settle()
    (sent,) = outbox.entries()
    assert (sent.number, sent.provider, sent.event, sent.task, sent.method) == (
        1,
        "acme",
        "done",
        "7",
        "POST",
    )
    assert (sent.outcome, sent.status, sent.problem) == ("answered", 200, "")
    assert sent.url == f"{receiver.url}/hook?token=***"
    outbox.clear()
    assert outbox.entries() == []


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


def test_too_many_are_dropped_and_told(outbox, receiver):
    receiver.hold = True
    for _ in range(WAITING + 5):
        outbox.put(parcel(receiver.url))
    dropped = [sent for sent in outbox.entries() if sent.outcome == "dropped"]
    assert len(dropped) in (4, 5)
    assert (dropped[0].attempt, dropped[0].problem) == (0, "1000 requests were waiting already")


def test_the_log_is_bounded(outbox, monkeypatch):
    for _ in range(3 * module.SIZE):
        outbox._record(parcel("http://127.0.0.1/"), "answered", 200)
    assert len(outbox.entries()) == module.SIZE


def test_a_refusal_is_told_once_on_stderr(outbox, caplog):
    with caplog.at_level(logging.WARNING, "mediatasks.mock"):
        for _ in range(3):
            outbox.put(parcel("http://192.0.2.1/hook?key=hush"))
        outbox.settle()
    (message,) = [record.getMessage() for record in caplog.records]
    assert "`192.0.2.1` is not this machine" in message
    assert "hush" not in message


@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_is_repeated_when_the_clock_says_so(outbox, clock, receiver, status):
    receiver.status = status
    outbox.put(parcel(receiver.url, waits=[6, 7]))
    outbox.settle()
    assert outcomes(outbox) == [("answered", status, 1, True)]
    clock.advance(5.9)
    outbox.settle()
    assert len(receiver.heard) == 1
    clock.advance(0.2)
    outbox.settle()
    receiver.status = 200
    clock.advance(7)
    outbox.settle()
    assert outcomes(outbox)[1:] == [("answered", status, 2, True), ("answered", 200, 3, False)]


def test_repetitions_come_to_an_end(outbox, clock, receiver):
    receiver.status = 500
    outbox.put(parcel(receiver.url, waits=[1]))
    for _ in range(3):
        outbox.settle()
        clock.advance(10)
    assert outcomes(outbox) == [("answered", 500, 1, True), ("answered", 500, 2, False)]


@pytest.mark.parametrize("status", [200, 204, 302, 404])
def test_an_answer_below_500_is_not_repeated(outbox, clock, receiver, status):
    receiver.status = status
    outbox.put(parcel(receiver.url, waits=[1]))
    outbox.settle()
    assert (outcomes(outbox), outbox.waiting) == ([("answered", status, 1, False)], 0)


def test_a_repetition_comes_by_itself_while_the_clock_runs(receiver):
    outbox = Outbox(Clock(1000))
    receiver.status = 500
    outbox.put(parcel(receiver.url, waits=[30]))
    _until(lambda: len(receiver.heard) == 2)
    outbox.stop()


def test_a_refusal_is_final(outbox):
    outbox.put(parcel("http://192.0.2.1/", waits=[1]))
    outbox.settle()
    assert outcomes(outbox) == [("refused", None, 1, False)]


def test_the_status_is_told(outbox, receiver):
    heard = []
    outbox.put(parcel(receiver.url, then=heard.append))
    outbox.put(parcel("http://192.0.2.1/", then=heard.append))
    outbox.settle()
    assert heard == [200, None]


def test_one_that_goes_wrong_does_not_keep_the_others(outbox, receiver, caplog):
    outbox.put(parcel(receiver.url, then=lambda status: 1 / 0))
    outbox.put(parcel(f"{receiver.url}/next"))
    assert outbox.settle()
    assert receiver.paths == ["/", "/next"]
    assert "ZeroDivisionError" in caplog.text


def test_what_waits_for_a_provider_can_be_forgotten(outbox, clock, receiver):
    receiver.status = 500
    outbox.put(parcel(receiver.url, waits=[1]))
    outbox.put(parcel(receiver.url, waits=[1], provider="other"))
    outbox.settle()
    outbox.forget("acme")
    clock.advance(1)
    outbox.settle()
    assert [sent.provider for sent in outbox.entries()] == ["acme", "other", "other"]


def test_what_is_under_way_when_it_is_forgotten_is_not_repeated_and_not_told(outbox, receiver):
    heard = []
    receiver.status, receiver.hold = 500, True
    outbox.put(parcel(receiver.url, waits=[1], then=heard.append))
    _until(lambda: receiver.heard)
    outbox.forget("acme")
    receiver.released.set()
    outbox.settle()
    assert (heard, outbox.waiting, outcomes(outbox)) == ([], 0, [("answered", 500, 1, False)])


def test_a_settlement_is_bounded(outbox, receiver):
    receiver.hold = True
    outbox.put(parcel(receiver.url))
    assert not outbox.settle(0.05)
    receiver.released.set()
    assert outbox.settle()


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


def test_tasks_are_looked_at_anew_only_for_what_is_due_sooner(outbox, clock):
    tasks = Tasks(clock.now() + 60)
    outbox.attend(tasks)
    outbox.settle()
    looks = tasks.looks
    for later in (60, 61):
        outbox.expect(clock.now() + later)
    assert not outbox._look
    tasks.due = clock.now() + 59
    outbox.expect(tasks.due)
    _until(lambda: tasks.looks == looks + 1)


def _add_print(press):
    press("POST", "/prints", json={"title": "A"})


def _add_frame(render):
    render.calls(RpcCall("frame.add", {"scene": "noon"}, 1))


@pytest.mark.parametrize(("caller", "add"), [("press", _add_print), ("render", _add_frame)])
def test_a_request_that_makes_a_task_tells_when_it_is_due(request, caller, add):
    caller = request.getfixturevalue(caller)
    (service,) = caller.mock.services.values()
    service.state.attend()
    caller.mock.settle()
    add(caller)
    _until(lambda: caller.mock.outbox._due == service.state.next_due() is not None)


def test_who_attends_already_looks_again_for_what_is_due_sooner(press):
    (service,) = press.mock.services.values()
    shelf = service.state.shelves["Print"]
    service.state.attend()
    press.mock.settle()
    with service.state.lock:
        shelf.move(next(shelf.ordered()), "waiting")
        service.state.attend()
    _until(lambda: press.mock.outbox._due == service.state.next_due() is not None)


def test_what_comes_up_while_tasks_are_looked_at_is_looked_at_too(outbox, clock):
    tasks, looks = Tasks(clock.now() + 60), []
    outbox.attend(tasks)
    outbox.settle()

    def look():
        looks.append(True)
        if len(looks) == 1:
            outbox.expect(tasks.due + 1)

    tasks.catch_up = look
    outbox.wake()
    _until(lambda: len(looks) == 2)


def test_the_thread_ends_when_nothing_is_left(outbox, receiver, monkeypatch):
    monkeypatch.setattr(module, "_IDLE", 0.02)
    outbox.put(parcel(receiver.url))
    outbox.settle()
    _until(lambda: outbox._thread is None)
    outbox.put(parcel(receiver.url))
    assert outbox.settle()
    assert len(receiver.heard) == 2


def test_a_mock_without_it_sends_nothing(clock, receiver):
    outbox = Outbox(clock, sends=False)
    outbox.put(parcel(receiver.url))
    assert outbox.settle()
    assert (receiver.heard, outbox.entries()) == ([], [])


def _until(holds):
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)
