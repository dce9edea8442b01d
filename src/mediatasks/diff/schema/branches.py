"""Which branch of the old schema became which of the new one, among alternatives of one type."""

from collections.abc import Sequence

from mediatasks.diff.kinds.facets import RESPONSE
from mediatasks.diff.schema.alternatives import Alternative
from mediatasks.diff.schema.canonical import canonical
from mediatasks.diff.schema.meaning import as_text, meaning
from mediatasks.diff.schema.members import Members

# Branches that have less than this part of their traits in common are taken for different ones.
_ALIKE = 0.5
Match = tuple[Alternative, Alternative]


def match_branches(
    old: Sequence[Alternative], new: Sequence[Alternative]
) -> tuple[list[Match], list[Alternative], list[Alternative]]:
    """Return (pairs, branches that are gone, branches that are new).

    One branch on each side is a pair. Among several, those that say the same are pairs, then those
    of one component, then those whose members have the same constants, then the most alike.
    """
    if len(old) == len(new) == 1:
        return [(old[0], new[0])], [], []
    pairs: list[Match] = []
    olds, news = list(old), list(new)
    for same in (_one_text, _one_component, _one_constant):
        for one in list(olds):
            other = next((n for n in news if same(one, n)), None)
            if other is not None:
                pairs.append((one, other))
                olds.remove(one)
                news.remove(other)
    for one, other in _most_alike(olds, news):
        pairs.append((one, other))
        olds.remove(one)
        news.remove(other)
    return pairs, olds, news


def _one_text(old: Alternative, new: Alternative) -> bool:
    return canonical(old) == canonical(new)


def _one_component(old: Alternative, new: Alternative) -> bool:
    return bool(old.names) and old.names == new.names


def _one_constant(old: Alternative, new: Alternative) -> bool:
    constants = _constants(old)
    return bool(constants) and constants == _constants(new)


def _most_alike(olds: Sequence[Alternative], news: Sequence[Alternative]) -> list[Match]:
    """Return the pairs that have most in common, each branch once."""
    traits = [[_traits(branch) for branch in side] for side in (olds, news)]
    scores = [
        (len(one & other) / (len(one | other) or 1), -i, -j)
        for i, one in enumerate(traits[0])
        for j, other in enumerate(traits[1])
    ]
    taken: tuple[set[int], set[int]] = (set(), set())
    found = []
    for score, i, j in sorted(scores, reverse=True):
        if score >= _ALIKE and i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            found.append((olds[-i], news[-j]))
    return found


def _constants(branch: Alternative) -> set[str]:
    """Return `name=value` of the members that can have one value only."""
    members = Members(branch.parts, RESPONSE)
    found = set()
    for name in members.names:
        for part in members.schema(name):
            if (const := part.member("const")) is not None:
                found.add(f"{name}={as_text(const.value)}")
            elif len(values := part.items("enum")) == 1:
                found.add(f"{name}={as_text(values[0].value)}")
    return found


def _traits(branch: Alternative) -> set[str]:
    """Return what tells a branch from others: its members or values, else its simple keywords."""
    found = {f"member {name}" for name in Members(branch.parts, RESPONSE).names}
    found |= {f"value {text}" for text in branch.values or ()}
    if found:
        return found
    for part in branch.parts:
        said = meaning(part.value).items()
        simple = [(k, v) for k, v in said if k not in ("$ref", "type") and not isinstance(v, dict | list)]
        found |= {f"{keyword}={as_text(value)}" for keyword, value in simple}
    return found
