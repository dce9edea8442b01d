"""Each kind of change in a schema: a pair that shows it, and pairs that look like it and are no change."""

import pytest

from mediatasks.diff import SECTIONS
from tests.diff.edits import kinds, lost_places, with_schemas
from tests.diff.schema_rows import COMPONENTS, ROWS, SAME

ANYTHING = {"type": ["string", "null"]}


def between(side, old, new):
    """Return the kinds of changes when a schema stands in a request, or in a reply."""
    return kinds(*documents(side, old, new))


def documents(side, *schemas):
    """Return the base contract with each schema in a request, or in a reply."""
    return [
        with_schemas(schema, ANYTHING, COMPONENTS)
        if side == "request"
        else with_schemas(ANYTHING, schema, COMPONENTS)
        for schema in schemas
    ]


def named(side, ends):
    return sorted(end if end == "schema-changed" else f"{side}-{end}" for end in ends)


@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize("row", ROWS)
def test_a_change_of_a_schema_is_of_its_kind(row, side):
    old, new, there, _ = ROWS[row]
    assert between(side, old, new) == named(side, there)


@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize("row", ROWS)
def test_the_change_back_is_of_the_opposite_kind(row, side):
    old, new, _, back = ROWS[row]
    assert between(side, new, old) == named(side, back)


@pytest.mark.parametrize("row", ROWS)
def test_the_place_of_a_change_is_in_the_document_that_it_names(row):
    old, new = documents("response", *ROWS[row][:2])
    assert lost_places(old, new) == lost_places(new, old) == []


@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize("row", SAME)
def test_what_allows_the_same_is_no_change(row, side):
    old, new = SAME[row]
    assert between(side, old, new) == between(side, new, old) == []


def test_every_kind_of_a_schema_has_a_row():
    shown = {
        kind
        for _, _, *ends in ROWS.values()
        for side in ("request", "response")
        for e in ends
        for kind in named(side, e)
    }
    # A note on an open list is on no side; its row stands with the edits of the whole contract.
    assert {kind.id for kind in SECTIONS["Schemas of requests and replies"]} - {
        "known-value-added",
        "known-value-removed",
    } == shown
