"""Imports run one way: cli → (check, mock, diff) → generated clients → client → exchange → contracts → errors."""

import ast
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.contracts.test_store import FIVE

LAYERS = {
    "errors": 0,
    "signals": 0,
    "unforeseen": 0,
    "contracts": 1,
    "exchange": 1.5,
    "client": 2,
    "mediatasks_clients": 3,
    "tasks": 4,
    "mock": 4,
    "check": 5,
    # Until rules no longer call scenarios.
    "judge": 5,
    # Beside mock and check, and in need of neither, nor of the clients.
    "diff": 1.5,
}
SOURCE = ROOT / "src" / "mediatasks"


def layer(module):
    parts = module.split(".")
    if parts[0] == "mediatasks_clients":
        return 3
    if parts[0] != "mediatasks" or len(parts) == 1:
        return -1
    return LAYERS.get(parts[1], 6)


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_imports_only_layers_below(path):
    own = layer(".".join(["mediatasks", *path.relative_to(SOURCE).with_suffix("").parts]))
    if path == SOURCE / "__init__.py":
        own = 6
    wrong = [m for m in imports(path) if layer(m) > own]
    assert wrong == []


def test_only_the_store_reads_the_composed_contracts():
    readers = [p for p in SOURCE.rglob("*.py") if "contract.json" in p.read_text()]
    assert [p.name for p in readers] == ["store.py"]


@pytest.fixture(scope="module")
def texts_of_src():
    """Module name → its strings that are no docstrings, in lower case."""
    return {str(path.relative_to(SOURCE)): "\n".join(texts(path)) for path in SOURCE.rglob("*.py")}


def texts(path):
    """Yield the strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text())
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value.lower()


@pytest.mark.parametrize("name", [*FIVE, "elecard", "vualto"])
def test_no_module_of_src_names_a_provider(texts_of_src, name):
    assert [module for module, text in texts_of_src.items() if name in text] == []


def run(code):
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_importing_mediatasks_loads_no_provider():
    code = "import sys, mediatasks; print([m for m in sys.modules if 'mediatasks_clients' in m or m == 'httpx2'])"
    assert run(code).strip() == "[]"


def test_a_client_loads_only_its_own_provider():
    code = (
        "import sys; from mediatasks import KoKoon;"
        "print(sorted(m for m in sys.modules if m.startswith('mediatasks_clients.') and m.count('.') == 1))"
    )
    assert run(code).strip() == "['mediatasks_clients.kokoon']"


def test_a_client_loads_no_network_code_before_it_is_made():
    code = (
        "import sys; from mediatasks import Livepeer;"
        "print([m for m in ('httpx2', 'httpcore2', 'asyncio', 'ssl', 'tenacity') if m in sys.modules])"
    )
    assert run(code).strip() == "[]"


def test_a_client_loads_nothing_of_the_extras():
    code = (
        "import sys; from mediatasks import KoKoon;"
        "print([m for m in ('yaml','rich','jsonschema','jsonschema_rs','schemathesis','uvicorn') if m in sys.modules])"
    )
    assert run(code).strip() == "[]"
