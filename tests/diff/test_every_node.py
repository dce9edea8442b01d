"""No node of the base contract changes without a word, but for prose and what is the mock's own."""

import pytest

from mediatasks.contracts.pointer import join
from tests.diff.edits import BASE, GONE, edited, kinds

# The last step, or two, of what says nothing to clients and servers.
PROSE = ("description", "title", "version", "example", "source", "locator", "poll", "lasts")
# References and marks lead to names elsewhere: to break one is an error, and not a change.
NAMES = ("$ref",)


def leaves(value, tokens=()):
    """Yield the pointer of every scalar of a document, prose apart."""
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in members:
            if name not in PROSE and name not in NAMES:
                yield from leaves(inner, (*tokens, name))
    else:
        yield join(tokens), value


def other(value):
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    # In a pointer, an expression or a URL too, the last letter counts.
    return (
        "integer"
        if value == "string"
        else "string"
        if value in ("integer", "object", "array")
        else f"{value}x"
    )


LEAVES = dict(leaves(BASE))
# A contract of another version is not read at all.
del LEAVES["/openapi"]


@pytest.mark.parametrize("pointer", LEAVES)
def test_no_value_changes_without_a_word(pointer):
    assert kinds(BASE, edited({pointer: other(LEAVES[pointer])}))


@pytest.mark.parametrize("pointer", LEAVES)
def test_no_value_goes_without_a_word(pointer):
    assert kinds(BASE, edited({pointer: GONE}))
