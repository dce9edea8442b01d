"""The one module that knows schemathesis: another release that changes what we use shows up here."""

import hashlib
import inspect
import re

from mediatasks.check.engine.schemathesis_adapter import open_schema, registered_checks, run_engine
from mediatasks.check.engine.settings import CHECKS
from mediatasks.contracts.compose.store import open_store
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "mediatasks"
# Checks that runs leave out, with the reason.
LEFT_OUT = {
    "ignored_auth": "it sends most requests twice more; `credentials-required` asks each operation once",
    "object_level_authorization": "it needs a second account; `foreign-resource` asks for a resource of one",
}
# The code of each check, as it was when its findings were last read. Where one differs: read what changed,
# see that `translation` still reads its failures, then enter the new digest.
CODE = {
    "not_a_server_error": "79305e525027",
    "status_code_conformance": "49989caad060",
    "content_type_conformance": "d6bf95bc4825",
    "response_headers_conformance": "4ad7009d5d99",
    "response_schema_conformance": "4cd3a5caa466",
    "positive_data_acceptance": "3773006152d5",
    "negative_data_rejection": "a10ae6fd7d40",
    "missing_required_header": "28f148de4bb7",
    "unsupported_method": "e5f06f8cb3d3",
    "allow_header_conformance": "dc17e6c34fc0",
    "use_after_free": "e455b97f2814",
    "ensure_resource_availability": "7c9cfc182a4d",
}


def test_one_module_imports_schemathesis():
    pattern = re.compile(r"^\s*(from|import) schemathesis\b", re.MULTILINE)
    importing = {path.name for path in SOURCE.rglob("*.py") if pattern.search(path.read_text("utf-8"))}
    assert importing == {"schemathesis_adapter.py"}


def test_each_check_of_the_installed_release_is_used_or_left_out_with_a_reason():
    assert set(registered_checks()) == {*CHECKS, *LEFT_OUT}


def digest(name):
    from schemathesis.checks import CHECKS as REGISTERED

    function = inspect.unwrap(REGISTERED.get_one(name))
    # Line breaks and indentation are no change.
    text = "".join(inspect.getsource(function).split())
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def test_each_check_of_the_installed_release_is_the_one_that_was_read():
    assert {name: digest(name) for name in CHECKS} == CODE


def test_the_engine_tells_what_the_run_reads():
    document = open_store().contract("kokoon").document
    settings = {"phases": {n: {"enabled": False} for n in ("examples", "coverage", "fuzzing", "stateful")}}
    events = list(run_engine(open_schema(document, settings, "http://127.0.0.1:9")))
    names = [type(event).__name__ for event in events]
    assert {"EngineStarted", "PhaseStarted", "PhaseFinished"} <= set(names)
    assert names[-1] == "EngineFinished"


def test_the_events_that_the_run_reads_have_the_members_that_it_reads():
    from schemathesis.engine import events

    members = {
        "ScenarioStarted": ("label", "phase"),
        "ScenarioFinished": ("recorder", "phase"),
        "PhaseStarted": ("phase",),
        "PhaseFinished": ("phase",),
        "NonFatalError": ("value", "label", "info"),
        "FatalError": ("exception",),
        "Interrupted": ("phase",),
        "EngineFinished": ("running_time",),
    }
    for name, known in members.items():
        found = {n for kind in getattr(events, name).__mro__ for n in getattr(kind, "__annotations__", ())}
        assert found.union(dir(getattr(events, name))).issuperset(known), name
