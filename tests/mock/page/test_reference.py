"""The API reference: the contract of each provider, requests to this mock with its credentials."""

import pytest

from tests.mock.page.conftest import expect

pytestmark = pytest.mark.browser
TRIED = {
    "boro": ("callBoro", "task_report"),
    "kokoon": ("list_tasks", "list_tasks"),
    "livepeer": ("list_tasks", "list_tasks"),
    "taskengine": ("get_dashboard", "get_dashboard"),
    "vionlabs": ("list_items", "list_items"),
}


def try_it(page, operation):
    block = page.locator(f".opblock[id$='-{operation}']") if operation else page.locator(".opblock").first
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()
    return block


@pytest.mark.parametrize("provider", TRIED)
def test_try_it_sends_a_request_that_fits_and_shows_the_reply(visit, control, provider):
    page = visit(f"#reference/{provider}")
    operation, called = TRIED[provider]
    block = try_it(page, None if provider == "boro" else operation)
    expect(block.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    (request,) = control.requests()
    assert (request.operation, request.status, request.verdict) == (called, 200, "fits")
    expect(page.get_by_role("status")).to_contain_text("was answered 200; the reply is below")


@pytest.mark.parametrize("provider", ["boro", "taskengine"])
def test_every_operation_of_the_plain_contract_is_there(visit, server, provider):
    page = visit(f"#reference/{provider}")
    plain = server.mock.services[provider].contract.plain
    count = sum(len({*item} - {"parameters"}) for item in plain["paths"].values())
    expect(page.locator(".opblock")).to_have_count(count + len(plain.get("webhooks", {})))


def test_another_provider_is_chosen_in_the_view(visit):
    page = visit("#reference/kokoon")
    page.locator("#reference-provider").select_option("vionlabs")
    expect(page.locator(".opblock-summary-path").first).to_contain_text("/task")
    assert page.url.endswith("#reference/vionlabs")


def test_the_overview_and_the_reference_lead_to_each_other(visit):
    page = visit("#reference/kokoon")
    expect(page.locator(".opblock").first).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    expect(page.locator("#tasks")).to_be_visible()
    expect(page.locator("#reference")).to_be_hidden()
    page.get_by_role("link", name="5 operations").click()
    expect(page.locator("#reference-provider")).to_have_value("boro")
    page.go_back()
    expect(page.locator("#tasks")).to_be_visible()


def test_the_view_that_was_asked_for_comes_into_sight_on_a_narrow_screen(visit):
    page = visit(viewport={"width": 390, "height": 800})
    page.get_by_role("link", name="5 operations").click()
    expect(page.get_by_role("heading", name="API reference")).to_be_in_viewport()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Tasks", exact=True)).to_be_in_viewport()


def test_a_parameter_that_holds_json_is_typed(visit):
    page = visit("#reference/livepeer")
    page.locator(".opblock[id$='-list_tasks'] .opblock-summary-control").click()
    expect(page.locator("tr[data-param-name=filters] input")).to_have_attribute("type", "text")


def test_nothing_is_told_of_a_document_that_is_read(visit):
    page = visit("#reference/livepeer")
    expect(page.locator(".opblock").first).to_be_visible()
    expect(page.get_by_role("status")).to_be_empty()


def test_the_reference_is_loaded_only_when_it_is_wanted(visit):
    page = visit()
    assert page.locator("script[src*=vendor]").count() == 0
    page.get_by_role("link", name="12 operations").click()
    expect(page.locator(".opblock").first).to_be_visible()
    assert page.locator("script[src*=vendor]").count() == 1
