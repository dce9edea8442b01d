"""The comparison of lifecycles: identity, fields, states, transitions, and what operations do.

What only the mock reads says nothing about a provider, and is not compared: how long a state lasts,
what is set on entering it, what the mock holds at start, how often a client looks. Nor is `present`, which
promises nothing: a server without such a member gets a warning.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.diff.compare.promise import compare_promise, compare_promises
from mediatasks.diff.schema.difference import Difference, added_or_removed, differ, found
from mediatasks.diff.schema.meaning import as_text
from mediatasks.diff.schema.part import Part, paired, root

# Members with kinds of their own, and those that only the mock or a waiting client reads.
_RESOURCE = {"key", "initial", "fields", "states", "operations", "seed", "poll", "present", "x-provenance"}
# Effects that are stated member by member.
_BY_MEMBER = {"where", "codes", "separators", "absent", "ranges", "names", "sets", "unless", "reply"}
_BY_MEMBER |= {"shows", "refused"}
_STATE = {"when", "phase", "final", "next", "lasts", "sets", "present", "note", "x-provenance"}


def compare_lifecycles(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what changed in `x-lifecycle` of two documents, resource by resource."""
    before, after = (dict(root(document).members("x-lifecycle")) for document in (old, new))
    for _, one, other in paired(before, after):
        if one is None or other is None:
            yield added_or_removed("lifecycle", one, other)
        else:
            yield from _compare_resource(one, other)


def _compare_resource(old: Part, new: Part) -> Iterator[Difference]:
    yield from _compare_value("lifecycle-key-changed", "key", old, new)
    yield from _compare_value("lifecycle-initial-changed", "initial", old, new)
    yield from compare_promises("lifecycle-field", _fields(old), _fields(new))
    before, after = (dict(part.members("states")) for part in (old, new))
    both = [name for name in before if name in after]
    for _, one, other in paired(before, after):
        if one is None or other is None:
            yield added_or_removed("lifecycle-state", one, other)
        else:
            yield from _compare_state(one, other, both)
    order = [name for name in after if name in before]
    if both != order:
        yield Difference("lifecycle-mark-changed", f"{new.pointer}/states", False, both, order)
    yield from _compare_effects(old, new)


def _compare_value(kind: str, key: str, old: Part, new: Part) -> Iterator[Difference]:
    one, other = old.member(key), new.member(key)
    if differ(one, other):
        yield found(kind, one, other)


def _fields(resource: Part) -> dict[str, Part]:
    """Return the fields, the timestamps one by one, and what else is said of the resource."""
    fields = dict(resource.members("fields"))
    fields.pop("timestamps", None)
    times = resource.members("fields", "timestamps")
    others = {name: part for name, part in resource.members() if name not in _RESOURCE}
    return {**others, **fields, **{f"timestamps.{name}": part for name, part in times}}


def _compare_state(old: Part, new: Part, states: list[str]) -> Iterator[Difference]:
    if as_text(_marks(old)) != as_text(_marks(new)):
        yield found("lifecycle-mark-changed", old.member("when"), new.member("when"))
    yield from _compare_value("lifecycle-phase-changed", "phase", old, new)
    yield from _compare_value("lifecycle-finality-changed", "final", old, new)
    others = ({name: part for name, part in state.members() if name not in _STATE} for state in (old, new))
    yield from compare_promises("lifecycle-field", *others)
    # A move from or to a state that is new or gone is told by the state.
    before, after = (
        {name: move for name, move in part.members("next") if name in states} for part in (old, new)
    )
    for _, one, other in paired(before, after):
        yield from _compare_move(one, other)


def _marks(state: Part) -> dict[str, Any]:
    """Return the predicate in one form: a bare literal is short for `const`, examples are the mock's."""
    marks = {}
    for pointer, rule in state.say("when", {}).items():
        said = rule if isinstance(rule, dict) else {"const": rule}
        marks[pointer] = {k: v for k, v in said.items() if k != "examples"}
    return marks


def _compare_move(old: Part | None, new: Part | None) -> Iterator[Difference]:
    if old is None or new is None:
        there = old or new
        assert there is not None
        kind = "called-transition" if there.say("by") is not None else "transition"
        yield added_or_removed(f"lifecycle-{kind}", old, new, values=True)
        return
    if as_text(_said(old)) != as_text(_said(new)):
        yield found("lifecycle-transition-changed", old, new)


def _said(move: Part) -> dict[str, Any]:
    """Return a move in one form: a flag that is not stated is false, one cause is a list of one."""
    said = {key: value for key, value in move.value.items() if key != "note" and value is not False}
    if "by" in said:
        causes = said["by"]
        said["by"] = sorted(causes if isinstance(causes, list) else [causes])
    return said


def _compare_effects(old: Part, new: Part) -> Iterator[Difference]:
    before, after = (dict(part.members("operations")) for part in (old, new))
    for _, one, other in paired(before, after):
        if one is None or other is None:
            yield from compare_promise("operation-effect", one, other)
        else:
            yield from compare_promises("operation-effect", _effects(one), _effects(other))


def _effects(operation: Part) -> dict[str, Part]:
    """Return what an operation does, each filter and each written member apart."""
    found_effects: dict[str, Part] = {}
    for key, effect in operation.without("x-provenance").members():
        if key in _BY_MEMBER and isinstance(effect.value, dict):
            found_effects |= {f"{key} {name}": part for name, part in effect.members()}
        else:
            found_effects[key] = effect
    return found_effects
