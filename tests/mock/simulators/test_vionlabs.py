"""The rules of the Vionlabs Task API that its contract cannot say; each test names the source."""

import pytest

KEY = {"key": "vionlabs-example-key"}


@pytest.fixture
def labs(call):
    return call("vionlabs")


@pytest.fixture
def register(labs):
    """Register an asset; its id is given."""

    def put(inventory_id, url="s3://bucket/film.mp4"):
        item = {"id": inventory_id, "type": "standalone", "title": "Film", "asset_info": {"file_uri": url}}
        assert labs("PUT", "/catalog/v1/item", params=KEY, json=item).is_success

    return put


@pytest.fixture
def ask(labs):
    """Ask for a task."""

    def send(inventory_id, product="markers"):
        body = {"inventory_id": inventory_id, "product": product, "version": "1.0.1"}
        return labs("POST", "/task", params=KEY, json=body)

    return send


@pytest.fixture
def read(labs):
    return lambda number: labs("GET", f"/task/{number}", params=KEY).json()


def test_an_asset_must_be_registered_first(labs, ask, register):
    # guide: an asset must be registered through the Catalog API first
    assert ask("film-9").status_code == 404
    product = "/tasks/catalog-item/film-9/product/markers/version/1.0.1"
    assert labs("POST", product, params=KEY).status_code == 404
    register("film-9")
    assert ask("film-9").is_success
    assert labs("POST", product, params=KEY).is_success


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("mock-missing", "Asset not found in the provided S3 location."),
        ("mock-undecodable", "Probe failed with error = moov atom not found"),
        ("mock-short", "Asset shorter than the minimum required length."),
    ],
)
def test_a_task_fails_with_each_documented_message(labs, ask, register, read, mark, message):
    # guide: failure messages
    register("film-9", f"s3://bucket/{mark}.mp4")
    task = ask("film-9").json()
    assert task["error"] == ""
    labs.clock.advance(60)
    assert read(task["task_id"])["error"] == message


def test_a_failed_task_is_tried_again_once_the_cause_is_mended(labs, ask, register, read):
    # guide, good practice: retry only after the cause is mended
    register("film-9", "s3://bucket/mock-short.mp4")
    number = ask("film-9").json()["task_id"]
    labs.clock.advance(60)
    register("film-9")
    again = ask("film-9").json()
    assert (again["task_id"], again["status"], again["error"]) == (number, "pending", "")
    labs.clock.advance(60)
    assert read(number)["status"] == "done"


def test_a_task_links_to_itself(ask):
    # published spec of the tasks API: _links
    href = "/tasks/catalog-item/movie-001/product/markers/version/1.0.1"
    links = ask("movie-001").json()["_links"]
    assert links == {
        "self": {"href": href, "method": "GET"},
        "deactivate": {"href": href, "method": "DELETE"},
    }


def test_a_cancelled_task_is_gone(labs, ask):
    # guide: DELETE /task/{task_id}
    number = ask("movie-001").json()["task_id"]
    assert labs("DELETE", f"/task/{number}", params=KEY).is_success
    assert labs("GET", f"/task/{number}", params=KEY).status_code == 404


def test_a_task_is_pending_then_processing_then_done(labs, ask, read):
    # guide, 3.2: pending, processing, done
    number = ask("movie-001").json()["task_id"]
    seen = [read(number)["status"]]
    for seconds in (2, 5):
        labs.clock.advance(seconds)
        seen.append(read(number)["status"])
    assert seen == ["pending", "processing", "done"]


def test_a_task_that_runs_can_be_cancelled(labs, ask):
    # guide, 3.3: cancel a running or queued task
    number = ask("movie-001").json()["task_id"]
    labs.clock.advance(3)
    assert labs("DELETE", f"/task/{number}", params=KEY).is_success
    labs.clock.advance(60)
    assert labs("GET", f"/task/{number}", params=KEY).status_code == 404


def test_a_combination_has_one_task_on_both_paths(labs, ask, read):
    # guide and published spec: the combination of asset, product and version is the key
    number = ask("movie-001").json()["task_id"]
    assert ask("movie-001").json()["task_id"] == number
    path = "/tasks/catalog-item/movie-001/product/markers/version/1.0.1"
    labs.clock.advance(2)
    assert labs("GET", path, params=KEY).json()["status"] == read(number)["status"] == "processing"
    assert labs("DELETE", path, params=KEY).is_success
    assert labs("GET", f"/task/{number}", params=KEY).status_code == 404


@pytest.mark.parametrize(("body", "priority"), [({}, "low"), ({"priority": "high"}, "high")])
def test_the_priority_is_low_unless_another_is_asked_for(labs, body, priority):
    # published spec of the tasks API: priority, default low; no reply shows it
    path = "/tasks/catalog-item/movie-001/product/nudity/version/1.0.1"
    assert labs("POST", path, params=KEY, json=body).is_success
    assert labs.mock.control.tasks("vionlabs", limit=1)[0].value["priority"] == priority


def test_wrong_input_is_a_422_with_its_place(labs):
    # published spec: {detail: [{loc, msg, type}]}
    reply = labs("POST", "/task", params=KEY, json={"inventory_id": 7})
    (problem,) = reply.json()["detail"]
    assert (reply.status_code, problem["loc"][0]) == (422, "body")
    assert {"loc", "msg", "type"} <= problem.keys()
