"""What an import loads, and what no module of src names. Who may import whom stands in .importlinter."""

import ast
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.contracts.test_store import FIVE

SOURCE = ROOT / "src" / "mediatasks"


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
