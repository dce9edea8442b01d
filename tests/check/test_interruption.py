"""Ctrl+C ends a check with what it has found: on a service that is paid for, that was not for nothing."""

import json
import signal
import subprocess
import sys
import time

from mediatasks.check import Options, Target, check_provider
from mediatasks.check.gate import INTERRUPTED
from tests.check.rules.wrong_servers import MockReply, serving


def _broken(request, handle):
    reply = handle(request)
    return MockReply(reply.status, reply.headers, b"{}") if request.operation == "get_print" else reply


def test_a_run_that_is_stopped_keeps_its_findings(made_up):
    sent = []
    with serving(made_up.contract("press"), _broken) as url:
        target, options = Target(url, is_mock=True), Options(max_examples=2)
        result = check_provider(
            made_up.contract("press"),
            target,
            options,
            listen=lambda provider, operation, phase: sent.append(phase),
            is_stopped=lambda: "fuzzing" in sent,
        )
    assert result.advice == f"the run was cut short: {INTERRUPTED}"
    assert "get_print" in {f.operation for f in result.findings}
    # What was not reached is no fault of the server.
    assert {f.rule for f in result.findings}.isdisjoint({"operation-reached", "operation-accepted"})
    assert "stateful" not in sent


def test_ctrl_c_prints_what_was_found_and_ends_with_2():
    command = [sys.executable, "-m", "mediatasks", "check", "kokoon", "--format", "json"]
    process = subprocess.Popen(
        [*command, "--max-examples", "500"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    # The worker has told that it has begun.
    assert process.stderr.readline() == "kokoon: testing\n"
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.endswith("interrupted\n")
    [provider] = json.loads(out)["providers"]
    assert provider["advice"] == f"the run was cut short: {INTERRUPTED}"
