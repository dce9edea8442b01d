import asyncio

import httpx2
import pytest

from mediatasks import AsyncLivepeer, KoKoon, Livepeer
from mediatasks.errors import UsageError


def task(number):
    return {"id": f"t{number}"}


def linked(items, cursor):
    headers = (
        {"Link": f'<https://livepeer.studio/api/task?limit=2&cursor={cursor}>; rel="next"'}
        if cursor
        else {}
    )
    return httpx2.Response(200, json=items, headers=headers)


@pytest.fixture
def livepeer():
    def make(*pages):
        asked = []

        def answer(request):
            asked.append(dict(request.url.params))
            return pages[min(len(asked), len(pages)) - 1]

        http = httpx2.Client(transport=httpx2.MockTransport(answer))
        return Livepeer("http://livepeer.test", api_key="k", http_client=http), asked

    return make


def test_pages_follow_the_link_and_keep_the_other_parameters(livepeer):
    client, asked = livepeer(linked([task(1), task(2)], "c2"), linked([task(3)], None))
    pages = list(client.pages(client.list_tasks, limit=2, order="createdAt-true"))
    assert [[t.id for t in page] for page in pages] == [["t1", "t2"], ["t3"]]
    assert asked[1] == {"limit": "2", "cursor": "c2", "order": "createdAt-true"}


@pytest.mark.parametrize(
    "last",
    [
        linked([task(3)], "undefined"),
        linked([], "c9"),
        linked([task(1)], "c9"),
        linked([task(3)], None),
    ],
    ids=["undefined", "empty", "seen", "no-link"],
)
def test_pages_stop_rightly(livepeer, last):
    client, asked = livepeer(linked([task(1)], "c2"), last)
    ids = [t.id for page in client.pages(client.list_tasks) for t in page]
    assert ids in (["t1"], ["t1", "t3"])
    assert len(asked) == 2


def test_a_server_that_repeats_its_page_does_not_hold_the_client(livepeer):
    client, asked = livepeer(linked([task(1)], "c2"))
    assert len(list(client.pages(client.list_tasks))) == 1
    assert len(asked) == 2


def test_a_link_to_another_host_takes_no_credentials_there(livepeer):
    hosts = []

    def answer(request):
        hosts.append(request.url.host)
        foreign = {"Link": '<https://evil.test/api/task?cursor=c2>; rel="next"'}
        return httpx2.Response(200, json=[task(len(hosts))], headers=foreign if len(hosts) < 2 else {})

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        client = Livepeer("http://livepeer.test", api_key="k", http_client=http)
        assert len(list(client.pages(client.list_tasks))) == 2
    assert set(hosts) == {"livepeer.test"}


def test_numbered_pages_end_at_the_total():
    asked = []

    def answer(request):
        asked.append(int(request.url.params["page_num"]))
        items = [{"tid": f"t{asked[-1]}", "step": "done"}]
        return httpx2.Response(200, json={"all_count": 3, "sr_tasks": items})

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        client = KoKoon("http://kokoon.test", token="k", http_client=http)
        tids = [t.tid for page in client.pages(client.list_tasks, page_size=1) for t in page.sr_tasks]
    assert (tids, asked) == (["t0", "t1", "t2"], [0, 1, 2])


def test_an_operation_without_pages_is_refused(livepeer):
    client, _ = livepeer(linked([], None))
    with pytest.raises(UsageError, match="`get_task` has no pages; those that have: list_tasks"):
        list(client.pages(client.get_task, "t1"))


def test_pages_of_the_asynchronous_client_are_the_same():
    pages = [linked([task(1)], "c2"), linked([task(2)], None)]

    async def run():
        transport = httpx2.MockTransport(lambda _: pages.pop(0))
        async with httpx2.AsyncClient(transport=transport) as http:
            client = AsyncLivepeer("http://livepeer.test", api_key="k", http_client=http)
            return [t.id async for page in client.pages(client.list_tasks) for t in page]

    assert asyncio.run(run()) == ["t1", "t2"]


@pytest.mark.parametrize("page", ["many", float("nan"), 1.5j])
def test_a_page_that_is_no_number_is_refused(page):
    answer = httpx2.Response(200, json={"all_count": 3, "sr_tasks": [{"tid": "t", "step": "done"}]})
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: answer)) as http:
        client = KoKoon("http://kokoon.test", token="k", http_client=http)
        with pytest.raises(UsageError, match="`page_num`"):
            list(client.pages(client.list_tasks, page_num=page))
