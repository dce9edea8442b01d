"""Each kind of change around schemas: an edit that shows it, and edits that look like it and are none."""

import json

import pytest

from mediatasks.contracts.compose.extensions import read_extensions
from mediatasks.diff import KINDS, SECTIONS, compare_sets
from mediatasks.diff.compare.unknown import COMPARED, PROSE
from tests.diff import lifecycle_rows, operation_rows
from tests.diff.edits import BASE, contract, edited, kinds, lost_places

ROWS = operation_rows.ROWS | lifecycle_rows.ROWS
SAME = operation_rows.SAME | lifecycle_rows.SAME
SCHEMAS = "Schemas of requests and replies"
# Shown by tests of their own: they are changes of a set of contracts, or of RPC ones.
ELSEWHERE = {"provider-added", "provider-removed", "rpc-envelope-changed"}


@pytest.mark.parametrize("row", ROWS)
def test_an_edit_is_a_change_of_its_kind(row):
    edits, there, _ = ROWS[row]
    assert kinds(BASE, edited(edits)) == there


@pytest.mark.parametrize("row", ROWS)
def test_the_edit_back_is_of_the_opposite_kind(row):
    edits, _, back = ROWS[row]
    assert kinds(edited(edits), BASE) == back


@pytest.mark.parametrize("row", ROWS)
def test_the_place_of_a_change_is_in_the_document_that_it_names(row):
    other = edited(ROWS[row][0])
    assert lost_places(BASE, other) == lost_places(other, BASE) == []


@pytest.mark.parametrize("row", SAME)
def test_an_edit_that_says_the_same_is_no_change(row):
    other = edited(SAME[row])
    assert json.dumps(other) != json.dumps(BASE)
    assert kinds(BASE, other) == kinds(other, BASE) == []


def test_every_kind_around_schemas_has_a_row():
    shown = {kind for _, *ends in ROWS.values() for end in ends for kind in end}
    assert set(KINDS) - {kind.id for kind in SECTIONS[SCHEMAS]} - ELSEWHERE <= shown


def test_a_provider_comes_and_goes():
    depot = {"depot": contract(BASE)}
    assert [c.kind.id for c in compare_sets({}, depot)] == ["provider-added"]
    assert [c.kind.id for c in compare_sets(depot, {})] == ["provider-removed"]


def test_the_ids_of_kinds_differ_and_are_kebab_case():
    assert len(KINDS) == sum(map(len, SECTIONS.values()))
    assert [kind for kind in KINDS if not kind.replace("-", "").isalpha() or kind != kind.lower()] == []


def test_each_extension_is_compared_or_known_to_be_prose():
    assert set(read_extensions()["extensions"]) == COMPARED | PROSE
