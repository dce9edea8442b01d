"""The pytest plugin, as a project of its user runs it; its page is docs/mock-testing.md."""

import re
import subprocess
import sys
import textwrap
import tomllib

import pytest
import yaml  # noqa: F401 - pytester unloads what a run imports, and its compiled parts come in only once

from tests.conftest import MADE_UP, ROOT

pytest_plugins = "pytester"

PAGE = (ROOT / "docs/mock-testing.md").read_text()


@pytest.fixture
def project(pytester, monkeypatch):
    """Return what runs tests in a project of its own that has the plugin, on made-up contracts."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source, *, shipped=False, ini=""):
        folder = "" if shipped else f"mediatasks_contracts = {MADE_UP}\n"
        pytester.makeini(f"[pytest]\n{folder}{ini}")
        pytester.makepyfile("import httpx2\nimport pytest\n\n" + source)
        return pytester.runpytest_inprocess("-p", "mediatasks.pytest_plugin", "--strict-markers")

    return run


def test_the_entry_point_leads_to_the_plugin():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
    assert declared == {"mediatasks": "mediatasks.pytest_plugin"}


def test_the_example_of_the_page_passes(project):
    example = "\n".join(re.findall(r"^```python\n(.+?)^```", PAGE, re.MULTILINE | re.DOTALL))
    project(example, shipped=True).assert_outcomes(passed=example.count("def test_"))


GET = 'httpx2.get(mediatasks_mock.url_of("press") + "{path}", headers={{"authorization": "Bearer demo-token"}})'
POST = 'httpx2.post(mediatasks_mock.url_of("press") + "/prints", json={"title": "A"}, headers={"authorization": "Bearer demo-token"})'
NOTIFY = POST.replace('"A"}', '"A", "notify": "http://127.0.0.1:9/"}')
GOOD, BAD = GET.format(path="/prints"), GET.format(path="/prints?stage=lost")


def test_a_test_that_breaks_a_contract_fails_and_is_told_why(project):
    result = project(f"def test_it(mediatasks_mock):\n    {BAD}\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ['*press list_prints: query parameter `stage`: expected one of*got `"lost"`*']
    )


RETRY = """
from contextlib import suppress

from mediatasks import Livepeer
from mediatasks.errors import MediatasksError

def test_it(mediatasks_mock):
    with Livepeer(mediatasks_mock.url_of("livepeer"), api_key="livepeer-example-key") as livepeer:
        task = livepeer.create_transcode(
            input={{"url": "https://a.example/f.mp4"}},
            storage={{"type": "web3.storage", "credentials": {{"proof": "example"}}}},
            outputs={{"hls": {{"path": "/films/1"}}}},
        ).id
        mediatasks_mock.control.hold("livepeer", task, "{state}")
        livepeer.get_task(task)
        with suppress(MediatasksError):
            livepeer.retry_task(task)
