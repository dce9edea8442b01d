"""A class name means one thing in all of src, private names included."""

import ast
from collections import defaultdict

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "mediatasks"


def test_a_class_name_means_one_thing():
    places = defaultdict(list)
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(SOURCE)))
    assert {n: found for n, found in places.items() if len(found) > 1} == {}
