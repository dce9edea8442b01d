"""The page for everyone: by keyboard, with a screen reader, in light and dark; and for nobody else."""

import pytest

from mediatasks.mock import MockServer
from tests.mock.page.conftest import Visit, create, expect, row_of

pytestmark = pytest.mark.browser
MANY = 200
# The least ratio of texts to the ground of their box (WCAG 2.2); axe does not judge boxes that scroll.
LEAST_CONTRAST = """(box) => {
  const luminance = (colour) => colour.match(/[0-9.]+/g).slice(0, 3)
    .map((n) => (n /= 255) <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)
    .reduce((sum, n, i) => sum + n * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = luminance(getComputedStyle(box).backgroundColor);
  return Math.min(...[...box.querySelectorAll("span")].map((text) => {
    const own = luminance(getComputedStyle(text).color);
    return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
  }));
}"""


def breaches(page):
    """Return what axe-core finds: rule and element."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(rule["id"], node["target"]) for rule in found for node in rule["nodes"]]


def tab_to(page, name):
    """Press Tab until what has the focus says `name`."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(e => e.ariaLabel || e.labels?.[0]?.textContent.trim() || e.textContent.trim())(document.activeElement)"
        )
        if focused.startswith(name):
            return
    pytest.fail(f"Tab does not lead to `{name}`")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_overview_has_names_order_and_contrast(visit, client, control, scheme):
    client.get("/nowhere")
    client.get("/taskengine/")
    page = visit(color_scheme=scheme)
    create(page, control, "kokoon")
    expect(page.locator("#requests .row")).to_have_count(3)
    assert breaches(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("dialog", ["Fail…", "Hold…", "show this task"])
def test_a_dialog_has_names_and_contrast(visit, control, scheme, dialog):
    page = visit(color_scheme=scheme)
    task = create(page, control, "livepeer")
    row_of(page, task.key).get_by_role("button", name=dialog).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert breaches(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("provider", ["boro", "taskengine"])
def test_the_reference_has_names_and_contrast(visit, scheme, provider):
    page = visit(f"#reference/{provider}", color_scheme=scheme)
    block = page.locator(".opblock-post").first
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()
    expect(block.locator(".live-responses-table")).to_be_visible()
    assert breaches(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_in_a_reply_has_contrast(visit, scheme):
    page = visit("#reference/taskengine", color_scheme=scheme)
    block = page.locator(".opblock[id$='-get_dashboard']")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()
    expect(block.locator(".live-responses-table")).to_contain_text("max_jobs")
    boxes = block.locator("pre.microlight:visible")
    assert boxes.count() > 1
    assert min(box.evaluate(LEAST_CONTRAST) for box in boxes.all()) >= 4.5


def test_the_colours_follow_the_system(visit):
    grounds = [
        visit(color_scheme=s).evaluate("getComputedStyle(document.body).backgroundColor")
        for s in ("light", "dark")
    ]
    assert grounds == ["rgb(246, 247, 249)", "rgb(18, 20, 23)"]


@pytest.mark.parametrize("width", [320, 390, 820, 1200])
def test_no_width_makes_the_page_scroll_sideways(visit, width):
    page = visit(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_task_is_created_failed_and_the_clock_moved_by_keyboard_only(page, control):
    tab_to(page, "Create sample task of livepeer")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("livepeer: created").wait_for()
    task = control.tasks("livepeer")[0]
    tab_to(page, f"Fail… {task.key}")
    page.keyboard.press("Enter")
    page.keyboard.type("no such file")
    page.keyboard.press("Enter")
    expect(row_of(page, task.key).locator(".state")).to_have_text("failed")
    expect(row_of(page, task.key).get_by_role("button", name="show this task")).to_be_focused()
    page.keyboard.press("Control+Home")
    tab_to(page, "Advance by")
    page.keyboard.press("Enter")
    expect(page.locator("#clock-now")).to_have_text("2026-02-02 03:40:00")


def test_escape_leaves_a_dialog_and_the_focus_returns(page, control):
    task = create(page, control, "taskengine")
    hold = row_of(page, task.key).get_by_role("button", name="Hold…")
    hold.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(hold).to_be_focused()


def test_the_skip_link_leads_to_the_tasks(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#overview")).to_be_focused()


def test_a_link_leads_past_the_buttons_of_all_tasks(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to requests")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#requests-body")).to_be_focused()


def test_a_refresh_keeps_the_focus(page, control):
    task = create(page, control, "taskengine")
    stall = row_of(page, task.key).get_by_role("button", name="Stall")
    stall.focus()
    create_elsewhere = control.create_sample("kokoon")[0]
    row_of(page, create_elsewhere.key).wait_for()
    expect(stall).to_be_focused()


def test_a_page_of_another_origin_cannot_steer_the_mock(chromium, server, control, press):
    """A POST without a body needs no leave of the mock to be sent: only the gate is in its way."""
    known = control.tasks("kokoon")
    with MockServer(press.mock) as other:
        visit = Visit(chromium, other.url)
        visit.page.goto(f"{other.url}/press/prints")
        send = "url => fetch(url, {method: 'POST', mode: 'no-cors'}).then(reply => reply.type)"
        assert visit.page.evaluate(send, f"{server.url}/_mock/tasks/kokoon") == "opaque"
        visit.context.close()
    assert control.tasks("kokoon") == known
