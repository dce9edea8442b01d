"""A signal ends a check with what it has found: on a service that is paid for, that was not for nothing."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mediatasks.check import Options, Target, check_provider
from mediatasks.check.requests.request_policy import INTERRUPTED
from mediatasks.mock import Mock, MockRequest
from mediatasks.mock.http.messages import parse_query
from mediatasks.signals import ENDING, raising_interrupt
from tests.check.rules.wrong_servers import MockReply, serving
from tests.check.test_live import Recording, open_store

CHECK = [sys.executable, "-m", "mediatasks", "check"]


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


def started(*arguments):
    """Return the process of a check that has begun."""
    process = subprocess.Popen(
        [*CHECK, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr.readline().endswith(": testing\n")
    return process


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_each_ending_signal_ends_a_check_with_2_and_its_reports(tmp_path):
    signals = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
    assert set(signals) == set(ENDING)
    options = ["--format", "json", "--max-examples", "500", "--report", "junit,har", "--report-dir"]
    processes = {}
    for number in signals:
        processes[number] = started("kokoon", *options, str(tmp_path / number.name))
        processes[number].send_signal(number)
    for number, process in processes.items():
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err.splitlines()[-1]) == (2, "interrupted")
        [provider] = json.loads(out)["providers"]
        assert provider["advice"] == f"the run was cut short: {INTERRUPTED}"
        assert (tmp_path / number.name / "kokoon" / "junit.xml").stat().st_size


def test_later_signals_are_ignored_while_a_command_ends():
    heard = []
    with raising_interrupt():
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt:
            heard.append("first")
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            heard.append("went on")
    assert heard == ["first", "went on"]


def test_a_signal_that_was_ignored_from_the_start_stays_so():
    # As nohup does with SIGHUP.
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with raising_interrupt():
            signal.raise_signal(signal.SIGTERM)
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


class SilentAfterAChange(ThreadingHTTPServer):
    """A mock that answers no read once the scheduler was switched, and goes on answering writes."""

    daemon_threads = True

    def __init__(self, contract):
        super().__init__(("127.0.0.1", 0), Answering)
        self.mock, self.lock = Mock([contract], seed=1, sends=False), threading.Lock()
        self.requests, self.changed, self.over = [], threading.Event(), threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/{contract.provider}"

    def answer(self, request):
        if request.method == "GET" and self.changed.is_set():
            self.over.wait(60)
        with self.lock:
            self.requests.append(request)
            reply = self.mock.handle(request)
        if request.method != "GET" and request.path.endswith("/scheduler"):
            self.changed.set()
        return reply

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.over.set()
        self.shutdown()
        self.server_close()


class Answering(BaseHTTPRequestHandler):
    def answer(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.answer(MockRequest(self.command, path, parse_query(query), headers, body))
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

    def log_message(self, format, *args):
        pass


def switches(service):
    return [
        json.loads(r.body)["active"] for r in service.requests if r.path.endswith("/scheduler") and r.body
    ]


def test_what_was_changed_is_set_back_though_the_server_is_silent():
    with SilentAfterAChange(open_store().contract("taskengine")) as service:
        options = ["--allow-writes", "--phases", "probing", "--rule", "patch-exact"]
        process = started("taskengine", "--url", service.url, *credentials("taskengine"), *options)
        assert service.changed.wait(60)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        # The server would keep it waiting for a minute, and the timeout of a request is ten seconds.
        process.communicate(timeout=60)
        assert process.returncode == 2
        switched, *restored = switches(service)
        assert restored == [not switched]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_workers_whose_parent_was_killed_send_no_more_and_end():
    service, times = Recording(open_store().contract("kokoon")), []

    def note(request):
        times.append(time.monotonic())

    service.answer = note
    with service.serve() as url:
        options = ["--allow-writes", "--max-examples", "500"]
        process = started("kokoon", "--url", url, *credentials("kokoon"), *options)
        workers = children(process.pid)
        while len(times) < 10 and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        killed = time.monotonic()
        process.communicate(timeout=60)
        # It is a second on a machine at rest.
        while any(Path(f"/proc/{pid}").exists() for pid in workers):
            assert time.monotonic() < killed + 20
            time.sleep(0.05)
    assert workers
    assert max(times) < killed + 2


def credentials(provider):
    """Return the options with the credentials that a mock takes."""
    known = open_store().contract(provider).credentials
    return [word for c in known for word in ("--credential", f"{c.argument}={c.example}")]


def children(pid):
    """Return the processes that a process has made."""
    found = [p.read_text().split() for p in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(text) for texts in found for text in texts]
