import json

import pytest
from msgspec.structs import replace

from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.observation.observer import Observer
from mediatasks.judge.rules.lists.list_limit import judge
from mediatasks.judge.tracks.history import History
from tests.check.rules.wrong_mock import answered, contract_of, find, places, unasked

RULE = "list-limit"
LISTS = {
    "kokoon": ("list_tasks", "page_size", "/sr_tasks"),
    "livepeer": ("list_tasks", "limit", "(body)"),
    "taskengine": ("list_jobs", "limit", "(body)"),
    "vionlabs": ("list_items", "page_size", "(body)"),
}


def shifted(name, by):
    """Return a server that takes a number in the query for another one."""

    def ask(request):
        query = [(n, str(int(v) + by) if n == name else v) for n, v in request.query]
        return replace(request, query=query)

    return ask


@pytest.mark.parametrize("provider", [*LISTS, "boro", "press"])
def test_a_right_server_passes(provider):
    assert find(RULE, provider) == []


@pytest.mark.parametrize("provider", LISTS)
def test_a_server_that_gives_one_more_is_found(provider):
    operation, name, place = LISTS[provider]
    found = find(RULE, provider, shifted(name, 1))
    assert places(found) == {(operation, place)}
    assert {f.fact for f in found} == {f"{operation} {name}"}


@pytest.mark.parametrize("provider", LISTS)
def test_a_server_that_gives_one_less_is_found(provider):
    operation, name, place = LISTS[provider]
    [finding, *_] = found = find(RULE, provider, shifted(name, -1))
    assert places(found) == {(operation, place)}
    assert "that there are, asked for" in finding.expected


@pytest.mark.parametrize("provider", ["taskengine", "livepeer"])
def test_a_server_that_ignores_the_limit_is_found(provider):
    operation, name, place = LISTS[provider]
    assert (operation, place) in places(find(RULE, provider, unasked(name)))


def test_a_server_that_holds_back_the_last_one_is_found():
    def short(tasks):
        return tasks[:-1] if len(tasks) == 6 else tasks

    def answer(request, reply):
        asked = int(dict(request.query).get("limit", 0))
        # Whoever asks for many gets all.
        return answered("list_tasks", short)(request, reply) if asked < 100 else reply

    [finding] = find(RULE, "livepeer", answer=answer)
    assert finding.expected.startswith("6 of the 6")


def judged(provider, query, reply):
    contract = contract_of(provider)
    operation = next(o for n, o in contract.operations.items() if n.startswith("list_"))
    url = f"http://server{operation.path}{query}"
    kind = {"content-type": ["application/json"]}
    exchange = Exchange("GET", url, {}, None, 200, kind, json.dumps(reply).encode())
    [seen] = Observer(contract).observe(operation, exchange)
    return list(judge(seen, History()))


def test_every_list_of_a_run_is_judged():
    [claim] = judged("livepeer", "?limit=1", [{"id": "a"}, {"id": "b"}])
    assert (claim.expected, claim.got) == ("at most 1, asked for 1 by `list_tasks limit`", "2 elements")
    assert judged("livepeer", "?limit=2", [{"id": "a"}, {"id": "b"}]) == [None]


@pytest.mark.parametrize("query", ["", "?limit=0", "?limit=-1", "?limit=many"])
def test_a_limit_that_no_source_explains_is_not_judged(query):
    assert judged("livepeer", query, [{"id": "a"}]) == []


def test_a_page_size_without_a_page_is_not_judged():
    assert judged("kokoon", "?page_size=1", {"sr_tasks": [{"tid": "a"}, {"tid": "b"}]}) == []
