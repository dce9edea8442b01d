"""How the page stays up to date: every second, rarely when hidden, and on after the mock was away."""

import pytest

from mediatasks.mock import MockServer
from tests.mock.page.conftest import Visit, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def watched(chromium, server):
    """A window whose timers the test moves."""
    visit = Visit(chromium, server.url)
    visit.page.clock.install()
    visit.page.goto(server.url)
    visit.page.get_by_text("Live", exact=True).wait_for()
    yield visit
    visit.context.close()


def looks(visit):
    return sum(url.endswith("/_mock/clock") for url in visit.asked)


def pass_seconds(visit, seconds):
    """Let timers run second by second, each with the time that its replies need."""
    for _ in range(seconds):
        visit.page.clock.run_for(1000)
        visit.page.wait_for_timeout(60)


def test_the_page_looks_every_second(watched):
    before = looks(watched)
    pass_seconds(watched, 5)
    assert 4 <= looks(watched) - before <= 6


def test_a_hidden_page_looks_rarely_and_at_once_when_it_is_seen_again(watched):
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    watched.page.evaluate(hide % "true")
    pass_seconds(watched, 2)
    before = looks(watched)
    pass_seconds(watched, 14)
    assert looks(watched) - before <= 1
    watched.page.evaluate(hide % "false" + "document.dispatchEvent(new Event('visibilitychange'))")
    pass_seconds(watched, 3)
    assert looks(watched) - before >= 3


def test_the_page_says_that_the_mock_is_gone_and_finds_it_again(chromium, press):
    with MockServer(press.mock) as server:
        visit = Visit(chromium, server.url)
        visit.page.goto(server.url)
        visit.page.get_by_text("Live", exact=True).wait_for()
    expect(visit.page.get_by_text("The mock does not answer")).to_be_visible()
    with MockServer(press.mock, port=server.port):
        expect(visit.page.get_by_text("Live", exact=True)).to_be_visible()
    visit.context.close()


def test_another_mock_in_its_place_is_shown_as_it_is(chromium, press, render):
    with MockServer(press.mock) as server:
        visit = Visit(chromium, server.url)
        press("GET", "/prints/1")
        visit.page.goto(server.url)
        expect(visit.page.locator("#requests .row")).to_contain_text("press")
    expect(visit.page.get_by_text("The mock does not answer")).to_be_visible()
    with MockServer(render.mock, port=server.port):
        render("GET", "/nowhere")
        expect(visit.page.locator("#providers h3")).to_have_text("Render")
        expect(visit.page.locator("#requests .row")).to_contain_text("/nowhere")
    visit.context.close()
