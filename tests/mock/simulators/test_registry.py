"""A package from outside brings a simulator by an entry point."""

import textwrap

import httpx2
import pytest

from mediatasks.contracts.compose.store import open_store
from mediatasks.errors import ContractError, UsageError
from mediatasks.mock import Mock
from mediatasks.mock.simulators import registry
from mediatasks.mock.simulators.boro import BoroSimulation
from tests.conftest import ROOT

MODULE = """
    from mediatasks.mock.operations.actions import Outcome
    from mediatasks.mock.simulators.simulator import Simulator, operation


    class PressSimulation(Simulator):
        needs = ("Print",)

        def lasts(self, collection, item, at):
            return 7.0 if item.private.get("slow") else super().lasts(collection, item, at)

        @operation("create_print")
        def create(self, action, scope, request):
            title = request.headers["user-agent"]
            return action.carry_out(scope, {"/title": title}, {"slow": True})


    class StraySimulation(Simulator):
        @operation("create_prnt")
        def create(self, action, scope, request):
            return action.carry_out(scope)
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Return what installs a made-up distribution with a simulator of `press`."""

    def install(value, name="press-mock"):
        package = name.replace("-", "_")
        site = tmp_path / package
        info = site / f"{package}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{registry.GROUP}]\npress = {value}\n")
        (site / f"{package}.py").write_text(textwrap.dedent(MODULE))
        monkeypatch.syspath_prepend(site)
        monkeypatch.delitem(__import__("sys").modules, package, raising=False)

    return install


def test_the_shipped_simulators_are_entries_like_any_other(store):
    assert registry.simulator_class(store.contract("boro")) is BoroSimulation


def test_a_provider_from_outside_gets_its_simulator(installed):
    installed("press_mock:PressSimulation")
    contract = open_store(ROOT / "tests" / "made_up").contract("press")
    mock = Mock([contract], check_replies=True)
    headers = {"authorization": "Bearer demo-token", "user-agent": "outsider"}
    with httpx2.Client(transport=mock.transport(), headers=headers) as client:
        reply = client.post("http://mock/press/prints", json={"title": "A"})
    assert (reply.status_code, reply.json()["title"]) == (201, "outsider")
    item = next(reversed(mock.services["press"].store.collections["Print"].items.values()))
    assert item.due == item.entered + 7.0
    assert "slow" not in mock.control.state("press", "Print")[0]["values"][-1]


def test_a_contract_without_the_resources_that_a_simulator_needs_is_served_without_it(installed, made_up):
    installed("press_mock:PressSimulation")
    assert registry.simulator_class(made_up.contract("render")) is registry.Simulator


def test_an_operation_that_the_contract_does_not_have_is_an_error(installed, made_up):
    installed("press_mock:StraySimulation")
    with pytest.raises(
        ContractError, match=r"carries out `create_prnt`, which .* did you mean `create_print`"
    ):
        Mock([made_up.contract("press")])


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("no_such_module:X", "`no_such_module:X` of press-mock, cannot be loaded"),
        ("press_mock:Nothing", "cannot be loaded"),
        ("press_mock:Outcome", "is no subclass of"),
    ],
)
def test_what_is_no_simulator_is_told(installed, made_up, value, problem):
    installed(value)
    with pytest.raises(UsageError, match=problem):
        Mock([made_up.contract("press")])


def test_two_simulators_of_one_provider_are_an_error(installed, made_up):
    installed("press_mock:PressSimulation")
    installed("other_mock:PressSimulation", "other-mock")
    with pytest.raises(UsageError, match="two simulators of `press` are installed"):
        Mock([made_up.contract("press")])


def test_a_package_that_is_not_installed_is_told(monkeypatch, caplog, store):
    monkeypatch.setattr(registry, "entry_points", lambda group: ())
    monkeypatch.syspath_prepend("/nowhere")
    assert registry.simulator_class(store.contract("boro")) is registry.Simulator
    assert "the simulators of mediatasks are not installed" in caplog.text