"""


def test_a_client_that_reruns_a_task_that_runs_is_told(project):
    result = project(RETRY.format(state="running"), shipped=True)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*livepeer retry_task: request: expected*`failed`: read it before, got*it was `running` when*"]
    )


def test_a_client_that_reruns_a_task_that_failed_passes(project):
    project(RETRY.format(state="failed"), shipped=True).assert_outcomes(passed=1)


def test_a_test_that_keeps_the_contract_passes(project):
    project(f"def test_it(mediatasks_mock):\n    assert {GOOD}.status_code == 200\n").assert_outcomes(
        passed=1
    )


def test_a_marked_test_may_break_the_contract(project):
    source = f"""
        @pytest.mark.mediatasks_violations_allowed
        def test_it(mediatasks_mock):
            {BAD}
            assert [v.operation for v in mediatasks_mock.violations] == ["list_prints"]
    """
    project(textwrap.dedent(source)).assert_outcomes(passed=1)


def test_a_test_that_fails_by_itself_tells_its_violations_too(project):
    result = project(f"def test_it(mediatasks_mock):\n    {BAD}\n    raise KeyError('own')\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*KeyError: 'own'*", "*press list_prints: query parameter*"])


# Everything of a mock that a test can change: how, and what the next test finds.
CHANGES = {
    "resources": (
        "mediatasks_mock.control.seed('press', 'Print', [{'number': 5, 'stage': 'waiting'}])",
        "[t.key for t in mediatasks_mock.control.tasks('press')] == ['1']",
    ),
    "steered tasks": (
        "mediatasks_mock.control.release('press', '1')",
        "mediatasks_mock.control.task('press', '1').moves_at is None",
    ),
    "ids": (
        f"{POST}",
        f"{POST}.json()['number'] == 2",
    ),
    "time": (
        "mediatasks_mock.advance('P1D')",
        "abs(mediatasks_mock.clock.now() - __import__('time').time()) < 60",
    ),
    "speed": ("mediatasks_mock.clock.set_speed(0)", "mediatasks_mock.clock.speed == 1"),
    "log": (GOOD, "mediatasks_mock.control.requests() == []"),
    "violations": (
        BAD,
        "(mediatasks_mock.violations, mediatasks_mock.control.violation_count) == ([], 0)",
    ),
    "faults": ("mediatasks_mock.set_faults('press=status:503')", f"{GOOD}.status_code == 200"),
    "faults of the object": (
        "mediatasks_mock.mock.faults.replace('press=status:503')",
        f"{GOOD}.status_code == 200",
    ),
    "applied faults": (
        f"mediatasks_mock.set_faults('press=status:503'), {GOOD}",
        "list(mediatasks_mock.faults.applied) == []",
    ),
    "receivers": (
        "mediatasks_mock.mock.services['press'].dispatcher.receivers.update(a=1)",
        "mediatasks_mock.mock.services['press'].dispatcher.receivers == {}",
    ),
    "outgoing": (
        f"{NOTIFY}, mediatasks_mock.advance('P1D'), mediatasks_mock.settle()",
        "(mediatasks_mock.control.outgoing(), mediatasks_mock.control.waiting) == ([], 0)",
    ),
    "egress": (
        "setattr(mediatasks_mock.mock.queue, '_allow_egress', True)",
        "mediatasks_mock.mock.queue._allow_egress is False",
    ),
    "credentials": (
        "setattr(mediatasks_mock.mock.services['press'].simulator, 'admits', lambda request: False)",
        f"{GOOD}.status_code == 200",
    ),
    "origins": (
        "setattr(mediatasks_mock.mock.cors, 'is_on', False)",
        "mediatasks_mock.mock.cors.is_on is True",
    ),
    "an attribute of the mock": (
        "setattr(mediatasks_mock.mock, 'handle', None)",
        f"{GOOD}.status_code == 200",
    ),
    "memory of a simulator": (
        "mediatasks_mock.mock.services['press'].simulator.memory.update(a=1)",
        "mediatasks_mock.mock.services['press'].simulator.memory == {}",
    ),
}


def test_nothing_that_a_test_changes_reaches_the_next(project):
    pairs = [
        f"""
@pytest.mark.mediatasks_violations_allowed
def test_{name}(mediatasks_mock):
    {change}

def test_{name}_is_as_new(mediatasks_mock):
    assert {found}
"""
        for name, (change, found) in ((what.replace(" ", "_"), pair) for what, pair in CHANGES.items())
    ]
    project("".join(pairs)).assert_outcomes(passed=2 * len(CHANGES))


def test_what_still_asks_the_mock_of_an_earlier_test_is_not_heard_by_the_next(project):
    source = """
earlier = []

def test_one(mediatasks_mock):
    earlier.append(mediatasks_mock.url)

def test_two(mediatasks_mock):
    assert mediatasks_mock.url != earlier[0]
    try:
        httpx2.get(earlier[0] + "/press/nothing")
    except Exception:  # It listens no longer, or still does.
        pass
    assert mediatasks_mock.control.requests() == []
"""
    project(source).assert_outcomes(passed=2)


def test_many_tests_leave_few_threads(project):
    source = """
import threading

@pytest.mark.parametrize("number", range(9))
def test_it(mediatasks_mock, number):
    pass

def test_last():
    import time
    for _ in range(100):
        if not [t for t in threading.enumerate() if t.name == "mock"]:
            return
        time.sleep(0.05)
    assert False
"""
    project(source).assert_outcomes(passed=10)


def test_the_faults_of_a_mark_meet_the_requests_of_the_test(project):
    source = f"""
@pytest.mark.mediatasks_faults("press.list_prints=status:503", {{"fault": "rate_limit", "operation": "get_print"}})
def test_one(mediatasks_mock):
    assert {GOOD}.status_code == 503
    assert [a.fault for a in mediatasks_mock.faults.applied] == ["status"]
    mediatasks_mock.set_faults()
    assert {GOOD}.status_code == 200
"""
    project(source).assert_outcomes(passed=1)


CLIENT = """
from mediatasks import AsyncTaskEngine, TaskEngine
from mediatasks.errors import StatusError, WaitTimeout
import asyncio
import time

ACCESS = {"client": "demo-client", "api_key": "aabbccdd-1122-3344-5566-eeff77889900"}
JOB = {"client": "demo-client", "job": {"workflow": "vodstream"}, "parameters": {}}

def open_sync(mock):
    return TaskEngine(mock.url_of("taskengine"), **ACCESS)
"""


@pytest.mark.parametrize(
    ("fixture", "ini"),
    [("mediatasks_fast_clock", ""), ("mediatasks_mock", "mediatasks_fast_clock = true\n")],
)
def test_a_client_that_waits_takes_no_time(project, fixture, ini):
    source = f"""{CLIENT}
