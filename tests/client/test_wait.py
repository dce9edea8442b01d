import asyncio
import functools

import httpx2
import msgspec
import pytest

import mediatasks
from mediatasks import AsyncTaskEngine, Boro, TaskEngine, Vionlabs
from mediatasks.errors import NotFound, ReplyError, RpcError, StatusError, UsageError, WaitTimeout
from mediatasks.mock import Clock, Mock
from tests.contracts.test_store import FIVE


def job(state, **more):
    return httpx2.Response(200, json={"id": 5, "queue_state": state, "failed": False, **more})


@pytest.fixture(autouse=True)
def naps(monkeypatch):
    """Sleep no longer than a blink, and note how long it would have been."""
    naps = []
    monkeypatch.setattr("mediatasks.client.session.time.sleep", naps.append)
    return naps


@pytest.fixture
def engine():
    def make(*answers, **options):
        left = list(answers)

        def answer(request):
            reply = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(reply, Exception):
                raise reply
            return reply

        http = httpx2.Client(transport=httpx2.MockTransport(answer))
        options = {"max_retries": 0, **options}
        return TaskEngine("http://e.test", client="c", api_key="k", http_client=http, **options)

    return make


def test_wait_returns_the_task_in_its_final_state(engine):
    states = []
    client = engine(job("queued"), job("started"), job("completed"))
    done = client.wait(5, on_update=lambda j: states.append(str(j.queue_state)))
    assert done.queue_state == "completed"
    assert states == ["queued", "started", "completed"]


def test_an_update_is_told_once(engine):
    states = []
    client = engine(job("queued"), job("queued"), job("completed"))
    client.wait(5, on_update=lambda j: states.append(str(j.queue_state)))
    assert states == ["queued", "completed"]


def test_wait_takes_the_model_as_well_as_the_id(engine):
    client = engine(job("completed"))
    assert client.wait(client.get_job(5)).id == 5


def test_polls_follow_the_contracts_interval_with_jitter(engine, naps):
    engine(job("queued"), job("queued"), job("completed")).wait(5)
    assert len(naps) == 2
    assert all(3.75 <= nap <= 6.25 for nap in naps)


def test_a_state_that_the_contract_does_not_know_is_waited_out(engine):
    assert engine(job("melted"), job("completed")).wait(5).queue_state == "completed"


def test_wait_ends_at_its_deadline_with_the_last_state(engine, monkeypatch):
    clock = iter(range(0, 10_000, 40))
    monkeypatch.setattr("mediatasks.client.pauses.time.monotonic", lambda: next(clock))
    with pytest.raises(WaitTimeout, match="last state was `started`") as caught:
        engine(job("started")).wait(5, timeout=200)
    assert caught.value.task.queue_state == "started"


def test_a_wait_without_limit_goes_on(engine):
    assert (
        engine(*[job("started")] * 2000, job("completed")).wait(5, timeout=None).queue_state == "completed"
    )


@pytest.mark.parametrize(
    "value", [0, -1, float("nan"), float("inf"), pytest.param(10**400, id="big"), "3", True]
)
@pytest.mark.parametrize("name", ["timeout", "interval"])
def test_a_limit_that_is_none_is_refused(engine, name, value):
    with pytest.raises(UsageError, match=f"`wait`: `{name}` is "):
        engine(job("completed")).wait(5, **{name: value})


MISSING = httpx2.Response(404, json={"error": "no job"})


def test_a_task_that_is_not_known_yet_is_waited_for_and_told_once(engine, naps, caplog):
    assert engine(MISSING, MISSING, job("completed")).wait(5).queue_state == "completed"
    assert all(nap <= 1 for nap in naps)
    assert [r.getMessage() for r in caplog.records if r.levelname == "WARNING"] == [
        "`get_job`: task 5 is not known yet; it is read again for 10 s"
    ]


def test_a_task_that_stays_unknown_is_not_found_after_ten_seconds(engine, naps):
    with pytest.raises(NotFound):
        engine(MISSING).wait(5)
    assert 10 <= sum(naps) < 11


def test_a_task_that_was_seen_and_is_gone_is_not_found_at_once(engine, naps):
    with pytest.raises(NotFound):
        engine(job("started"), MISSING).wait(5)
    assert len(naps) == 1


def test_a_misspelt_option_of_wait_is_answered_by_the_nearest(engine):
    with pytest.raises(UsageError, match="`wait` takes no `timout`; did you mean `timeout`"):
        engine(job("completed")).wait(5, timout=3)


async def told(task):
    raise AssertionError


