"""Things that a contract may say or leave unsaid: what it says binds the server, clients count on it."""

from collections.abc import Iterator, Mapping

from mediatasks.diff.schema.difference import Difference, added_or_removed, differ, found
from mediatasks.diff.schema.part import Part, paired


def compare_promise(subject: str, old: Part | None, new: Part | None) -> Iterator[Difference]:
    """Yield `SUBJECT-added`, `-removed` or `-changed` where a node is not what it was."""
    if old is None or new is None:
        if old is not new:
            yield added_or_removed(subject, old, new, values=True)
    elif differ(old, new):
        yield found(f"{subject}-changed", old, new)


def compare_promises(
    subject: str, old: Mapping[str, Part], new: Mapping[str, Part]
) -> Iterator[Difference]:
    """Yield what became of each of several nodes, told apart by their names."""
    for _, one, other in paired(old, new):
        yield from compare_promise(subject, one, other)


def compare_flag(key: str, on: str, off: str, old: Part, new: Part) -> Iterator[Difference]:
    """Yield the kind `on` where a boolean member became true, `off` where it no longer is."""
    before, after = old.say(key) is True, new.say(key) is True
    if before != after:
        yield Difference(on if after else off, new.pointer)


def compare_deprecation(old: Part, new: Part) -> Iterator[Difference]:
    """Yield a note where something is marked as deprecated, or no longer is."""
    yield from compare_flag("deprecated", "deprecated", "undeprecated", old, new)
