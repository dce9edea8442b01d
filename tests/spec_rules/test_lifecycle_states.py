from pathlib import Path

import yaml

CLEAN = Path(__file__).with_name("clean") / "shop/openapi.yaml"
WRITTEN = yaml.safe_load(CLEAN.read_text())["x-lifecycle"]["Order"]["states"]


def test_the_initial_state_exists(after):
    found = after.set("/x-lifecycle/Order/initial", "new")
    assert ("lifecycle-states", "openapi.yaml#/x-lifecycle/Order/initial") in found


def test_the_next_state_exists(after):
    found = after.set("/x-lifecycle/Order/states/printing/next", {"printed": {}, "lost": {}})
    assert found == [("lifecycle-states", "openapi.yaml#/x-lifecycle/Order/states/printing/next/lost")]


def test_a_state_can_be_reached(after):
    found = after.set("/x-lifecycle/Order/states/printing/next", {"cancelled": {}})
    assert found == [("lifecycle-states", "openapi.yaml#/x-lifecycle/Order/states/printed")]


def test_a_state_that_nothing_leads_to_is_a_problem(after):
    lost = {"when": {"/state": "printed", "/pages": 0}, "phase": "failed", "final": True, "next": {}}
    found = after.set("/x-lifecycle/Order/states", {"lost": lost} | WRITTEN)
    assert found == [("lifecycle-states", "openapi.yaml#/x-lifecycle/Order/states/lost")]


def test_a_state_that_a_note_explains_need_not_be_reached(after):
    lost = {"when": {"/state": "printed", "/pages": 0}, "phase": "failed", "final": True, "next": {}}
    lost["note"] = "Set by hand."
    assert after.set("/x-lifecycle/Order/states", {"lost": lost} | WRITTEN) == []


def test_a_final_state_moves_by_an_operation_only(after):
    found = after.set("/x-lifecycle/Order/states/printed/next", {"waiting": {}})
    assert found == [("lifecycle-states", "openapi.yaml#/x-lifecycle/Order/states/printed/next/waiting")]


def test_a_state_that_is_not_final_leads_on(after):
    found = after.set(
        "/x-lifecycle/Order/states/cancelled",
        {"when": {"/state": "cancelled"}, "phase": "unknown", "final": False, "next": {}},
    )
    assert found == [("lifecycle-states", "openapi.yaml#/x-lifecycle/Order/states/cancelled/next")]


def test_a_final_state_has_a_final_phase(after):
    found = after.set("/x-lifecycle/Order/states/cancelled/phase", "running")
    assert found == [("lifecycle-states", "openapi.yaml#/x-lifecycle/Order/states/cancelled/phase")]


def test_some_state_means_success(after):
    found = after.set("/x-lifecycle/Order/states/printed/phase", "failed")
    assert found == [("lifecycle-states", "openapi.yaml#/x-lifecycle/Order/states")]


def test_two_states_have_two_predicates(after):
    found = after.set("/x-lifecycle/Order/states/cancelled/when", {"/state": "printed"})
    assert ("lifecycle-states", "openapi.yaml#/x-lifecycle/Order/states/cancelled/when") in found
