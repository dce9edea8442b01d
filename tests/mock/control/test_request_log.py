"""The judge: what breaks the contract is refused and written down, without secrets."""

import json

import pytest

from mediatasks.contracts.model.envelope import RpcCall
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.mock.control.request_log import SIZE
from mediatasks.mock.control.samples import samples
from mediatasks.mock.http.messages import MockRequest


def violations(caller):
    return [(v.operation, v.place, v.expected, v.got) for v in caller.mock.control.violations()]


def test_what_fits_is_logged_as_such(press):
    press("GET", "/prints", params={"stage": "printed"})
    (entry,) = press.mock.control.requests()
    assert (entry.number, entry.provider, entry.operation, entry.method) == (
        1,
        "press",
        "list_prints",
        "GET",
    )
    assert (entry.path, entry.status, entry.verdict) == ("/press/prints?stage=printed", 200, "fits")
    assert (entry.violations, violations(press)) == ((), [])
    assert 0 < entry.seconds < 10


def test_the_log_is_newest_first_and_filtered(press):
    press("GET", "/prints")
    press("GET", "/print")
    assert [e.path for e in press.mock.control.requests()] == ["/press/print", "/press/prints"]
    assert [e.path for e in press.mock.control.requests(verdict="fits")] == ["/press/prints"]
    assert [e.path for e in press.mock.control.requests(limit=1, offset=1)] == ["/press/prints"]


CREDENTIALS = ("credentials that the contract asks for", "none, or others")
HINT = "a path of the contract; did you mean `/prints`?"


@pytest.mark.parametrize(
    ("method", "path", "options", "violation"),
    [
        ("POST", "/prints", {"json": {}}, ("create_print", "body `/`", "the member `title`", "no members")),
        (
            "POST",
            "/prints",
            {"content": b"{"},
            ("create_print", "request", "the content type application/json", "none"),
        ),
        (
            "GET",
            "/prints?stage=lost",
            {},
            (
                "list_prints",
                "query parameter `stage`",
                "one of: waiting, printing, printed, withdrawn",
                '`"lost"`',
            ),
        ),
        ("GET", "/prints/0", {}, ("get_print", "path parameter `number`", "at least 1", "`0`")),
        (
            "GET",
            "/prints",
            {"headers": {"authorization": "Bearer no"}},
            ("list_prints", "request", *CREDENTIALS),
        ),
        ("GET", "/print", {}, ("", "request", HINT, "`/print`")),
        ("PUT", "/prints", {}, ("", "request", "the method GET, POST", "`PUT`")),
    ],
)
def test_a_breach_is_written_down(press, method, path, options, violation):
    reply = press(method, path, **options)
    assert reply.status_code in (401, 404, 405, 422)
    assert violations(press) == [violation]
    (entry,) = press.mock.control.requests()
    assert (entry.verdict, entry.violations[0].side) == ("breaks", "request")


@pytest.mark.parametrize("path", ["/prints/99", "/prints/1"])
def test_a_refusal_that_the_contract_allows_is_no_violation(press, path):
    press("GET", path)
    press("POST", f"{path}/withdrawal")
    assert violations(press) == []


def test_a_request_to_no_provider_is_a_violation(press):
    press.client.get("http://mock/pres/prints")
    (entry,) = press.mock.control.requests()
    assert (entry.provider, entry.operation, entry.status) == ("", "", 404)
    assert violations(press) == [
        ("", "request", "the path of a provider; did you mean `press`?", "`/pres/prints`")
    ]


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/_mock/clock", "/_mock/nothing"])
def test_what_is_no_use_of_a_provider_is_not_judged(press, path):
    press.client.get(f"http://mock{path}")
    assert press.mock.control.requests() == []


def test_an_unknown_rpc_method_is_a_violation(render):
    render.send({"protocol": "render-2", "studio": "demo-studio", "do": "lost", "ticket": 1})
    assert [v.expected for v in render.mock.control.violations()] == ["a method of the contract"]


def test_a_credential_in_an_rpc_body_is_judged_and_not_shown(render):
    render.send({"protocol": "render-2", "studio": "very-secret-studio", "do": "lost", "ticket": 1})
    assert [(v.place, v.got) for v in render.mock.control.violations()] == [
        ("body `/studio`", "another one")
    ]
    assert "very-secret" not in str(render.mock.control.requests())


def test_an_rpc_request_names_its_calls(call):
    boro = call("boro")
    operation = boro.mock.services["boro"].contract.operations["template_list"]
    boro.send_sample(next(samples(operation)))
    assert boro.mock.control.requests()[0].operation == "template_list"


