"""What a delivery says leads to states, members and expressions that exist."""

from __future__ import annotations

from collections.abc import Iterator

from spec_members import has_member
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.compose.extensions import unknown_deliveries
from mediatasks.contracts.model.webhooks import Webhook, webhooks_of
from mediatasks.contracts.pointer import join

_PLACES = ("event_id", "receiver_id")
_MOMENTS = ("occurred", "sent")


def check(source: Source) -> Iterator[Problem]:
    """Yield what leads nowhere."""
    for place, problem, advice in unknown_deliveries(source.contract):
        yield Problem(source.place(place), "names that exist", problem, advice)
    for webhook in webhooks_of(source.contract):
        here = webhook.pointer.rpartition("/")[0] + "/x-delivery"
        for place, pointer in _pointers(webhook):
            if not has_member(source.contract, webhook.body_schema, pointer):
                expected, advice = "a member of the body", "mend the pointer, or add the member"
                yield Problem(source.place(here + place), expected, f"`{pointer}`", advice)
        for place, value in _values(webhook):
            if not _leads(webhook, value):
                expected, advice = "a member of the resource", "mend the expression"
                yield Problem(source.place(here + place), expected, f"`{value}`", advice)


def _maps(webhook: Webhook) -> Iterator[tuple[str, str, object]]:
    """Yield (place, pointer in the body, value)."""
    delivery = webhook.delivery or {}
    states = {join(("entered", state)): values for state, values in delivery.get("entered", {}).items()}
    plain = {f"/{name}": delivery.get(name, {}) for name in ("body", "created")}
    for place, values in {**plain, **states}.items():
        for pointer, value in values.items():
            yield place + join([pointer]), pointer, value


def _pointers(webhook: Webhook) -> Iterator[tuple[str, str]]:
    delivery = webhook.delivery or {}
    yield from ((place, pointer) for place, pointer, _ in _maps(webhook))
    yield from ((f"/{name}", delivery[name]) for name in _PLACES if name in delivery)
    yield from ((f"/{name}/at", delivery[name]["at"]) for name in _MOMENTS if name in delivery)


def _values(webhook: Webhook) -> Iterator[tuple[str, object]]:
    yield from ((place, value) for place, _, value in _maps(webhook))
    if webhook.operation is None and webhook.address is not None:
        yield "/to", webhook.address


def _leads(webhook: Webhook, value: object) -> bool:
    """Whether a value is a literal, or a member of the resource: nothing else is known when it is sent."""
    resource = webhook.resource
    if resource is None or not isinstance(value, str) or not value.startswith("$"):
        return True
    source, _, pointer = value.partition("#")
    schema = webhook.contract.schemas.get(resource.name)
    return source == "$resource" and has_member(webhook.contract, schema, pointer)
