"""What a rule changes to see what comes of it is set back, though the run ends in between."""

import json
import time

import pytest

from mediatasks.check import Options, Target, check_provider
from mediatasks.contracts.compose.store import open_store
from tests.check.test_live import Recording

# Rule → where it changes something that outlives the run (path and member), and what stood there.
CHANGES = {
    "patch-exact": (("/scheduler", "active"), True),
    "posted-read-back": (("/settings", "setting"), 2),
}


def _written(service, path, member):
    sent = [r for r in service.requests if r.path.endswith(path) and r.method != "GET"]
    return [json.loads(r.body)[member] for r in sent]


@pytest.mark.parametrize("rule", CHANGES)
def test_what_was_changed_is_set_back_when_the_run_is_ended(rule):
    place, before = CHANGES[rule]
    service = Recording(open_store().contract("taskengine"))
    values = {c.argument: c.example for c in service.contract.credentials}
    options = Options(phases=("probing",), rules=(rule,))
    with service.serve() as url:
        result = check_provider(
            service.contract,
            Target(url, allow_writes=True),
            options,
            values,
            is_stopped=lambda: bool(_written(service, *place)),
        )
    assert result.advice.endswith("it was interrupted")
    changed, restored = _written(service, *place)
    assert changed != restored == before
    assert service.requests[-1].path.endswith(place[0])


def test_what_was_never_changed_is_not_set_back():
    service = Recording(open_store().contract("taskengine"))
    values = {c.argument: c.example for c in service.contract.credentials}
    options = Options(phases=("probing",), rules=("patch-exact",))
    with service.serve() as url:
        target = Target(url, allow_writes=True)
        # Right before the first switch, which therefore does not leave.
        stopped = lambda: any(r.path.endswith("/schedules") for r in service.requests)  # noqa: E731
        check_provider(service.contract, target, options, values, is_stopped=stopped)
    assert service.requests[-1].path.endswith("/schedules")


def test_a_change_without_an_answer_is_set_back():
    service = Recording(open_store().contract("taskengine"))
    values = {c.argument: c.example for c in service.contract.credentials}
    options = Options(phases=("probing",), rules=("posted-read-back",), timeout=0.5)
    place = ("/settings", "setting")

    def hang(request):
        if request.path.endswith("/settings") and len(_written(service, *place)) == 1:
            time.sleep(1)

    service.answer = hang
    with service.serve() as url:
        check_provider(service.contract, Target(url, allow_writes=True), options, values)
    assert _written(service, *place)[1] == 2
