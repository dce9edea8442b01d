"""Tasks and clock by the buttons of the page (issue 4, "A page")."""

import re

import pytest

from tests.mock.page.conftest import create, expect, row_of

pytestmark = pytest.mark.browser


def press_in_row(page, key, name):
    row_of(page, key).get_by_role("button", name=f"{name} {key} of").click()


def test_every_provider_shows_its_base_url_credentials_and_operations(page, server):
    for service in server.mock.services.values():
        card = page.locator("#providers li").filter(has_text=server.url_of(service.contract.provider))
        expect(card.get_by_role("heading")).to_have_text(service.contract.document["info"]["title"])
        for credential in service.contract.credentials:
            expect(card).to_contain_text(str(credential.example))
        expect(card.get_by_role("link")).to_have_text(f"{len(service.contract.operations)} operations")


@pytest.mark.parametrize("provider", ["boro", "kokoon", "livepeer", "taskengine", "vionlabs"])
def test_a_new_user_creates_a_task_and_watches_it_to_its_end(page, control, provider):
    task = create(page, control, provider)
    row = row_of(page, task.key)
    expect(row.locator(".state")).to_have_text(task.state)
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(row).to_contain_text("ended")
    assert control.task(provider, task.key).phase == "succeeded"


def test_a_created_task_stands_on_top_and_is_a_request_that_fits(page, control):
    task = create(page, control, "taskengine")
    expect(page.locator("#tasks .row").first).to_contain_text(task.key)
    expect(page.locator("#requests .row").first).to_contain_text("create_job")
    assert [request.verdict for request in control.requests()] == ["fits"]


@pytest.mark.parametrize("provider", ["boro", "kokoon", "livepeer", "taskengine", "vionlabs"])
def test_a_sample_can_be_created_again(page, control, provider):
    assert create(page, control, provider).key != create(page, control, provider).key


def test_a_task_that_cannot_be_created_says_why(visit, server, control):
    server.mock.faults.replace("status:503")
    page = visit()
    page.get_by_role("button", name="Create sample task of vionlabs").click()
    expect(page.locator("#complaint")).to_contain_text("created no new task; it was answered 503")


def test_keys_that_begin_alike_can_be_told_apart(page, control):
    (key, other) = [task.key for task in control.tasks("vionlabs")][:2]
    ends = [
        row_of(page, k)
        .locator(".key")
        .evaluate("e => [e.lastChild.textContent, e.scrollWidth <= e.clientWidth]")
        for k in (key, other)
    ]
    assert key[:8] == other[:8]
    assert ends == [[key[-6:], True], [other[-6:], True]]


def test_progress_is_shown_as_time_passes(page, control):
    task = create(page, control, "livepeer")
    control.advance(4)
    expect(row_of(page, task.key).locator(".percent")).to_have_text("20 %")
    expect(row_of(page, task.key).get_by_role("progressbar")).to_have_js_property("value", 0.2)


def test_the_clock_goes_to_the_next_change(page, control):
    task = create(page, control, "taskengine")
    page.get_by_role("button", name="To next change").click()
    expect(row_of(page, task.key).locator(".state")).to_have_text("started")
    assert control.task("taskengine", task.key).state == "started"


def test_a_task_is_finished(page, control):
    task = create(page, control, "livepeer")
    press_in_row(page, task.key, "Finish")
    expect(row_of(page, task.key).locator(".state")).to_have_text("completed")
    assert control.task("livepeer", task.key).phase == "succeeded"


def test_a_task_fails_with_a_message(page, control):
    task = create(page, control, "livepeer")
    press_in_row(page, task.key, "Fail…")
    dialog = page.get_by_role("dialog", name=f"Fail {task.key}")
    dialog.get_by_label("Message").fill("the input is no video")
    dialog.get_by_role("button", name="Fail").click()
    expect(row_of(page, task.key).locator(".state")).to_have_text("failed")
    row_of(page, task.key).get_by_role("button", name="show this task").click()
    expect(page.locator("#task-value")).to_contain_text('"the input is no video"')


def test_a_contract_without_a_place_for_a_message_is_not_asked_for_one(page, control):
    (silent,) = [p["provider"] for p in control.providers() if not p["resources"][0]["has_message"]][:1]
    task = create(page, control, silent)
    press_in_row(page, task.key, "Fail…")
    expect(page.get_by_role("dialog")).to_contain_text("no place for a message")
    expect(page.get_by_label("Message")).to_be_hidden()


def test_a_refusal_is_told_in_the_dialog(page, control):
    task = create(page, control, "livepeer")
    press_in_row(page, task.key, "Fail…")
    control.finish("livepeer", task.key)
    page.get_by_role("dialog").get_by_role("button", name="Fail").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("from where nothing leads to")


def test_a_task_is_stalled_and_released(page, control):
    task = create(page, control, "taskengine")
    press_in_row(page, task.key, "Stall")
    expect(row_of(page, task.key)).to_contain_text("stands still")
    control.advance("PT1H")
    assert control.task("taskengine", task.key).state == task.state
    press_in_row(page, task.key, "Release")
    expect(row_of(page, task.key)).to_contain_text("in ")
    assert control.task("taskengine", task.key).moves_at is not None


def test_a_task_is_held_at_a_state(page, control):
    task = create(page, control, "taskengine")
    press_in_row(page, task.key, "Hold…")
    page.get_by_label("State").select_option("started")
    page.get_by_role("dialog").get_by_role("button", name="Hold").click()
    expect(row_of(page, task.key)).to_contain_text("stands still")
    held = control.task("taskengine", task.key)
    assert (held.state, held.moves_at) == ("started", None)


def test_the_clock_is_read_set_stopped_and_advanced(page, control):
    now = page.locator("#clock-now")
    expect(now).to_have_text("2026-02-02 02:40:00")
    page.get_by_label("Advance by").fill("90")
    page.get_by_label("Unit").select_option("minutes")
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(now).to_have_text("2026-02-02 04:10:00")
    page.get_by_label("Speed").fill("3600")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator("#clock-speed")).to_have_text("×3,600")
    expect(now).not_to_have_text(re.compile("04:10"))
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#clock-speed")).to_have_text("stopped")
    assert control.clock.speed == 0
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#clock-speed")).to_have_text("×3,600")


def test_the_table_shows_one_provider_or_what_is_unfinished(page, control):
    page.locator("#tasks-provider").select_option("kokoon")
    expect(page.locator("#tasks-count")).to_have_text("4 tasks")
    page.get_by_label("Unfinished only").check()
    expect(page.get_by_text("No task matches")).to_be_visible()


def test_a_reset_brings_the_seeded_examples_back(page, control):
    seeded = page.locator("#tasks-count").text_content()
    create(page, control, "taskengine")
    page.get_by_role("button", name="Reset…").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    expect(page.locator("#tasks-count")).to_have_text(seeded)


def test_the_table_says_where_it_is_cut(page, control):
    control.seed("kokoon", "Task", [control.tasks("kokoon")[0].value | {"tid": str(n)} for n in range(60)])
    expect(page.locator("#tasks-count")).to_contain_text("of kokoon the newest 50")
