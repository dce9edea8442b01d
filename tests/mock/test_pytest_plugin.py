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
GOOD, BAD = GET.format(path="/prints"), GET.format(path="/prints?stage=lost")


def test_a_test_that_breaks_a_contract_fails_and_is_told_why(project):
    result = project(f"def test_it(mediatasks_mock):\n    {BAD}\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ['*press list_prints: query parameter `stage`: expected one of*got `"lost"`*']
    )


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


def test_each_test_begins_anew(project):
    source = f"""
def test_one(mediatasks_mock, mediatasks_clock):
    mediatasks_mock.control.seed("press", "Print", [{{"number": 5, "stage": "waiting"}}])
    mediatasks_mock.advance("P1D")
    {GOOD}

def test_two(mediatasks_mock):
    assert [t.key for t in mediatasks_mock.control.tasks("press")] == ["1"]
    assert mediatasks_mock.control.requests() == []
    import time
    assert abs(mediatasks_mock.clock.now() - time.time()) < 60
    assert mediatasks_mock.clock.speed == 1

def test_three(mediatasks_mock):
    {BAD}

def test_four(mediatasks_mock):
    assert mediatasks_mock.violations == []
"""
    project(source).assert_outcomes(passed=3, failed=1)


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
    source = "def test_it(request):\n    assert '_mediatasks_server' not in request.fixturenames\n"
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
