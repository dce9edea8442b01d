import asyncio
import subprocess
import sys

import httpx2
import pytest

from mediatasks import Boro, Livepeer, TaskEngine
from mediatasks.errors import UsageError
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda e: e.get_job(125, tiemout=3), "`get_job` takes no `tiemout`; did you mean `timeout`?"),
        (lambda e: e.list_jobs(stat=3), "`list_jobs` takes no `stat`; did you mean `state`?"),
        (lambda e: e.get_job(125, timeout=-1), "`timeout` is a number above 0, got -1"),
        (lambda e: e.get_job(125, timeout="x"), "`timeout` is a number above 0, got 'x'"),
        (lambda e: e.get_job(125, timeout=float("nan")), "`timeout` is a number above 0, got nan"),
        (lambda e: e.get_job(125, timeout=float("inf")), "`timeout` is at most 1000000 seconds, got inf"),
        (lambda e: e.get_job(125, timeout=True), "`timeout` is a number above 0, got True"),
        (lambda e: e.get_job(125, timeout=None), "`timeout` is a number above 0, got None"),
        (lambda e: e.get_job(125, timeout=-(10**5000)), "`timeout` is a number above 0, got `int`"),
        (lambda e: e.get_job(125, max_retries=1.5), "`max_retries` is an integer from 0 on"),
        (lambda e: e.get_job(125, max_retries=-1), "`max_retries` is an integer from 0 on, got -1"),
        (lambda e: e.get_job(125, max_retries=True), "`max_retries` is an integer from 0 on, got True"),
        (lambda e: e.get_job(125, repeat_unsafe="no"), "`repeat_unsafe` is True or False, got 'no'"),
        (lambda e: e.get_job(125, headers="a: b"), "`headers` is a mapping of text to text, got `str`"),
        (lambda e: e.get_job(125, headers={"x-a": 1}), "the header `x-a` is text, got `int`"),
        (lambda e: e.get_job(b"1"), "`job_id` cannot be sent: it is of type `bytes`"),
        (lambda e: e.list_jobs(limit=float("nan")), "`limit` cannot be sent: JSON and HTTP have no NaN"),
        (lambda e: e.list_jobs(client=["a", {"b"}]), "`client` cannot be sent: it is of type `set`"),
        (
            lambda e: e.update_job(1, priority={1}),
            "`update_job`: `/priority` cannot be sent: it is of type `set`",
        ),
        (lambda e: e.detailed(5), "expected a method of a client, got `int`"),
        (lambda e: e.wait(125, intervall=2), "`wait` takes no `intervall`"),
        (lambda e: e.get_job(None), "`job_id` stands in the path and must not be empty, got None"),
        (lambda e: e.get_job(""), "must not be empty, got ''"),
    ],
)
def test_a_wrong_argument_is_refused_before_any_request(engine, server, call, message):
    with pytest.raises(UsageError) as caught:
        call(engine)
    assert message in str(caught.value)
    assert server.requests == []


def test_an_unknown_option_of_a_client_names_the_nearest():
    with pytest.raises(UsageError, match="`Livepeer` takes no `apikey`; did you mean `api_key`"):
        Livepeer(apikey="x")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": "3"}, "`TaskEngine`: `timeout` is a number above 0, got '3'"),
        ({"max_reply_bytes": 1.5}, "`max_reply_bytes` is an integer above 0, got 1.5"),
        ({"max_reply_bytes": float("nan")}, "`max_reply_bytes` is an integer above 0, got nan"),
        ({"max_reply_bytes": 0}, "`max_reply_bytes` is an integer above 0, got 0"),
        ({"strict": "false"}, "`strict` is True or False, got 'false'"),
        ({"trust_env": 0}, "`trust_env` is True or False, got 0"),
        ({"headers": {"a b": "c"}}, "'a b' is no header name"),
        ({"client": "c\r\nx: y"}, "`client` or $TASKENGINE_CLIENT cannot be sent"),
        ({"api_key": b"k"}, "`api_key` or $TASKENGINE_API_KEY is text or a number, got `bytes`"),
        ({"api_key": "\u20ac"}, "`api_key` or $TASKENGINE_API_KEY cannot be sent"),
        ({"api_key": "\ud800"}, "`api_key` cannot be sent"),
    ],
)
def test_a_wrong_option_of_a_client_is_refused_at_once(options, message):
    with pytest.raises(UsageError) as caught:
        TaskEngine("http://e.test", **{"client": "c", "api_key": "k", **options})
    assert message in str(caught.value)


@pytest.mark.parametrize("user_id", ["x", "9" * 5000, 2**64, True, 1.5, float("nan")])
def test_an_integer_credential_is_an_integer(user_id):
    with pytest.raises(UsageError, match=r"`user_id` or \$BORO_USER_ID is "):
        Boro("http://boro.test", user_id=user_id)


def test_half_a_pair_of_credentials_is_refused():
    with pytest.raises(UsageError, match=r"`boro` needs `secret`"):
        Boro("http://boro.test", user_id=1, access_id="me")


def test_a_closed_client_makes_no_calls(engine, server):
    server.answer = httpx2.Response(200, json={"id": 1, "queue_state": "queued"})
    engine.close()
    with pytest.raises(UsageError, match="this client is closed"):
        engine.get_job(1)


def test_a_closed_client_of_the_caller_makes_no_calls(engine, server):
    engine._own_client.close()
    with pytest.raises(UsageError, match="the client given as `http_client` is closed"):
        engine.get_job(1)
    assert server.requests == []


def test_a_closed_asynchronous_client_of_the_caller_makes_no_calls(async_engine):
    async def run():
        await async_engine._own_client.aclose()
        await async_engine.get_job(1)

    with pytest.raises(UsageError, match="the client given as `http_client` is closed"):
        asyncio.run(run())


def test_an_interval_goes_over_the_contracts(engine, server, monkeypatch):
    naps = []
    monkeypatch.setattr("time.sleep", naps.append)
    states = iter(["queued", "completed"])
    monkeypatch.setattr(
        type(server),
        "__call__",
        lambda self, request: httpx2.Response(
            200, json={"id": 1, "queue_state": next(states), "failed": False}
        ),
    )
    engine.wait(1, interval=0.1)
    assert naps[0] < 0.2


def test_a_type_checker_knows_the_names_of_the_clients(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from mediatasks import Lifepeer\nimport mediatasks\nmediatasks.TaskEnginee('u')\n")
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert 'no attribute "Lifepeer"' in done.stdout
    assert 'no attribute "TaskEnginee"' in done.stdout


def test_help_tells_what_an_operation_does():
    assert "makes a second job" in (TaskEngine.create_job.__doc__ or "")