class Told:
    async def __call__(self, task):
        raise AssertionError


@pytest.mark.parametrize("callback", [told, Told(), functools.partial(told), lambda task: told(task=task)])
def test_a_synchronous_wait_refuses_an_asynchronous_callback(engine, callback):
    with pytest.raises(UsageError, match="`on_update` is asynchronous and this client is not"):
        engine(job("completed")).wait(5, on_update=callback)


def test_a_callback_is_a_function(engine):
    with pytest.raises(UsageError, match="`on_update` is a function, got 'x'"):
        engine(job("completed")).wait(5, on_update="x")


def test_passing_faults_are_survived(engine):
    faults = [
        httpx2.ConnectError("refused"),
        httpx2.Response(503),
        httpx2.Response(429, headers={"retry-after": "9"}),
    ]
    assert engine(*faults, job("completed")).wait(5).queue_state == "completed"


def test_retry_after_is_honoured(engine, naps):
    engine(httpx2.Response(429, headers={"retry-after": "30"}), job("completed")).wait(5)
    assert naps[0] == 30


def test_faults_that_do_not_pass_end_the_wait(engine):
    with pytest.raises(StatusError):
        engine(httpx2.Response(503)).wait(5)


@pytest.mark.parametrize(
    "reply", [httpx2.Response(400, json={"error": "no"}), httpx2.Response(401, json={})]
)
def test_a_refusal_is_not_waited_out(engine, reply, naps):
    with pytest.raises(StatusError):
        engine(reply).wait(5)
    assert naps == []


def test_a_reply_that_breaks_the_contract_is_not_waited_out(engine):
    with pytest.raises(ReplyError):
        engine(httpx2.Response(200, text="<html>")).wait(5)


def test_wait_says_what_it_needs():
    with pytest.raises(UsageError, match="`task_id` or `inventory_id` and `product` and `version`"):
        Vionlabs("http://v.test", key="k").wait()


def test_wait_names_what_it_needs_once():
    with pytest.raises(UsageError) as caught:
        Boro("http://boro.test", user_id=1).wait(5)
    assert str(caught.value) == "to wait for a task, give `project_id` and `task_id`"


def test_wait_takes_the_names_of_a_task_without_id():
    done = httpx2.Response(200, json={"status": "done", "error": "", "_links": {}})
    asked = []
    transport = httpx2.MockTransport(lambda request: asked.append(request.url.path) or done)
    with httpx2.Client(transport=transport) as http:
        client = Vionlabs("http://v.test", key="k", http_client=http)
        client.wait(inventory_id="i", product="markers", version="1.0.1")
    assert asked == ["/tasks/catalog-item/i/product/markers/version/1.0.1"]


def test_a_restart_under_a_new_id_is_followed():
    def chain(*tasks):
        chains = [{"initial_task_id": 1, "tasks": list(tasks)}]
        return httpx2.Response(200, json={"reply": [{"method": "TaskStatus", "result": chains}]})

    stalled = {"task_id": 1, "initial_task_id": 1, "status": "Stalled"}
    answers = [
        chain(stalled),
        chain(stalled, {"task_id": 2, "initial_task_id": 1, "status": "Running"}),
        chain(stalled, {"task_id": 2, "initial_task_id": 1, "status": "Completed"}),
    ]
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: answers.pop(0))) as http:
        done = Boro("http://b.test", user_id=1, http_client=http).wait(1, project_id=2)
    assert (done.task_id, done.status) == (2, "Completed")


STALLED = {"task_id": 1, "initial_task_id": 1, "status": "Stalled"}


def boro_of(answer):
    return Boro(
        "http://b.test", user_id=1, http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
    )


def reply(**element):
    return httpx2.Response(200, json={"reply": [{"method": "TaskStatus", **element}]})


def test_a_stalled_task_that_nothing_restarts_ends_the_wait(naps):
    chains = [{"initial_task_id": 1, "tasks": [STALLED]}]
    task = boro_of(lambda _: reply(result=chains)).wait(1, project_id=2)
    assert task.status == "Stalled"
    assert 30 <= sum(naps) < 35


def test_a_restart_begins_the_time_of_a_stalled_task_anew(naps):
    second = {**STALLED, "task_id": 2}
    pages = [[STALLED]] * 10 + [[STALLED, second]]

    def answer(_):
        return reply(result=[{"initial_task_id": 1, "tasks": pages.pop(0) if len(pages) > 1 else pages[0]}])

    assert boro_of(answer).wait(1, project_id=2).task_id == 2
    assert 42 < sum(naps) < 60


