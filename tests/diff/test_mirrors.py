"""Every kind of change has its mirror, the kind of the change back, or a reason why it has none."""

import re

import pytest

from mediatasks.diff import KINDS

OPPOSITES = {
    "added": "removed",
    "became-required": "became-optional",
    "became-safe": "became-unsafe",
    "opened": "closed",
    "allowed": "forbidden",
    "required": "waived",
    "widened": "narrowed",
    "deprecated": "undeprecated",
}
OPPOSITES |= {other: one for one, other in OPPOSITES.items()}
# The change back is of the same kind: it says that something is another, not whether there is more of it.
THEIR_OWN_MIRROR = re.compile(r".*-(changed|moved|renamed)")
# A reason for each kind that has none; today every kind has its mirror.
WITHOUT: dict[str, str] = {}


def mirror(kind):
    if THEIR_OWN_MIRROR.fullmatch(kind):
        return kind
    end = max((end for end in OPPOSITES if kind.endswith(end)), key=len)
    return kind.removesuffix(end) + OPPOSITES[end]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - WITHOUT))
def test_a_kind_has_its_mirror(kind):
    assert mirror(kind) in KINDS
    assert mirror(mirror(kind)) == kind
    assert KINDS[mirror(kind)].section == KINDS[kind].section


@pytest.mark.parametrize("kind", sorted(k for k in KINDS if k.endswith(("-widened", "-narrowed"))))
def test_what_the_client_may_send_or_get_more_of_breaks_only_one_of_them(kind):
    wider = kind.endswith("-widened")
    sent = kind.startswith("request")
    assert KINDS[kind].clients == (sent != wider)
    assert KINDS[kind].servers == (sent or not wider)
