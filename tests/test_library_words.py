"""No message shows the words of a library: a scan of the source."""

import ast
import re

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "mediatasks"
# Exceptions of libraries whose text is their own.
FOREIGN = re.compile(
    r"msgspec|jsonschema|httpx2|httpcore2|yaml\.|json\.JSONDecodeError|sqlite3\.|requests\.|referencing"
)


def shown_texts(handler):
    """Yield the lines at which a handler puts the exception itself, or its message, into a text."""
    for node in ast.walk(handler):
        if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
            value = node.value
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("str", "repr")
        ):
            value = node.args[0] if node.args else None
        elif isinstance(node, ast.Attribute) and node.attr in ("message", "msg", "problem", "reason"):
            value = node.value
        else:
            continue
        if isinstance(value, ast.Name) and value.id == handler.name:
            yield node.lineno


# The text goes into an exception of the library again, which `translate` words later.
PASSED_ON = {"client/transport/deadline.py"}


def handlers(path):
    nodes = (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ExceptHandler))
    return [n for n in nodes if n.type and n.name and FOREIGN.search(ast.unparse(n.type))]


def test_no_handler_of_a_library_exception_shows_its_text():
    places = {p: str(p.relative_to(SOURCE)) for p in SOURCE.rglob("*.py")}
    found = [
        (n, line)
        for p, n in places.items()
        if n not in PASSED_ON
        for h in handlers(p)
        for line in shown_texts(h)
    ]
    assert found == []