def test_a_task_that_the_last_restart_left_stalled_ends_the_wait_of_the_mock(store, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("mediatasks.client.session.time.sleep", clock.advance)
    with httpx2.Client(transport=Mock(store.choose(["boro"]), clock).transport()) as http:
        boro = Boro("http://mock/boro", user_id=1, http_client=http)
        [task] = boro.task_start(project_id=2, tasks=[{"template_id": 63, "uri": "file:///mock-stall"}])
        assert boro.wait(task, project_id=2).status == "Stalled"
        assert len(boro.task_status(project_id=2, task_ids=task.task_id, restart_chain="all")[0].tasks) == 4


def test_ids_that_the_server_does_not_know_yet_are_waited_for():
    unknown = "Requested task IDs do not exist: [1]"
    done = [{"initial_task_id": 1, "tasks": [{**STALLED, "status": "Completed"}]}]
    answers = [
        reply(result=[], errors=[unknown]),
        reply(error=unknown),
        reply(result=[]),
        reply(result=done),
    ]
    assert boro_of(lambda _: answers.pop(0)).wait(1, project_id=2).status == "Completed"


def test_another_failed_call_is_not_waited_out(naps):
    with pytest.raises(RpcError, match="project 2 does not exist"):
        boro_of(lambda _: reply(error="project 2 does not exist")).wait(1, project_id=2)
    assert naps == []


def test_an_asynchronous_callback_is_awaited():
    states = []

    async def note(task):
        await asyncio.sleep(0)
        states.append(str(task.queue_state))

    async def run():
        transport = httpx2.MockTransport(lambda _: job("completed"))
        async with httpx2.AsyncClient(transport=transport) as http:
            await AsyncTaskEngine("http://e.test", client="c", api_key="k", http_client=http).wait(
                5, on_update=note
            )

    asyncio.run(run())
    assert states == ["completed"]


def test_the_asynchronous_wait_does_the_same(monkeypatch):
    answers = [job("queued"), httpx2.Response(503), job("completed")]

    async def nap(seconds):
        return None

    async def run():
        transport = httpx2.MockTransport(lambda _: answers.pop(0))
        async with httpx2.AsyncClient(transport=transport) as http:
            client = AsyncTaskEngine(
                "http://e.test", client="c", api_key="k", http_client=http, max_retries=0
            )
            return await client.wait(5)

    monkeypatch.setattr("asyncio.sleep", nap)
    assert asyncio.run(run()).queue_state == "completed"


CREATE = {
    "boro": lambda c: (
        c.task_start(project_id=2, tasks=[{"template_id": 63, "uri": "file:///a"}])[0],
        {"project_id": 2},
    ),
    "kokoon": lambda c: (
        c.create_task(
            task_type="SR",
            ai_model_name="coral",
            use_film_grain=True,
            use_color_grading=True,
            vid="v",
            width=1,
            height=1,
        ),
        {},
    ),
    "livepeer": lambda c: (
        c.create_transcode(
            input={"url": "https://e.org/a.mp4"},
            storage={"type": "web3.storage", "credentials": {"proof": "p"}},
            outputs={"hls": {"path": "/h"}},
        ),
        {},
    ),
    "taskengine": lambda c: (
        c.create_job(client="c", job={"workflow": "w"}, parameters={"content_id": "x"}),
        {},
    ),
    "vionlabs": lambda c: (c.create_task(inventory_id="movie-001", product="markers", version="2.0"), {}),
}


@pytest.mark.parametrize("provider", FIVE)
def test_a_task_of_every_provider_is_waited_for(store, provider, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("mediatasks.client.session.time.sleep", clock.advance)
    mock = Mock(store.choose([provider]), clock)
    contract = store.contract(provider)
    credentials = {c.argument: c.example for c in contract.credentials}
    with httpx2.Client(transport=mock.transport()) as http:
        kind = getattr(mediatasks, contract.name)
        client = kind(f"http://mock/{provider}", http_client=http, **credentials)
        created, arguments = CREATE[provider](client)
        task = client.wait(created, **arguments)
    plain = msgspec.to_builtins(task)
    assert contract.task.phase_of(plain) == "succeeded"


def test_a_task_that_was_never_read_says_why(engine, monkeypatch):
    monkeypatch.undo()  # time has to pass here
    busy = httpx2.Response(503, json={"error": "busy"})
    with pytest.raises(WaitTimeout, match=r"task 5 could not be read in time; .*503"):
        engine(busy).wait(5, timeout=0.02, interval=1)
