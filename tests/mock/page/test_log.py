"""The request log of the page: verdicts, breaches, and what comes from outside is text."""

import pytest

from mediatasks.mock import Clock, Mock, MockServer
from tests.mock.page.conftest import Visit, expect

pytestmark = pytest.mark.browser


def test_a_violation_is_seen_with_place_expected_and_got(page, client, control):
    client.get("/taskengine/health", headers={"client": "demo-client"})
    (violation,) = control.violations()
    breach = page.locator("#requests .breach")
    for text in (violation.place, violation.expected, violation.got):
        expect(breach).to_contain_text(text)
    expect(page.locator("#requests .verdict")).to_have_text("breaks")
    expect(page.locator("#requests-count")).to_have_text("1 violation")


def test_the_log_shows_violations_only_where_asked(page, client):
    client.get("/taskengine/")
    client.get("/nowhere")
    expect(page.locator("#requests .row")).to_have_count(2)
    page.get_by_label("Violations only").check()
    expect(page.locator("#requests .row")).to_have_count(1)
    expect(page.locator("#requests .row")).to_contain_text("/nowhere")


def test_the_log_is_cleared(page, client, control):
    client.get("/nowhere")
    expect(page.locator("#requests .row")).to_have_count(1)
    page.get_by_role("button", name="Clear log").click()
    expect(page.get_by_text("No request has come yet.")).to_be_visible()
    assert control.violation_count == 0


def test_markup_from_outside_is_text(chromium, press_with):
    def change(document):
        document["info"]["title"] = "<img src=x onerror=alert(1)>"

    caller = press_with(change)
    caller("GET", "/%3Cb%3E<script>alert(1)</script>")
    caller("POST", "/prints", json={"title": "<i>A</i>", "<u>": 1})
    with MockServer(caller.mock) as server:
        visit = Visit(chromium, server.url)
        visit.page.goto(server.url)
        expect(visit.page.locator("#providers h3")).to_have_text("<img src=x onerror=alert(1)>")
        expect(visit.page.locator("#requests")).to_contain_text("script")
        assert visit.page.locator(":is(#providers, #requests, #tasks) :is(img, script, i, u)").count() == 0
        visit.context.close()
        visit.judge()


def test_a_mock_without_providers_has_a_page(chromium):
    with MockServer(Mock([], Clock(0))) as server:
        visit = Visit(chromium, server.url)
        visit.page.goto(server.url)
        expect(visit.page.get_by_text("No task matches")).to_be_visible()
        visit.page.get_by_role("link", name="API reference").click()
        expect(visit.page.locator("#reference")).to_be_visible()
        assert visit.page.locator("script[src*=vendor]").count() == 0
        visit.context.close()
        visit.judge()
