"""What is asked in front of the providers: programs get JSON, browsers the page, lost paths a hint."""

import httpx2
import pytest

from mediatasks.mock import Mock
from mediatasks.mock.root import prefers_page

CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (CHROMIUM, True),
        ("text/html", True),
        ("TEXT/HTML ; q=0.9, */*;q=0.1", True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("text/html, application/json", False),
        ("text/html;q=0.5, application/json", False),
        ("text/html;q=0", False),
        ("text/html;q=no, */*", False),
        (",;q=,,", False),
    ],
)
def test_only_who_prefers_html_gets_the_page(accept, page):
    assert prefers_page(accept) is page


def test_the_root_varies_by_what_is_accepted(press):
    assert (
        press.client.get("http://mock/", headers={"accept": "application/json"}).headers["vary"] == "accept"
    )


def lost(mock, path, **headers):
    client = httpx2.Client(transport=mock.transport())
    return client.get(f"http://127.0.0.1:8420{path}", headers=headers).json()["error"]


def test_a_path_without_its_provider_names_the_base_url(press):
    assert lost(press.mock, "/prints/7") == (
        "no provider `prints`; `/prints/7` is a path of `press`: its base URL is http://127.0.0.1:8420/press"
    )


def test_a_path_of_several_providers_names_them_all(store):
    mock = Mock(store.choose([]))
    shared = [name for name, service in mock.services.items() if service.serves("/task")]
    assert len(shared) > 1
    told = lost(mock, "/task")
    assert "their base URLs are " in told
    assert [name for name in shared if f"http://127.0.0.1:8420/{name}" not in told] == []


def test_a_path_of_an_rpc_provider_is_known(render):
    assert "its base URL is http://127.0.0.1:8420/render" in lost(render.mock, render.envelope.path)


def test_the_hint_stands_in_the_log(press):
    lost(press.mock, "/prints")
    (violation,) = press.mock.control.violations()
    assert "`/prints` is a path of `press`" in violation.expected
