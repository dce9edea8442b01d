import json

import pytest
from msgspec.structs import replace

from tests.check.rules.wrong_mock import answered, asked, contract_of, find, places, unasked

RULE = "filter-match"
ALL = ("boro", "kokoon", "livepeer", "taskengine", "vionlabs", "press", "render")


@pytest.mark.parametrize("provider", ALL)
def test_a_right_server_passes(provider):
    assert find(RULE, provider) == []


@pytest.mark.parametrize(
    ("provider", "name", "place"),
    [
        ("taskengine", "client", "/*/client"),
        ("taskengine", "failed", "/*/failed"),
        ("taskengine", "job_ids", "/*/id"),
        ("taskengine", "persist", "/*/persist"),
        ("taskengine", "state", "/*/queue_state"),
        ("taskengine", "from", "/*/created_at"),
        ("taskengine", "to", "/*/created_at"),
        ("taskengine", "search", "/*/parameters/content_id"),
        ("kokoon", "step", "/sr_tasks/*/step"),
        ("kokoon", "task_type", "/sr_tasks/*/task_type"),
        ("press", "stage", "/*/stage"),
    ],
)
def test_a_server_that_ignores_a_filter_is_found(provider, name, place):
    operation = {"taskengine": "list_jobs", "press": "list_prints"}.get(provider, "list_tasks")
    assert (operation, place) in places(find(RULE, provider, unasked(name)))


def test_a_finding_names_the_filter_and_where_it_is_stated():
    finding = find(RULE, "kokoon", unasked("task_type"))[0]
    assert (finding.severity, finding.fact) == ("error", "list_tasks task_type")
    assert finding.source.startswith("Get all task list")
    assert "only what the filter asks for: `/task_type` is `SR" in finding.expected


def test_a_filter_whose_form_was_only_inferred_gives_a_warning():
    assert {f.severity for f in find(RULE, "taskengine", unasked("from"))} == {"warning"}


@pytest.mark.parametrize("name", ["id", "type", "createdAt", "updatedAt", "userId"])
def test_a_server_that_ignores_a_condition_is_found(name):
    def ask(request):
        query = dict(request.query)
        kept = [c for c in json.loads(query.get("filters", "[]")) if c["id"] != name]
        return replace(request, query=[*(query | {"filters": json.dumps(kept)}).items()])

    assert {f.fact for f in find(RULE, "livepeer", ask)} == {"list_tasks filters"}


@pytest.mark.parametrize(("word", "other"), [("gt", "gte"), ("gte", "gt"), ("lt", "lte"), ("lte", "lt")])
def test_a_bound_that_counts_or_not_is_found(word, other):
    def ask(request):
        query = [(n, v.replace(f'"{word}"', f'"{other}"')) for n, v in request.query]
        return replace(request, query=query)

    assert {f.fact for f in find(RULE, "livepeer", ask)} == {"list_tasks filters"}


def test_a_server_that_takes_one_of_several_values_is_found():
    def ask(request):
        return replace(request, query=[(n, v.split(",")[0]) for n, v in request.query])

    [finding] = find(RULE, "taskengine", ask)
    assert "too, which the filter asks for: `/id` is" in finding.expected


def test_a_server_that_forgets_a_filter_beside_another_is_found():
    def ask(request):
        names = {name for name, _ in request.query}
        drop = "client" if {"client", "failed"} <= names else ""
        return replace(request, query=[(n, v) for n, v in request.query if n != drop])

    assert places(find(RULE, "taskengine", ask)) == {("list_jobs", "/*/client")}


def test_a_server_that_finds_failed_jobs_in_every_state_is_found():
    def ask(request):
        query = dict(request.query)
        return replace(
            request, query=[p for p in request.query if p[0] != "state" or "failed" not in query]
        )

    [finding] = find(RULE, "taskengine", ask)
    assert "nothing where" in finding.expected


def test_a_server_that_finds_nothing_is_found():
    found = find(RULE, "taskengine", answer=lambda request, reply: nothing(request, reply, "search"))
    assert places(found) == {("list_jobs", "(body)")}
    assert "too, which the filter asks for" in found[0].expected


def nothing(request, reply, name):
    return replace(reply, body=b"[]") if name in dict(request.query) else reply


def test_a_server_that_shows_another_jobs_log_is_found():
    def ask(request):
        is_log = "/logs/" in request.path
        return replace(request, path="/taskengine/logs/123") if is_log else request

    assert places(find(RULE, "taskengine", ask)) == {("list_logs", "/*/job_id")}


@pytest.mark.parametrize(("method", "name"), [("TaskReport", "task_report"), ("TaskStatus", "task_status")])
def test_a_server_that_gives_one_of_two_ids_is_found(method, name):
    def first(params):
        ids = params["task_ids"]
        return params | {"task_ids": ids[:1] if isinstance(ids, list) else ids}

    assert {f.operation for f in find(RULE, "boro", asked(method, first))} == {name}


def test_a_wildcard_that_stands_for_what_is_over_too_is_found():
    def everything(params):
        return params | {"task_ids": [2213, 2222] if params["task_ids"] == "*" else params["task_ids"]}

    found = find(RULE, "boro", asked("TaskReport", everything))
    assert ("task_report", "/reply/*/result/*/status") in places(found)


def test_restarts_that_are_told_with_a_task_are_right():
    def restarted(chains):
        for chain in chains:
            chain["tasks"] += [{**task, "task_id": task["task_id"] + 500} for task in chain["tasks"]]
        return chains

    assert find(RULE, "boro", answer=answered("task_status", restarted)) == []


def test_what_moves_while_it_is_listed_is_right():
    # The mock's time goes on between two requests, so that prints leave the stage that was asked for.
    def quick(document):
        for state in document["x-lifecycle"]["Print"]["states"].values():
            state.pop("lasts", None)
        document["x-lifecycle"]["Print"]["states"]["waiting"]["lasts"] = 0.25

    assert find(RULE, contract_of("press", quick)) == []


def test_a_value_of_an_open_enumeration_is_not_made_up():
    seen = set()

    def ask(request):
        seen.update(v for name, value in request.query if name == "step" for v in value.split(","))
        return request

    find(RULE, "kokoon", ask)
    assert seen <= {"ready", "preparing", "prepared", "running", "done", "cancel", "unknown", "error"}


def test_a_filter_that_is_refused_is_no_finding():
    def answer(request, reply):
        return replace(reply, status=422, body=b'{"reason": "no"}') if request.query else reply

    assert find(RULE, "press", answer=answer) == []
