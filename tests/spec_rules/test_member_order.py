from pathlib import Path

import yaml

CLEAN = Path(__file__).with_name("clean") / "shop/openapi.yaml"
WRITTEN = yaml.safe_load(CLEAN.read_text())["paths"]["/orders"]["get"]
MOVED = {"summary": WRITTEN["summary"]} | WRITTEN


def test_the_id_comes_first(after):
    found = after.set("/paths/~1orders/get", MOVED)
    assert found == [("member-order", "openapi.yaml#/paths/~1orders/get/summary")]