def test_several_calls_give_several_violations(call):
    boro = call("boro")
    calls = [(name, {"project_id": "x"}) for name in ("TaskReport", "TaskStatus")]
    body = boro.envelope.wrap(
        [RpcCall(method=n, params=p, id=i) for i, (n, p) in enumerate(calls)], boro.credentials
    )
    boro.send(body)
    assert [v.operation for v in boro.mock.control.violations()] == ["task_report", "task_status"]


def test_a_reply_of_the_mock_that_breaks_the_contract_is_written_down(press_with):
    def change(document):
        document["components"]["schemas"]["Print"]["properties"]["title"]["minLength"] = 50

    caller = press_with(change)
    assert caller("GET", "/prints/1").status_code == 500
    (violation,) = caller.mock.control.violations()
    assert (violation.side, violation.operation, violation.place) == ("reply", "get_print", "reply")


SECRET = "s3cret-value-of-mine"


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", "/prints", {"headers": {"authorization": f"Bearer {SECRET}"}}),
        ("GET", f"/prints?token={SECRET}&stage=lost", {}),
        ("GET", f"/prints/{SECRET}", {"headers": {"authorization": f"Bearer {SECRET}"}}),
        ("GET", f"/{SECRET}", {"headers": {"authorization": f"Bearer {SECRET}"}}),
        ("GET", f"/prints?stage={SECRET}", {"headers": {"cookie": f"session={SECRET}"}}),
        (
            "POST",
            "/prints",
            {"json": {"title": 7, SECRET: 1}, "headers": {"authorization": f"Bearer {SECRET}"}},
        ),
        ("POST", "/prints", {"json": {"title": "A", "copies": f"https://me:{SECRET}@host"}}),
    ],
)
def test_no_secret_is_written_down(press, method, path, options):
    press(method, path, **options)
    told = json.dumps([str(e) for e in press.mock.control.requests()])
    assert press.mock.control.violation_count == 1
    assert SECRET not in told


def test_a_long_secret_that_a_message_shortens_is_not_written_down(press):
    secret = "k" * 200
    press("GET", f"/{secret}", headers={"authorization": f"Bearer {secret}"})
    assert "k" * 7 not in str(press.mock.control.requests())


def test_a_key_in_the_query_is_never_shown(call):
    vionlabs = call("vionlabs")
    vionlabs("GET", "/task/1?key=private-key-of-mine&force=true")
    assert "private-key-of-mine" not in str(vionlabs.mock.control.requests())


def test_the_log_and_the_violations_are_bounded(press):
    for _ in range(SIZE + 5):
        press.mock.handle(MockRequest("GET", "/press/print"))
    control = press.mock.control
    assert (len(control.requests(limit=9999)), len(control.violations())) == (SIZE, SIZE)
    assert control.violation_count == SIZE + 5
    assert control.requests(limit=1)[0].number == SIZE + 5


def test_one_request_cannot_fill_the_memory(press):
    long = "x" * 100_000
    request = MockRequest("GET" + long, "/press/" + long, [(long, long)] * 500, press.headers)
    press.mock.handle(request)
    press("POST", "/prints", json={"title": "A", long: {long: 1}})
    assert len(str(press.mock.control.requests())) < 5000


def test_the_texts_of_a_violation_are_bounded(press):
    request = MockRequest("GET", "/press/prints", operation="list_prints")
    request.blame(Mismatch("body", ("x" * 100_000,), "e" * 100_000, "g" * 100_000))
    press.mock.log.record("press", request, 422, 0.0)
    assert len(str(press.mock.control.violations())) < 1500


def test_a_request_of_a_thousand_calls_is_written_down_in_short(call):
    boro = call("boro")
    calls = [RpcCall(method="TaskReport", params={"project_id": "x"}, id=i) for i in range(1000)]
    boro.send(boro.envelope.wrap(calls, boro.credentials))
    (entry,) = boro.mock.control.requests()
    assert (len(entry.violations), len(entry.operation) < 300) == (50, True)


@pytest.mark.parametrize(
    ("method", "path", "violation"),
    [
        ("GET", "/rpc/v2", ("", "request", "the method POST", "`GET`")),
        ("POST", "/rpc", ("", "request", "the path /rpc/v2", "`/rpc`")),
    ],
)
def test_what_an_rpc_provider_does_not_serve_is_a_violation(render, method, path, violation):
    render(method, path)
    assert violations(render) == [violation]


def test_a_failure_of_the_mock_is_logged(press, monkeypatch):
    monkeypatch.setattr(press.mock.services["press"], "handle", lambda request, path: 1 / 0)
    press("GET", "/prints")
    (entry,) = press.mock.control.requests()
    assert (entry.status, entry.violations[0].side) == (500, "reply")
