from pathlib import Path

import pytest

from mediatasks.contracts.store import ContractStore, open_store

ROOT = Path(__file__).resolve().parent.parent
MADE_UP = ROOT / "tests" / "made_up"


@pytest.fixture(scope="session")
def store() -> ContractStore:
    """The contracts that ship."""
    return open_store()


@pytest.fixture(scope="session")
def made_up() -> ContractStore:
    """Two made-up providers: `press` (REST) and `render` (RPC with an envelope of its own)."""
    return ContractStore(MADE_UP)
