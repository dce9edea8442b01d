"""The way out: to this machine only unless allowed, bounded, never through a proxy."""

import socket
import threading
import time

import pytest

from mediatasks.mock.webhooks import sender as module
from mediatasks.mock.webhooks.sender import NoAnswer, NotSent, Sender, is_loopback

JSON = {"content-type": "application/json"}


def resolving(monkeypatch, *answers):
    """Let names lead to these addresses, one look-up after the other; return the names that were asked."""
    asked, left, known = [], list(answers), socket.getaddrinfo

    def lookup(host, port, *arguments, **options):
        if host.replace(".", "").isdigit():
            return known(host, port, *arguments, **options)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (left.pop(0), port))]

    monkeypatch.setattr(module.socket, "getaddrinfo", lookup)
    return asked


@pytest.fixture
def connected(monkeypatch):
    """The addresses that a connection was made to."""
    made, connect = [], socket.create_connection

    def record(address, *arguments, **options):
        made.append(address[0])
        return connect(address, *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", record)
    return made


def test_a_receiver_on_this_machine_is_reached(receiver):
    receiver.status = 201
    assert Sender().send("POST", f"{receiver.url}/hook?a=1", JSON, b"{}") == 201
    ((method, path, headers, body),) = receiver.heard
    assert (method, path, body) == ("POST", "/hook?a=1", b"{}")
    assert headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433"])
def test_every_name_of_this_machine_will_do(receiver, host):
    assert Sender().send("POST", f"http://{host}:{receiver.port}/", JSON, b"{}") == 200


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/", "https://[2001:db8::1]/", "http://0.0.0.0:80/", "http://169.254.169.254/x"]
)
def test_another_machine_is_refused_before_any_connection(connected, url):
    with pytest.raises(NotSent, match=r"is not this machine.*--allow-egress"):
        Sender().send("POST", url, JSON, b"{}")
    assert connected == []


def test_a_name_of_another_machine_is_refused(monkeypatch, connected):
    resolving(monkeypatch, "192.0.2.7")
    with pytest.raises(NotSent, match=r"`far\.test` is not this machine, but 192\.0\.2\.7"):
        Sender().send("POST", "http://far.test/", JSON, b"{}")
    assert connected == []


def test_the_judged_address_is_connected_to_whatever_the_name_says_next(monkeypatch, connected, receiver):
    asked = resolving(monkeypatch, "127.0.0.1", "192.0.2.7")
    assert Sender().send("POST", f"http://near.test:{receiver.port}/", JSON, b"{}") == 200
    assert (asked, connected) == (["near.test"], ["127.0.0.1"])
    assert receiver.heard[0][2]["host"] == f"near.test:{receiver.port}"


def test_a_refused_name_is_not_looked_up_again_at_once(monkeypatch):
    asked, egress = resolving(monkeypatch, "192.0.2.7"), Sender()
    for _ in range(3):
        with pytest.raises(NotSent):
            egress.send("POST", "http://far.test/", JSON, b"{}")
    assert asked == ["far.test"]


def test_a_look_up_that_hangs_is_given_up(monkeypatch):
    done = threading.Event()
    monkeypatch.setattr(module, "_LOOKUP", 0.05)
    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *_, **__: done.wait(10) and [])
    began = time.monotonic()
    with pytest.raises(NotSent, match="no known address"):
        Sender().send("POST", "http://slow.test/", JSON, b"{}")
    done.set()
    assert time.monotonic() - began < 2


def test_egress_goes_where_it_is_told_once_allowed(monkeypatch, connected):
    resolving(monkeypatch, "192.0.2.7")
    monkeypatch.setattr(socket, "create_connection", lambda a, *_, **__: connected.append(a[0]) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Sender(allow_egress=True).send("POST", "http://far.test/", JSON, b"{}")
    assert connected == ["192.0.2.7"]


def test_an_unknown_name_is_no_answer_where_egress_is_allowed():
    with pytest.raises(NoAnswer, match="no address of"):
        Sender(allow_egress=True).send("POST", "http://no-such-host.invalid/", JSON, b"{}")


def test_a_redirect_is_not_followed(receiver, connected):
    receiver.redirect = "http://192.0.2.1/elsewhere"
    assert Sender().send("POST", receiver.url, JSON, b"{}") == 302
    assert connected == ["127.0.0.1"]


def test_proxies_of_the_environment_are_not_used(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    assert Sender().send("POST", receiver.url, JSON, b"{}") == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        "film.mp4",
        "/hook",
        "http://",
        "http:///hook",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:many/",
        "http://[::1",
        "http://127.0.0.1/\r\nX-More: 1",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/" + "a" * 2000,
        f"http://{'a' * 64}.test/",
    ],
)
def test_what_is_no_address_is_refused(url, connected):
    with pytest.raises(NotSent, match="address"):
        Sender().send("POST", url, JSON, b"{}")
    assert connected == []


def test_other_characters_than_those_of_a_path_are_encoded(receiver):
    Sender().send("POST", f"{receiver.url}/ü?q=ä", JSON, b"{}")
    assert receiver.paths == ["/%C3%BC?q=%C3%A4"]


def test_a_user_in_the_address_is_sent_as_basic_credentials(receiver):
    Sender().send("POST", f"http://me:p%40ss@127.0.0.1:{receiver.port}/", JSON, b"{}")
    assert receiver.heard[0][2]["authorization"] == "Basic bWU6cEBzcw=="


def test_a_body_over_a_mebibyte_is_refused(connected):
    with pytest.raises(NotSent, match="at most 1048576 bytes"):
        Sender().send("POST", "http://127.0.0.1/", JSON, b"x" * (1024 * 1024 + 1))
    assert connected == []


def talking(answer):
    """Serve one connection by `answer(socket)`; return its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with listener, listener.accept()[0] as connection:
            connection.recv(65536)
            try:
                answer(connection)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def drip(connection):
    for byte in b"HTTP/1.1 200 OK\r\nx-long: " + b"a" * 1000:
        connection.send(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [lambda c: time.sleep(2), drip], ids=["silent", "dripping"])
def test_a_slow_receiver_is_given_up_in_time(answer):
    began = time.monotonic()
    with pytest.raises(NoAnswer, match=r"no answer within 0\.3 s"):
        Sender(timeout=0.3).send("POST", talking(answer), JSON, b"{}")
    assert time.monotonic() - began < 1.5


def endless(connection):
    connection.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        connection.send(b"1000\r\n" + b"a" * 4096 + b"\r\n")


def test_the_body_of_an_answer_is_not_read():
    assert Sender().send("POST", talking(endless), JSON, b"{}") == 200


@pytest.mark.parametrize(
    "answer", [lambda c: None, lambda c: c.send(b"hello\r\n\r\n"), lambda c: c.send(b"HTTP/1.1 2")]
)
def test_an_answer_that_is_none_is_told(answer):
    with pytest.raises(NoAnswer):
        Sender().send("POST", talking(answer), JSON, b"{}")


def test_a_closed_port_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoAnswer):
        Sender().send("POST", f"http://127.0.0.1:{port}/", JSON, b"{}")


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:192.0.2.1", False),
        ("fe80::1%eth0", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
        ("::", False),
    ],
)
def test_only_addresses_of_this_machine_alone_are_near(address, near):
    assert is_loopback(address) is near
