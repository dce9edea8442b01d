"""What of a resource time changes, what only requests change, and whether a value came back as it was."""

import copy
import json
from typing import Any

from mediatasks.contracts.equality import instant, same_key
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import MISSING, drop

_SOURCES = ("$request.", "$each")


def volatile(resource: Resource) -> set[str]:
    """Return the members that time changes: state, progress, error, times, what states write."""
    found = set()
    for name, field in resource.fields.items():
        if name == "timestamps":
            found |= {moment["at"] for kind, moment in field.items() if kind != "created"}
        elif isinstance(field, dict):
            found |= {pointer for key, pointer in field.items() if key != "unit"}
        else:
            found.add(field)
    for state in resource.states.values():
        found |= {*state.data["when"], *state.data.get("sets", {})}
    return found


def lasting(resource: Resource) -> list[str]:
    """Return the members that nothing but a request that names them changes."""
    created = resource.fields.get("timestamps", {}).get("created", {}).get("at")
    found = dict.fromkeys([*resource.key, *([created] if created else [])])
    for effect in resource.operations.values():
        for pointer, expression in effect.get("sets", {}).items():
            if str(expression).startswith(_SOURCES):
                found[pointer] = None
    moving = volatile(resource)
    return [pointer for pointer in found if not any(overlap(pointer, other) for other in moving)]


def overlap(pointer: str, other: str) -> bool:
    """Whether one of two places is the other, or lies in it."""
    return f"{pointer}/".startswith(f"{other}/") or f"{other}/".startswith(f"{pointer}/")


def still(resource: Resource, value: Any) -> Any:
    """Return a resource without what time changes."""
    kept = copy.deepcopy(value)
    for pointer in volatile(resource):
        drop(kept, pointer)
    return kept


def holds(kept: Any, posted: Any) -> bool:
    """Whether a member holds what was posted: the same number, text or moment, and more members at most.

    A document may come back as its JSON text.
    """
    if isinstance(posted, dict | list) and isinstance(kept, str):
        kept = _parsed(kept)
    if isinstance(posted, dict):
        members = isinstance(kept, dict)
        return members and all(holds(kept.get(n, MISSING), value) for n, value in posted.items())
    if isinstance(posted, list):
        same_length = isinstance(kept, list) and len(kept) == len(posted)
        return same_length and all(holds(k, p) for k, p in zip(kept, posted, strict=True))
    if same_key(kept, posted) or (kept is None and posted is None):
        return True
    moment = instant(posted)
    return moment is not None and moment == instant(kept)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
