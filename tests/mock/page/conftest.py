"""The page in a real Chromium, which may talk to the mock only."""

import httpx2
import pytest
from chromium import FLAGS, VARIABLE, find_chromium

from mediatasks.mock import Clock, Mock, MockServer
from tests.mock.conftest import START

# Machines may be slow or busy; none of these waits where nothing goes wrong.
PATIENCE = 30_000
left_out = []


def pytest_deselected(items):
    left_out.extend(item for item in items if item.get_closest_marker("browser"))


def pytest_terminal_summary(terminalreporter, config):
    if left_out and config.option.markexpr == "not browser":
        terminalreporter.write_line(
            f"{len(left_out)} browser tests left out: they need Chromium; nox -s browser runs them"
        )


@pytest.fixture(scope="session")
def chromium():
    """A running browser."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if not path:
        pytest.fail(f"no Chromium: install it, or set {VARIABLE} to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server(store):
    """All five providers behind a port; their clock is stopped."""
    with MockServer(Mock(store.choose([]), Clock(0, START), check_replies=True)) as running:
        yield running


@pytest.fixture
def control(server):
    return server.mock.control


@pytest.fixture
def client(server):
    with httpx2.Client(base_url=server.url) as client:
        yield client


class Visit:
    """One browser window on one origin: what it asks for and complains of is kept."""

    def __init__(self, chromium, origin, **options):
        self.origin, self.asked, self.complaints = origin, [], []
        self.context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message):
        # A reply with an error status is the mock's, and asked for.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def judge(self):
        """Nothing was asked of another origin, and no script or policy complained."""
        strange = [url for url in self.asked if not url.startswith((f"{self.origin}/", "data:"))]
        assert (strange, self.complaints) == ([], [])
        assert self.asked


@pytest.fixture
def visit(chromium, server):
    """Return a window that shows a view of the page; all of them are judged afterwards."""
    visits = []

    def open_view(view="", **options):
        visit = Visit(chromium, server.url, **options)
        visits.append(visit)
        visit.page.goto(f"{server.url}/{view}")
        visit.page.get_by_text("Live", exact=True).wait_for()
        return visit.page

    yield open_view
    for visit in visits:
        visit.context.close()
        visit.judge()


@pytest.fixture
def page(visit):
    """The page as a new user sees it."""
    return visit()


def expect(locator):
    """Return what waits for a locator to be as it should."""
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    return expect(locator)


def row_of(page, key):
    """Return the row of a task."""
    return page.locator("#tasks .row").filter(has=page.get_by_role("button", name=f"{key}: show"))


def create(page, control, provider):
    """Create a sample task by its button and return the task."""
    known = {task.key for task in control.tasks(provider)}
    page.get_by_role("button", name=f"Create sample task of {provider}").click()
    page.get_by_role("status").get_by_text(f"{provider}: created").wait_for()
    return next(task for task in control.tasks(provider) if task.key not in known)
