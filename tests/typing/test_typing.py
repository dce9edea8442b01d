import re

import pytest

from tests.conftest import ROOT
from tests.contracts.test_store import FIVE

RESULTS = (ROOT / "tests/typing/results.py").read_text()


@pytest.mark.parametrize("provider", FIVE)
def test_every_operation_has_its_result_typed(store, provider):
    text = RESULTS[RESULTS.index(f"def {provider}(") :]
    text = text[: text.find("\n\n\n")]
    missing = [name for name in store.contract(provider).operations if f"client.{name}(" not in text]
    assert missing == []


@pytest.mark.parametrize("provider", FIVE)
def test_no_result_is_any(provider):
    client = (ROOT / f"generated/mediatasks_clients/{provider}/client.py").read_text()
    results = re.findall(r"^    \) -> (.+):$", client, re.MULTILINE)
    assert results
    assert [r for r in results if "Any" in r] == []
