"""Two made-up providers, each one folder of contract files and no Python, get everything."""

import importlib
import io
import json

import httpx2
import lint_specs
import pytest

from mediatasks.cli.main import main
from mediatasks.mock import Clock, Mock
from tests.conftest import MADE_UP, examples, in_process
from tests.generator.conftest import generated  # noqa: F401 - a fixture


@pytest.fixture
def clients(generated, made_up, monkeypatch):  # noqa: F811
    """A client of each made-up provider, on a mock in process."""
    monkeypatch.syspath_prepend(str(generated))
    clock = Clock()
    monkeypatch.setattr("mediatasks.client.session.time.sleep", clock.advance)
    with httpx2.Client(transport=Mock(made_up.choose([]), clock).transport()) as http:
        press = importlib.import_module("made_up_clients.press")
        render = importlib.import_module("made_up_clients.render")
        yield (
            press.Press("http://mock/press", token="demo-token", http_client=http),
            render.Render("http://mock/render", studio="demo-studio", http_client=http),
        )


def test_a_rest_client_creates_and_waits(clients):
    press, _ = clients
    created = press.create_print(title="Leaflet", copies=3)
    assert press.get_print(created.number).title == "Leaflet"
    assert press.wait(created).stage == "printed"
    assert press.cancel_print(press.create_print(title="Other").number).stage == "withdrawn"


def test_an_rpc_client_speaks_its_own_envelope(clients):
    _, render = clients
    created = render.frame_add(scene="dusk")
    assert render.frame_read(frame=created.frame).scene == "dusk"
    assert render.wait(created).mark == "shut"


def test_the_rpc_error_stands_where_the_envelope_says(clients):
    from mediatasks.errors import RpcError

    _, render = clients
    with pytest.raises(RpcError) as caught:
        render.frame_read(frame=999)
    assert set(caught.value.error) >= {"text"}


@pytest.mark.usefixtures("quick_jobs")
def test_check_finds_nothing_on_their_mocks():
    done = in_process(
        main, "check", "--contracts", MADE_UP, "--max-examples", str(examples(1, 5)), "--format", "json"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    providers = json.loads(done.stdout)["providers"]
    ran = {p["provider"]: {o["operation"] for o in p["operations"]} for p in providers}
    assert ran == {
        "press": {"create_print", "get_print", "list_prints", "cancel_print"},
        "render": {"frame_add", "frame_read"},
    }


@pytest.mark.parametrize("command", ["providers", "spec press", "provenance", "validate press get_print -"])
def test_every_command_takes_the_folder(monkeypatch, command):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"number": 1, "stage": "printed"}')))
    done = in_process(main, *command.split(), "--contracts", MADE_UP)
    assert done.returncode == 0, done.stderr


def test_the_lint_passes_them():
    done = in_process(lint_specs.main, "--specs", MADE_UP)
    assert done.returncode == 0, done.stdout + done.stderr
