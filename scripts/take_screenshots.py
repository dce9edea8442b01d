"""Take the pictures of the mock's page for the README (`nox -s browser -- --screenshots`)."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import httpx2
from chromium import FLAGS, find_chromium
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from mediatasks.contracts.compose.store import open_store
from mediatasks.mock import Clock, Mock, MockServer

FOLDER = Path(__file__).resolve().parent.parent / "docs/images"
START = 1_770_000_000.0
LIMIT = 200_000
SIZE = (1440, 820)
COLOURS = 128


def play(mock: Mock, client: httpx2.Client) -> None:
    """Let happen what the pictures show: tasks in several states, two requests that break a contract."""
    control = mock.control
    control.create_sample("kokoon")
    control.create_sample("vionlabs")
    control.advance("PT2M")
    (film,) = control.create_sample("livepeer")
    control.fail("livepeer", film.key, "the input is no video")
    control.create_sample("livepeer")
    client.get("/taskengine/jobs", params={"limit": "many"})
    client.get("/livepeer/task", headers={"authorization": "Bearer wrong"})
    control.advance("PT4S")
    control.create_sample("taskengine")
    control.create_sample("boro")
    control.advance("PT2S")


def save(page: Page, name: str) -> None:
    """Write a picture of what the page shows, in few colours. Raises SystemExit where it is too large."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    path = FOLDER / f"{name}.png"
    few.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name}: {size:,} bytes")
    if size > LIMIT:
        sys.exit(f"error: {path} has more than {LIMIT:,} bytes")


def main() -> None:
    """Take the overview in both colour schemes, and an operation that was tried."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    mock = Mock(open_store().choose([]), Clock(0, START))
    with MockServer(mock, port=8420) as server, sync_playwright() as playwright:
        with httpx2.Client(base_url=server.url) as client:
            play(mock, client)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        pages = {}
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme=scheme)
            pages[scheme] = page
            page.goto(server.url)
            page.locator("#tasks .row").first.wait_for()
            save(page, f"mock-page-{scheme}")
        for scheme, page in pages.items():
            page.goto(f"{server.url}/#reference/taskengine")
            block = page.locator(".opblock[id$='-get_dashboard']")
            block.locator(".opblock-summary-control").click()
            block.get_by_role("button", name="Execute").click()
            block.locator(".live-responses-table").wait_for()
            block.evaluate("(block) => block.scrollIntoView()")
            page.wait_for_timeout(500)
            save(page, f"mock-reference-{scheme}")
        browser.close()


if __name__ == "__main__":
    main()