def test_sync(mediatasks_mock, {fixture}, request):
    began, before = time.monotonic(), mediatasks_mock.clock.now()
    with open_sync(mediatasks_mock) as engine:
        job = engine.create_job(**JOB)
        seen = []
        done = engine.wait(job.id, on_update=lambda job: seen.append(job.queue_state))
    assert len(seen) > 1
    assert mediatasks_mock.clock.now() - before > 3
    assert time.monotonic() - began < 3

def test_async(mediatasks_mock, {fixture}):
    async def run():
        async with AsyncTaskEngine(mediatasks_mock.url_of("taskengine"), **ACCESS) as engine:
            jobs = [await engine.create_job(**JOB) for _ in range(3)]
            return await asyncio.gather(*(engine.wait(job.id) for job in jobs))
    before = mediatasks_mock.clock.now()
    assert len(asyncio.run(run())) == 3
    assert mediatasks_mock.clock.now() - before > 3
"""
    source = source.replace("mediatasks_mock, mediatasks_mock", "mediatasks_mock")
    project(source, shipped=True, ini=ini).assert_outcomes(passed=2)


def test_a_wait_that_has_no_end_reaches_its_deadline_at_once(project):
    source = f"""{CLIENT}
def test_it(mediatasks_mock, mediatasks_fast_clock):
    with open_sync(mediatasks_mock) as engine:
        job = engine.create_job(**JOB)
        mediatasks_mock.control.stall("taskengine", str(job.id))
        before = mediatasks_fast_clock.now()
        with pytest.raises(WaitTimeout):
            engine.wait(job.id, timeout=600)
    assert 590 < mediatasks_fast_clock.now() - before < 700
"""
    project(source, shipped=True).assert_outcomes(passed=1)


def test_the_pause_that_a_refusal_asks_for_is_skipped_and_counts(project):
    source = f"""{CLIENT}
@pytest.mark.mediatasks_faults({{"fault": "rate_limit", "seconds": 20, "operation": "get_job", "times": 2}})
def test_a_call_is_repeated(mediatasks_mock, mediatasks_fast_clock):
    with open_sync(mediatasks_mock) as engine:
        job, before = engine.create_job(**JOB), mediatasks_fast_clock.now()
        engine.get_job(job.id)
        assert 40 <= mediatasks_fast_clock.now() - before < 60

@pytest.mark.mediatasks_faults({{"fault": "rate_limit", "seconds": 20, "operation": "get_job"}})
def test_but_not_past_its_deadline(mediatasks_mock, mediatasks_fast_clock):
    with open_sync(mediatasks_mock) as engine:
        job, before = engine.create_job(**JOB), mediatasks_fast_clock.now()
        with pytest.raises(StatusError):
            engine.get_job(job.id, timeout=30, max_retries=5)
        assert mediatasks_fast_clock.now() - before < 30
"""
    project(source, shipped=True).assert_outcomes(passed=2)


def test_pauses_are_real_again_after_the_test(project):
    source = """
def test_one(mediatasks_fast_clock):
    pass

def test_two():
    from mediatasks.client import pauses
    assert pauses.skipping.told is None
"""
    project(source).assert_outcomes(passed=2)


def test_the_clock_of_a_test_stands_until_it_is_moved(project):
    source = """
def test_it(mediatasks_clock):
    before = mediatasks_clock.now()
    mediatasks_clock.advance(60)
    assert mediatasks_clock.now() == before + 60
"""
    project(source).assert_outcomes(passed=1)


def test_the_providers_can_be_chosen(project):
    source = "def test_it(mediatasks_mock):\n    assert [*mediatasks_mock.mock.services] == ['render']\n"
    project(source, ini="mediatasks_providers = render\n").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "outcome"), [("", "refused"), ("mediatasks_allow_egress = true\n", "unanswered")]
)
def test_callbacks_leave_this_machine_only_where_the_configuration_says_so(project, ini, outcome):
    source = f"""
def test_it(mediatasks_mock, mediatasks_clock):
    body = {{"title": "A", "notify": "http://no-such-host.invalid/"}}
    headers = {{"authorization": "Bearer demo-token"}}
    httpx2.post(mediatasks_mock.url_of("press") + "/prints", json=body, headers=headers)
    mediatasks_clock.advance(60)
    assert mediatasks_mock.settle()
    assert [sent.outcome for sent in mediatasks_mock.control.outgoing()] == ["{outcome}"]

def test_what_was_sent_is_forgotten(mediatasks_mock):
    assert mediatasks_mock.control.outgoing() == []
"""
    project(source, ini=ini).assert_outcomes(passed=2)


def test_a_test_without_a_mock_starts_none(project):
    source = "def test_it(request):\n    assert '_mediatasks_servers' not in request.fixturenames\n"
    project(source).assert_outcomes(passed=1)


def test_the_plugin_loads_nothing_heavy():
    code = (
        "import sys, mediatasks.pytest_plugin;"
        "print([m for m in ('httpx2','uvicorn','jsonschema_rs','msgspec','mediatasks.mock') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
