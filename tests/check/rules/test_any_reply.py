"""No reply, however broken, makes a rule stumble."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediatasks.check.exchange import Exchange
from mediatasks.check.judgement import Judgement
from mediatasks.check.ledger import Ledger
from mediatasks.check.masking import Mask
from mediatasks.check.request import documented_requests, prepare
from mediatasks.check.rule import read_rules
from mediatasks.contracts.pointer import put
from mediatasks.contracts.store import open_store
from tests.contracts.test_store import FIVE

ODD = st.sampled_from([None, True, 0, -1, 10**400, 1e308, float("nan"), "", "\ud800", "0000", [], {}])
TEXTS = st.text(st.characters(), max_size=8)
ANY = st.recursive(
    ODD | TEXTS | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def places(document: Any, place: str = "") -> list[str]:
    """Return the pointers of all nodes that a document has."""
    pairs: Any = []
    if isinstance(document, dict):
        pairs = [(n, v) for n, v in document.items() if n and "/" not in n and "~" not in n]
    elif isinstance(document, list):
        pairs = enumerate(document)
    return [place, *(p for name, value in pairs for p in places(value, f"{place}/{name}"))]


@pytest.mark.parametrize("provider", FIVE)
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_reply_makes_a_rule_stumble(provider: str, data: st.DataObject) -> None:
    contract = open_store().contract(provider)
    judgement = Judgement(contract, list(read_rules().values()), Ledger(), Mask([]))
    for _ in range(3):
        operation = data.draw(st.sampled_from(list(contract.operations.values())))
        request = next(documented_requests(operation))
        body: Any = copy.deepcopy(next((v for _, v in operation.reply_examples(operation.success)), {}))
        for _ in range(data.draw(st.integers(0, 3))):
            body = put(body, data.draw(st.sampled_from(places(body))), data.draw(ANY))
        sent = prepare([request], "http://server", [])
        headers = {"content-type": ["application/json"]}
        answer = (int(operation.success), headers, json.dumps(body).encode())
        judgement.take(operation, Exchange(sent.method, sent.url, {}, sent.body, *answer))
