"""Which changes a changelog names, and the entries that it lacks.

An entry is a list item of the section `## Unreleased`, with everything up to the next item or
heading. It names a change if it holds the provider, the subject and the kind of the change, each in
backticks.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from mediatasks.contracts.compose.files import read_text
from mediatasks.diff.change import Change

_SECTION = re.compile(r"^##[ \t]+\[?unreleased\b.*?$(.*?)(?=^##?[ \t]|\Z)", re.I | re.M | re.S)
_ITEM = re.compile(r"^[-*+][ \t]+", re.M)
_SPAN = re.compile(r"`([^`]+)`")


class Changelog:
    """The entries of `## Unreleased`, each as the set of what stands in backticks in it."""

    def __init__(self, text: str) -> None:
        section = _SECTION.search(text)
        items = _ITEM.split(section[1])[1:] if section else []
        self.entries = [{" ".join(span.split()) for span in _SPAN.findall(item)} for item in items]

    def names(self, change: Change) -> bool:
        """Whether an entry names the change."""
        wanted = {change.provider, change.subject, change.kind.id}
        return any(wanted <= entry for entry in self.entries)


def read_changelog(path: Path) -> Changelog:
    """Return the changelog at `path`. Raises ContractError if it cannot be read."""
    return Changelog(read_text(path))


def write_entries(changes: Iterable[Change]) -> list[str]:
    """Return an entry for each provider and subject, which names all the kinds of its changes."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        listed = kinds.setdefault((change.provider, change.subject), [])
        if change.kind.id not in listed:
            listed.append(change.kind.id)
    return [
        f"- Breaking: `{provider}` `{subject}` ({', '.join(f'`{kind}`' for kind in listed)}): "
        "say here what users have to do."
        for (provider, subject), listed in kinds.items()
    ]
