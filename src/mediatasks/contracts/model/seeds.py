"""The resources that stand in examples: what a mock holds at start, and what a check may ask it for."""

from collections.abc import Iterator
from typing import Any

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get

_DEPTH = 6


def seeded(contract: Contract, resource: Resource) -> Iterator[Any]:
    """Yield the resources in the seeds of `x-lifecycle`, in order. Copy them before a change."""
    examples = contract.document.get("components", {}).get("examples", {})
    for name in resource.data.get("seed", ()):
        yield from resources_in(contract, resource, examples.get(name, {}).get("value"))


def account_of(contract: Contract, resource: Resource) -> Any:
    """Return whose the seeds are, the owner of the first that names one; `MISSING` where none does."""
    if resource.owner is None:
        return MISSING
    owners = (get(value, resource.owner) for value in seeded(contract, resource))
    return next((owner for owner in owners if owner is not MISSING), MISSING)


def resources_in(contract: Contract, resource: Resource, value: Any) -> Iterator[Any]:
    """Yield the resources in an example: itself, a list of them, or those inside a reply."""
    envelope = contract.envelope
    results = [r.result for r in envelope.replies(value)] if envelope else []
    found = [r for r in results if r is not MISSING]
    for start in found or [value]:
        yield from _search(resource, start, 0)


def _search(resource: Resource, value: Any, depth: int) -> Iterator[Any]:
    if depth > _DEPTH:
        return
    if isinstance(value, dict) and _is_keyed(resource, value):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _search(resource, child, depth + 1)


def _is_keyed(resource: Resource, value: Any) -> bool:
    parts = [get(value, pointer) for pointer in resource.key]
    return not any(part is MISSING or isinstance(part, dict | list) for part in parts)
