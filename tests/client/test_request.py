import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mediatasks import Vionlabs
from mediatasks.errors import UsageError

JOB = {"id": 123, "queue_state": "queued"}


@pytest.fixture(autouse=True)
def answer(server):
    import httpx2

    server.answer = httpx2.Response(200, json=JOB)


def test_a_path_parameter_is_escaped_and_stays_one_segment(server, engine):
    engine.get_job("../a b?c#d")  # type: ignore[arg-type]
    assert server.request.url.raw_path == b"/jobs/..%2Fa%20b%3Fc%23d"


def test_dots_do_not_climb_the_path(server, engine):
    engine.get_job("..")  # type: ignore[arg-type]
    assert server.request.url.raw_path == b"/jobs/%2E%2E"


def test_query_parameters_bear_their_wire_names(server, engine):
    import httpx2

    server.answer = httpx2.Response(200, json=[JOB])
    engine.list_jobs(limit=3, client="demo client", state=2, failed=True)
    assert dict(server.request.url.params) == {
        "limit": "3",
        "client": "demo client",
        "state": "2",
        "failed": "true",
    }


def test_a_parameter_that_was_not_given_is_not_sent(server, engine):
    import httpx2

    server.answer = httpx2.Response(200, json=[JOB])
    engine.list_jobs()
    assert server.request.url.query == b""


def test_credentials_travel_in_their_headers(server, engine):
    engine.get_job(123)
    assert server.request.headers["client"] == "demo-client"
    assert server.request.headers["api-key"] == "s3cret"


def test_a_body_holds_what_was_given_and_nothing_more(server, engine):
    import httpx2

    server.answer = httpx2.Response(200, json={"id": "5", "result": "accepted"})
    engine.create_job(client="c", job={"workflow": "vodcapture"}, parameters={"content_id": "x"})
    body = {"client": "c", "job": {"workflow": "vodcapture"}, "parameters": {"content_id": "x"}}
    assert json.loads(server.request.content) == body
    assert server.request.headers["content-type"] == "application/json"


def test_a_nested_body_may_be_a_model(server, engine):
    import httpx2
    from mediatasks_clients.taskengine import models

    server.answer = httpx2.Response(200, json={"id": "5", "result": "accepted"})
    engine.create_job(client="c", job=models.JobOptions(workflow="w"), parameters={"content_id": "x"})
    assert json.loads(server.request.content)["job"] == {"workflow": "w"}


def test_values_travel_in_the_form_of_the_contract(server, engine):
    at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    engine.update_job(125, client=Decimal("2.50"), run_at=at)
    assert json.loads(server.request.content) == {"client": "2.50", "run_at": "2026-11-30T12:00:00Z"}


def test_a_decimal_is_a_number_where_the_contract_has_no_string(server, engine):
    engine.create_job(
        client="c", job={"workflow": "w"}, parameters={"content_id": "x", "rate": Decimal("0.10")}
    )
    assert b'"rate":0.10' in server.request.content


def test_a_decimal_travels_in_a_query_with_all_its_digits(server, engine):
    import httpx2

    server.answer = httpx2.Response(200, json=[JOB])
    engine.list_jobs(client=[Decimal("1E+3"), Decimal("0.10")])
    assert server.request.url.query == b"client=1000&client=0.10"


def test_headers_of_a_call_go_over_those_of_the_client(server, engine):
    engine.get_job(123, headers={"x-trace": "7"})
    assert server.request.headers["x-trace"] == "7"


def test_the_timeout_of_a_call_is_its_own(server, engine):
    engine.get_job(123, timeout=2.5)
    assert server.request.extensions["timeout"]["read"] == pytest.approx(2.5, abs=0.5)


def test_a_base_url_without_scheme_is_refused():
    with pytest.raises(UsageError, match="starts with http"):
        Vionlabs("apis.example.org", key="k")
