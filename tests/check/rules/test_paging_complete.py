import json

import pytest
from msgspec.structs import replace

from tests.check.rules.wrong_mock import answered, contract_of, find, places, unasked

RULE = "paging-complete"
PAGED = {"kokoon": ("page_num", "page_size"), "vionlabs": ("page_num", "page_size")}
PROVIDERS = ("kokoon", "livepeer", "vionlabs")


@pytest.mark.parametrize("provider", [*PROVIDERS, "taskengine", "boro", "press"])
def test_a_right_server_passes(provider):
    assert find(RULE, provider) == []


def paged(change):
    """Return a server that takes pages of few items for other ones."""

    def ask(request):
        query = dict(request.query)
        if "page_num" in query and int(query.get("page_size", 500)) < 100:
            query["page_num"] = str(change(int(query["page_num"])))
        return replace(request, query=[*query.items()])

    return ask


@pytest.mark.parametrize("provider", PAGED)
def test_a_server_that_skips_a_page_is_found(provider):
    [finding] = find(RULE, provider, paged(lambda page: page + (page > 0)))
    assert "on one of the pages, as in the list without pages" in finding.expected


@pytest.mark.parametrize("provider", PAGED)
def test_a_server_that_gives_a_page_twice_is_found(provider):
    found = find(RULE, provider, paged(lambda page: max(page - 1, 0)))
    assert "each item on one page" in {f.expected for f in found}


@pytest.mark.parametrize("provider", PAGED)
def test_a_server_that_ignores_the_page_is_found(provider):
    found = find(RULE, provider, paged(lambda page: 0))
    assert any(f.expected.startswith("the end after") for f in found)


def test_a_server_that_loses_one_item_of_a_page_is_found():
    def answer(request, reply):
        is_second = "cursor" in dict(request.query)
        return answered("list_tasks", lambda tasks: tasks[1:])(request, reply) if is_second else reply

    [finding, *_] = find(RULE, "livepeer", answer=answer)
    assert "on one of the pages" in finding.expected


def test_a_server_that_ignores_the_cursor_is_found():
    found = find(RULE, "livepeer", unasked("cursor"))
    assert "each item on one page" in {f.expected for f in found}


def test_a_server_that_links_to_no_next_page_is_found():
    def answer(request, reply):
        headers = {n: v for n, v in reply.headers.items() if n != "link"}
        return replace(reply, headers=headers)

    [finding] = find(RULE, "livepeer", answer=answer)
    assert finding.got == "1 page without it"


def test_a_server_with_pages_that_are_too_large_is_found():
    def ask(request):
        query = [(n, str(int(v) + 1) if n == "page_size" and int(v) < 100 else v) for n, v in request.query]
        return replace(request, query=query)

    found = find(RULE, "kokoon", ask)
    assert any(f.expected.startswith("a page of at most 2") for f in found)


@pytest.mark.parametrize("by", [1, -1])
def test_a_wrong_total_is_found(by):
    total = answered("list_tasks", lambda body: body | {"all_count": body["all_count"] + by})
    assert places(find(RULE, "kokoon", answer=total)) == {("list_tasks", "/all_count")}


def test_a_wrong_total_in_a_header_is_found():
    def answer(request, reply):
        return replace(reply, headers={**reply.headers, **counted(reply)})

    def counted(reply):
        return (
            {"x-total-count": str(len(json.loads(reply.body)))} if "x-total-count" in reply.headers else {}
        )

    assert places(find(RULE, "livepeer", answer=answer)) == {("list_tasks", "header X-Total-Count")}


def test_a_list_that_moves_all_the_time_is_not_judged():
    times = []

    def answer(request, reply):
        times.append(1)
        turn = len(times) % 3
        return answered("list_items", lambda items: items[turn:] + items[:turn])(request, reply)

    assert find(RULE, "vionlabs", answer=answer) == []


def test_a_server_that_gives_less_than_it_is_asked_for_is_right():
    def ask(request):
        query = [(n, "3" if n == "page_size" and int(v) > 3 else v) for n, v in request.query]
        return replace(request, query=query)

    assert find(RULE, "vionlabs", ask) == []


def test_an_order_that_stays_is_asked_for():
    seen = set()

    def ask(request):
        seen.update(dict(request.query).items())
        return request

    find(RULE, "livepeer", ask)
    assert ("order", "id-false") in seen


def test_a_contract_without_pages_is_left_alone():
    from mediatasks.judge.rules.lists.paging_complete import applies

    assert not applies(contract_of("press"))
