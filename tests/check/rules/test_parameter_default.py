import pytest
from msgspec.structs import replace

from tests.check.rules.wrong_mock import answered, asked, find, places

RULE = "parameter-default"
ALL = ("boro", "kokoon", "livepeer", "taskengine", "vionlabs", "press", "render")


@pytest.mark.parametrize("provider", ALL)
def test_a_right_server_passes(provider):
    assert find(RULE, provider) == []


def defaulted(name, value, method="GET"):
    """Return a server with a default of its own for a query parameter."""

    def ask(request):
        if request.method != method or name in dict(request.query):
            return request
        return replace(request, query=[*request.query, (name, value)])

    return ask


@pytest.mark.parametrize(
    ("provider", "name", "value", "operation"),
    [
        ("taskengine", "limit", "9", "list_jobs"),
        ("taskengine", "limit", "11", "list_jobs"),
        ("livepeer", "limit", "19", "list_tasks"),
        ("livepeer", "limit", "21", "list_tasks"),
        ("vionlabs", "page_num", "1", "list_items"),
        ("vionlabs", "page_size", "1", "list_items"),
    ],
)
def test_another_default_of_a_query_parameter_is_found(provider, name, value, operation):
    def ask(request):
        is_list = request.path.rpartition("/")[2] in ("jobs", "task", "item")
        return defaulted(name, value)(request) if is_list else request

    assert {f.operation for f in find(RULE, provider, ask)} == {operation}


def test_a_finding_names_the_default_and_where_it_is_stated():
    found = find(RULE, "livepeer", defaulted("limit", "19"))
    assert {f.fact for f in found} == {"list_tasks default_limit", "list_tasks limit default"}


def test_another_default_of_a_call_is_found():
    def detailed(params):
        return {"detailed_test_results": True} | params

    [finding] = find(RULE, "boro", asked("TaskStatus", detailed))
    assert "default of `detailed_test_results`" in finding.expected


@pytest.mark.parametrize(
    ("provider", "operation", "default", "place"),
    [
        ("kokoon", "POST /kokoon/kokoon/api/sr/v4/task", {"codec": "h265"}, "/request_body/codec"),
        ("kokoon", "POST /kokoon/kokoon/api/sr/v4/task", {"start_pos": 1}, "/request_body/start_pos"),
        ("vionlabs", "POST /vionlabs/task", {"priority": "high"}, "/priority"),
        ("press", "POST /press/prints", {"copies": 2}, "/copies"),
    ],
)
def test_another_default_of_a_body_member_is_found(provider, operation, default, place):
    found = find(RULE, provider, asked(operation, lambda body: default | body))
    assert place in {f.place for f in found}


def test_another_default_deep_in_a_body_is_found():
    def urgent(body):
        return body | {"job": {"priority": 1} | body["job"]}

    [finding] = find(RULE, "taskengine", asked("POST /taskengine/job", urgent))
    assert (finding.place, finding.expected) == ("/priority", "the default `5`, since nothing was sent")
    assert finding.fact == "create_job job/priority default"


def test_another_default_of_an_element_is_found():
    def urgent(params):
        return params | {"tasks": [{"priority": "urgent"} | task for task in params["tasks"]]}

    [finding] = find(RULE, "boro", asked("TaskStart", urgent))
    assert finding.expected == "the default `normal`, since nothing was sent"


def test_an_inferred_default_gives_a_warning_and_a_published_one_an_error():
    kokoon = find(RULE, "kokoon", asked("api/sr/v4/task", lambda body: {"format": "mkv"} | body))
    vionlabs = find(
        RULE, "vionlabs", asked("POST /vionlabs/task", lambda body: {"priority": "high"} | body)
    )
    assert ({f.severity for f in kokoon}, {f.severity for f in vionlabs}) == ({"error"}, {"warning"})


def test_a_resource_that_does_not_repeat_what_was_not_sent_is_right():
    def bare(task):
        names = ("start_pos", "duration", "codec", "format", "use_trim_orig")
        kept = {n: v for n, v in task["request_body"].items() if n not in names}
        return task | {"request_body": kept}

    assert find(RULE, "kokoon", answer=answered("get_task", bare)) == []


def test_an_upsert_of_what_is_there_says_nothing_of_defaults():
    def never_missing(request, reply):
        missing = request.operation == "get_product_task" and reply.status == 404
        return replace(reply, status=200, body=b'{"status": "done"}') if missing else reply

    urgent = asked("POST /vionlabs/task", lambda body: {"priority": "high"} | body)
    assert find(RULE, "vionlabs", urgent, never_missing) == []


def test_a_list_that_moves_between_two_requests_is_not_judged():
    times = []

    def answer(request, reply):
        times.append(1)
        turn = len(times) % 2
        return answered("list_items", lambda items: items[turn:] + items[:turn])(request, reply)

    assert find(RULE, "vionlabs", answer=answer) == []


def test_no_resources_are_made_on_a_service_to_fill_a_list():
    made = []

    def ask(request):
        made.append(request.method == "POST")
        return request

    find(RULE, "livepeer", ask, is_mock=False)
    assert sum(made) == 0


def test_what_a_finding_is_about_is_the_reply_without_the_parameter():
    found = find(RULE, "vionlabs", defaulted("page_size", "1"))
    assert ("list_items", "(body)") in places(found)
