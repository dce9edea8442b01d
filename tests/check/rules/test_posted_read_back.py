import pytest

from tests.check.rules.wrong_mock import answered, asked, find, places

RULE = "posted-read-back"


@pytest.mark.parametrize("provider", ["boro", "livepeer", "taskengine", "vionlabs", "press", "render"])
def test_a_right_server_passes(provider):
    assert find(RULE, provider) == []


def without(*names):
    return lambda body: {n: v for n, v in body.items() if n not in names}


def with_value(name, value):
    return lambda body: body | {name: value}


@pytest.mark.parametrize(
    ("provider", "operation", "change", "found"),
    [
        ("livepeer", "POST /livepeer/transcode", without("profiles"), "/params/transcode-file/profiles"),
        ("livepeer", "POST /livepeer/transcode", without("c2pa"), "/params/transcode-file/c2pa"),
        ("taskengine", "POST /taskengine/job", with_value("client", "other"), "/client"),
        ("taskengine", "POST /taskengine/job", with_value("parameters", {}), "/parameters"),
        ("press", "POST /press/prints", without("copies"), "/copies"),
        ("kokoon", "POST /kokoon/kokoon/api/sr/v4/task", without("codec"), "/request_body/codec"),
        ("vionlabs", "PUT /vionlabs/catalog/v1/item", without("asset_info"), "/asset_info"),
    ],
)
def test_a_member_that_gets_lost_is_found(provider, operation, change, found):
    assert found in {f.place for f in find(RULE, provider, asked(operation, change))}


def test_a_member_of_an_element_that_gets_lost_is_found():
    def lose(params):
        return params | {"tasks": [without("name")(task) for task in params["tasks"]]}

    found = places(find(RULE, "boro", asked("TaskStart", lose)))
    assert ("task_status", "/reply/*/result/*/tasks/*/name") in found


def test_elements_that_are_mixed_up_are_found():
    def mix(params):
        first, second = params["tasks"]
        return params | {"tasks": [{**first, "uri": second["uri"]}, {**second, "uri": first["uri"]}]}

    found = places(find(RULE, "boro", asked("TaskStart", mix)))
    assert ("task_status", "/reply/*/result/*/tasks/*/uri") in found


def test_elements_in_another_order_are_right():
    def turn(params):
        return params | {"tasks": params["tasks"][::-1]}

    assert find(RULE, "boro", asked("TaskStart", turn)) == []


def test_what_the_reply_itself_shows_is_compared():
    found = find(RULE, "livepeer", answer=answered("create_transcode", without("params")))
    assert {f.operation for f in found} == {"create_transcode"}


def test_a_value_that_the_resource_gives_itself_is_compared():
    def strange(chains):
        for chain in chains:
            chain["tasks"] = [{**task, "initial_task_id": 1} for task in chain["tasks"]]
        return chains

    found = places(find(RULE, "boro", answer=answered("task_status", strange)))
    assert ("task_status", "/reply/*/result/*/tasks/*/initial_task_id") in found


def test_an_upsert_that_leaves_what_was_there_is_found():
    first = {}

    def keep(body):
        first.setdefault(body["id"], body["title"])
        return body | {"title": first[body["id"]]}

    [finding] = find(RULE, "vionlabs", asked("PUT /vionlabs/catalog/v1/item", keep))
    assert (finding.place, finding.expected) == ("/title", "what was posted: `The Long Voyage-check`")


def test_a_second_upsert_of_a_task_that_a_source_does_not_explain_gives_a_warning():
    first = {}

    def keep(body):
        first.setdefault(body["product"], body["priority"])
        return body | {"priority": first[body["product"]]}

    found = find(RULE, "vionlabs", asked("POST /vionlabs/task", keep))
    assert {(f.place, f.severity) for f in found} == {("/priority", "warning")}


@pytest.mark.parametrize(
    ("operation", "place", "severity"),
    [("get_dashboard", "/max_jobs", "error"), ("get_health", "/jobs/priority_slots", "warning")],
)
def test_a_setting_that_does_not_show_is_found(operation, place, severity):
    def stale(body):
        limits = {"max_jobs": 2, "priority_slots": 0}
        return body | (limits if operation == "get_dashboard" else {"jobs": {**body["jobs"], **limits}})

    found = find(RULE, "taskengine", answer=answered(operation, stale))
    assert (place, severity) in {(f.place, f.severity) for f in found}
    assert {f.operation for f in found} == {operation}


def test_settings_are_put_back():
    mocks = []
    find(RULE, "taskengine", spoil=mocks.append)
    settings = mocks[0].services["taskengine"].store.collections["Setting"].ordered()
    assert {s.value["name"]: s.value["setting"] for s in settings} == {"max_jobs": 2, "priority_slots": 0}


def test_an_item_that_was_changed_is_put_back():
    mocks = []
    find(RULE, "vionlabs", spoil=mocks.append)
    item = mocks[0].services["vionlabs"].store.collections["CatalogItem"].items[("movie-001",)]
    assert item.value["title"] == "The Long Voyage"


def test_a_document_that_comes_back_as_its_text_is_right():
    import json

    text = answered("get_job", lambda job: job | {"parameters": json.dumps(job["parameters"])})
    assert find(RULE, "taskengine", answer=text) == []


def test_members_that_a_server_adds_are_right():
    def add(job):
        return job | {"parameters": {**job["parameters"], "retries": 3}, "owner": "somebody"}

    assert find(RULE, "taskengine", answer=answered("get_job", add)) == []
