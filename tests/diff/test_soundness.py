"""Random schemas: the comparison is silent only where a validator finds nothing, whichever way it looks."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediatasks.diff import KINDS
from tests.conftest import examples
from tests.diff.random_schemas import DOCUMENTS, TRIED, changed, findings, validator

CHANGES = DOCUMENTS.flatmap(lambda document: st.tuples(st.just(document), changed(document)))
# Who writes and who reads: (side, writer is new, whom a refused value breaks).
ROLES = [
    ("response", True, "clients"),
    ("response", False, "servers"),
    ("request", False, "clients"),
    ("request", True, "servers"),
]


@pytest.mark.parametrize(("side", "writer_is_new", "audience"), ROLES)
@settings(max_examples=examples(70, 500), deadline=None, derandomize=True)
@given(pair=CHANGES)
def test_a_value_that_one_side_writes_and_the_other_refuses_is_told(side, writer_is_new, audience, pair):
    writer, reader = reversed(pair) if writer_is_new else pair
    writes, reads = validator(writer, strict=True), validator(reader, strict=False)
    refused = [value for value in TRIED if writes.is_valid(value) and not reads.is_valid(value)]
    told = [f for f in findings(*pair, side) if KINDS[f.kind].breaks(audience)]
    assert told or not refused, refused


@pytest.mark.parametrize("side", ["request", "response"])
@settings(max_examples=examples(50, 300), deadline=None, derandomize=True)
@given(document=DOCUMENTS)
def test_nothing_changes_between_a_schema_and_itself(side, document):
    assert findings(document, copy.deepcopy(document), side) == []


@pytest.mark.parametrize("side", ["request", "response"])
@settings(max_examples=examples(50, 300), deadline=None, derandomize=True)
@given(pair=CHANGES)
def test_there_is_a_change_back_where_there_is_one_there(side, pair):
    old, new = pair
    assert bool(findings(old, new, side)) == bool(findings(new, old, side))
