"""Whatever a server answers, a whole check of it ends in findings or a clean end, or says why it broke off."""

import json
import os
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import tiny

from mediatasks.check import Job, Options, Target, check_provider, run_jobs
from mediatasks.check.requests.request_policy import Closed
from mediatasks.check.runner.dead_threads import none_dies
from mediatasks.cli.main import main
from mediatasks.contracts.compose.store import open_store
from mediatasks.errors import UsageError
from mediatasks.judge.judgement import Judgement
from tests.check.test_live import policy

JSON = ("content-type", "application/json")


class Hostile(ThreadingHTTPServer):
    """Answers everything with the same status, headers and body."""

    daemon_threads = True

    def __init__(self, status, headers, body):
        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("content-length") or 0))
                self.send_response_only(status)
                for name, value in (*headers, ("content-length", str(len(body)))):
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_TRACE = answer

            def log_message(self, format, *args):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()


def deep(levels):
    return b'{"a":' * levels + b"1" + b"}" * levels


REPLIES = {
    "nested 300 deep": (200, [JSON], deep(300)),
    "nested 990 deep": (200, [JSON], deep(990)),
    "nested 100,000 deep": (200, [JSON], b"[" * 100_000 + b"]" * 100_000),
    "no UTF-8": (200, [JSON], b'{"id": "\xff\xfe"}'),
    "half a surrogate pair": (200, [JSON], b'{"id": 1, "state": "\\ud800"}'),
    "a huge number": (200, [JSON], b'{"id": ' + b"9" * 5000 + b"}"),
    "no number": (200, [JSON], b'{"id": NaN, "state": Infinity}'),
    "two content types": (200, [JSON, ("content-type", "text/html")], b"{}"),
    "a charset that nobody knows": (200, [("content-type", "application/json; charset=nobody")], b"{}"),
    "a content type that is none": (200, [("content-type", "/;;=")], b"{}"),
    "gzip that is none": (200, [JSON, ("content-encoding", "gzip")], b"{}"),
    "a redirect to nowhere": (302, [("location", "http://[")], b""),
    "a redirect of no text": (307, [("location", "http://h:port/\xff")], b""),
    "an odd Link": (200, [JSON, ("link", "<http://[>; rel=next, <")], b"[]"),
    "odd cookies": (200, [JSON, ("set-cookie", "=;;\xff"), ("set-cookie", "a")], b"{}"),
    "an odd Allow": (200, [JSON, ("allow", ",,\xff")], b"[]"),
    "an odd Retry-After": (200, [JSON, ("retry-after", "9" * 400)], b"{}"),
    "a status that is none": (799, [JSON], b"{}"),
    "20 MB": (200, [JSON], json.dumps({"id": 1, "state": "x" * 20_000_000}).encode()),
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_any_reply_ends_a_check_in_findings(reply):
    options = Options(max_examples=1, phases=("probing", "examples"))
    with Hostile(*reply) as server:
        result = check_provider(tiny.build_contract(), Target(server.url, is_mock=True), options)
    assert result.findings
    assert {f.operation for f in result.findings} <= {"create_job", "get_job"}
    assert max(len(f.got) for f in result.findings) < 2000


def run_a_thread_that_fails():
    def work():
        raise RecursionError("a secret")

    with none_dies("tiny"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()


def test_a_thread_that_dies_makes_no_clean_result():
    with pytest.raises(UsageError, match="result would not be whole: RecursionError") as raised:
        run_a_thread_that_fails()
    assert "secret" not in str(raised.value)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_a_process_that_dies_makes_no_clean_result():
    from tests.check.test_interruption import children, started

    process = started("kokoon", "--max-examples", "500")
    for pid in children(process.pid):
        if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, 9)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "the process of the check ended before it had a result" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("name", ["junit.xml", "requests.har", "html/index.html"])
def test_a_report_on_a_full_disk_ends_with_2(name, tmp_path, capsys):
    file = tmp_path / "kokoon" / name
    file.parent.mkdir(parents=True)
    file.symlink_to("/dev/full")
    options = ["--max-examples", "1", "--phases", "examples", "--report", "junit,har,html"]
    assert main(["check", "kokoon", *options, "--report-dir", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["ключ", "a\nb", "a\r\nx: y", "a\0", "   a", "\udcff"])
def test_credentials_that_cannot_be_sent_are_told_and_not_shown(value, capsys):
    url = "http://127.0.0.1:9"
    assert main(["check", "kokoon", "--url", url, "--credential", f"token={value}x"]) == 2
    said = capsys.readouterr().err
    assert "the credential `$KOKOON_TOKEN` cannot be sent in a header" in said
    assert value.strip() + "x" not in said


def busy(made, text):
    from mediatasks.exchange.exchange import Exchange

    reply = Exchange("GET", "http://api.example/jobs/1", {}, None, 503, {"retry-after": [text]})
    made.note(made.contract.operations["get_job"], reply)


def test_a_retry_after_of_a_fraction_or_a_date_is_waited_for():
    date = formatdate(time.time() + 30, usegmt=True)
    for text, seconds in (("1.5", 1.5), (date, 30)):
        made, clock = policy(rate=1000)
        busy(made, text)
        made.admit(made.contract.operations["get_job"], "GET", None)
        assert clock[0] == pytest.approx(seconds, abs=5 if text == date else 0.01)


def test_a_long_retry_after_is_told_and_bounded():
    made, clock = policy(max_wait=2)
    told = []
    made.tell_wait = lambda *seconds: told.append(seconds)
    busy(made, "3600")
    made.admit(made.contract.operations["get_job"], "GET", None)
    assert clock[0] == pytest.approx(2)
    assert (told, made.longest) == ([(2, 3600)], 3600)


def test_a_server_that_keeps_asking_for_long_waits_ends_the_run():
    made, _ = policy(max_wait=2)
    for _ in range(4):
        busy(made, "3600")
    with pytest.raises(Closed, match=r"keeps asking to wait 3600 s \(`--max-wait` 2\)"):
        made.admit(made.contract.operations["get_job"], "GET", None)


@pytest.mark.parametrize("phase", ["examples", "coverage", "fuzzing", "stateful"])
def test_an_error_of_ours_is_no_finding(phase, monkeypatch):
    def stumble(self, operation, exchange):
        raise ZeroDivisionError

    monkeypatch.setattr(Judgement, "take", stumble)
    options = Options(max_examples=1, phases=(phase,))
    with Hostile(200, [JSON], b"{}") as server, pytest.raises(ZeroDivisionError):
        check_provider(tiny.build_contract(), Target(server.url, is_mock=True), options)


def test_an_error_of_ours_in_a_process_is_one_message():
    job = Job(open_store().contract("kokoon"), None, None, {})
    with pytest.raises(UsageError, match=r"AttributeError \(.*, which was not foreseen") as raised:
        run_jobs([job], lambda *turn: None, lambda result: None)
    assert "Traceback" not in str(raised.value)
