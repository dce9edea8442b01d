"""Which changes a changelog names: the provider, the subject and the kind, in backticks, in one entry."""

import pytest

from mediatasks.diff import KINDS, Change
from mediatasks.diff.changelog import Changelog, write_entries

GONE = Change("depot", KINDS["operation-removed"], "list_crates", "/paths/~1crates/get", gone=True)
SHUT = Change("depot", KINDS["request-object-closed"], "Crate", "/components/schemas/Crate")
ENTRY = "- Breaking: `depot` `list_crates` (`operation-removed`): use `get_crate`."


def changelog(entry, heading="## Unreleased"):
    return Changelog(f"# Changes\n\n{heading}\n\n- Another.\n{entry}\n\n## 1.0\n\n- Old.\n")


def test_an_entry_with_provider_subject_and_kind_names_a_change():
    assert changelog(ENTRY).names(GONE)


@pytest.mark.parametrize("heading", ["## Unreleased", "## [Unreleased]", "## unreleased – 2026"])
def test_the_heading_may_be_written_otherwise(heading):
    assert changelog(ENTRY, heading).names(GONE)


def test_an_entry_may_go_over_several_lines():
    assert changelog("- `depot`:\n  `list_crates` is gone\n\n  (`operation-removed`).").names(GONE)


def test_an_entry_may_name_several_changes():
    log = changelog("- `depot`: `list_crates` (`operation-removed`) and `Crate` (`request-object-closed`).")
    assert log.names(GONE)
    assert log.names(SHUT)


@pytest.mark.parametrize("word", ["`depot`", "`list_crates`", "`operation-removed`"])
def test_an_entry_without_one_of_the_three_names_nothing(word):
    assert not changelog(ENTRY.replace(word, "it")).names(GONE)


@pytest.mark.parametrize("word", ["depot", "list_crates", "operation-removed"])
def test_a_word_without_backticks_does_not_count(word):
    assert not changelog(ENTRY.replace(f"`{word}`", word)).names(GONE)


def test_two_entries_together_name_nothing():
    assert not changelog("- `depot` `list_crates`\n- `operation-removed`").names(GONE)


@pytest.mark.parametrize("heading", ["## 1.1", "### Unreleased", "Unreleased"])
def test_an_entry_elsewhere_does_not_count(heading):
    assert not changelog(ENTRY, heading).names(GONE)


def test_an_entry_of_a_release_does_not_count():
    assert not Changelog(f"## Unreleased\n\n- Nothing.\n\n## 1.0\n\n{ENTRY}\n").names(GONE)


def test_a_subsection_belongs_to_the_section():
    assert changelog(f"\n### Contracts\n\n{ENTRY}").names(GONE)


def test_the_entries_to_add_name_the_changes():
    assert all(changelog("\n".join(write_entries([GONE, SHUT]))).names(change) for change in (GONE, SHUT))


def test_one_entry_names_all_kinds_of_a_subject():
    moved = Change("depot", KINDS["operation-moved"], "list_crates", "")
    (entry,) = write_entries([GONE, moved, GONE])
    assert entry.startswith("- Breaking: `depot` `list_crates` (`operation-removed`, `operation-moved`): ")
