from pathlib import Path

import yaml
from lifecycle_diagram import draw_lifecycle

from mediatasks.contracts.lifecycle.resource import Resource

CLEAN = Path(__file__).parents[1] / "spec_rules/clean/shop/openapi.yaml"


def order():
    return yaml.safe_load(CLEAN.read_text())["x-lifecycle"]["Order"]


def test_a_diagram_holds_every_move():
    assert draw_lifecycle(Resource("Order", order())) == (
        "stateDiagram-v2\n"
        "    [*] --> waiting\n"
        "    waiting --> printing\n"
        "    waiting --> cancelled: cancel_order\n"
        "    printing --> printed\n"
        "    printed --> [*]\n"
        "    cancelled --> [*]\n"
    )


def test_changing_one_transition_changes_the_diagram():
    changed = order()
    changed["states"]["printing"]["next"] = {"waiting": {"restarts_progress": True}}
    assert "    printing --> waiting: progress restarts\n" in draw_lifecycle(Resource("Order", changed))


def test_a_new_id_is_named():
    changed = order()
    changed["states"]["printed"]["next"] = {"waiting": {"by": "rerun_order", "new_id": True}}
    assert "    printed --> waiting: rerun_order, new id\n" in draw_lifecycle(Resource("Order", changed))


def test_a_state_that_mermaid_could_not_name_gets_an_alias():
    changed = order()
    changed["states"]["in print"] = changed["states"].pop("printing")
    drawn = draw_lifecycle(Resource("Order", changed))
    assert '    state "in print" as s3_in_print\n' in drawn
    assert "    s3_in_print --> printed\n" in drawn


def test_each_of_several_causes_is_named():
    changed = order()
    changed["states"]["waiting"]["next"]["cancelled"]["by"] = ["cancel_order", "drop_order"]
    drawn = draw_lifecycle(Resource("Order", changed))
    assert "    waiting --> cancelled: cancel_order or drop_order\n" in drawn
