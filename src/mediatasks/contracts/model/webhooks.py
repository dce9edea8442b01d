"""What a provider sends by itself: the `webhooks` of a contract, and the `callbacks` of its operations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mediatasks.contracts.expression import embedded
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import METHODS, Contract
from mediatasks.contracts.pointer import join


@dataclass(frozen=True)
class Webhook:
    """One request of the provider's own.

    `operation` is the operation whose callback it is, None for a webhook. `address` says where it is
    sent: the key of a callback (see `expand`), `x-delivery.to`, or None where receivers are registered
    by means that the contract does not describe. `data` is the operation object, `delivery` is
    `x-delivery`, None where there is none, `signature` is `x-signature`.
    """

    contract: Contract = field(repr=False)
    name: str
    operation: str | None
    address: Any
    method: str
    pointer: str
    data: Mapping[str, Any] = field(repr=False)
    delivery: Mapping[str, Any] | None = field(repr=False)
    signature: Mapping[str, Any] | None = field(repr=False)

    @property
    def resource(self) -> Resource | None:
        """The resource that it tells of; None where the contract has none."""
        name = (self.delivery or {}).get("resource")
        return self.contract.resources.get(name) if name else self.contract.task

    @property
    def body_schema(self) -> Mapping[str, Any]:
        """The schema of its body; empty where it does not say."""
        body = self.contract.resolve(self.data.get("requestBody", {}))
        media: Mapping[str, Any] = next(iter(body.get("content", {}).values()), {})
        schema: Mapping[str, Any] = media.get("schema", {})
        return schema

    def expressions(self) -> Iterator[Any]:
        """Yield the values of its address and of its body."""
        delivery = self.delivery or {}
        maps = [delivery.get("body", {}), delivery.get("created", {})]
        for values in (*maps, *delivery.get("entered", {}).values()):
            yield from values.values()
        if self.operation is None:
            yield self.address
        else:
            yield from embedded(self.address)


def webhooks_of(contract: Contract) -> Iterator[Webhook]:
    """Yield the webhooks, then the callbacks of each operation, in the contract's order."""
    for name, item in contract.document.get("webhooks", {}).items():
        to = contract.resolve(item).get("x-delivery", {}).get("to")
        yield from _webhooks(contract, name, None, to, item, join(("webhooks", name)))
    for operation in contract.operations.values():
        for name, callback in operation.data.get("callbacks", {}).items():
            for key, item in contract.resolve(callback).items():
                if not key.startswith("x-"):
                    place = operation.pointer + join(("callbacks", name, key))
                    yield from _webhooks(contract, name, operation.id, key, item, place)


def _webhooks(
    contract: Contract, name: str, operation: str | None, address: Any, item: Mapping[str, Any], place: str
) -> Iterator[Webhook]:
    item = contract.resolve(item)
    rules = item.get("x-delivery"), item.get("x-signature")
    for method in METHODS:
        if method in item:
            pointer = f"{place}/{method}"
            yield Webhook(contract, name, operation, address, method.upper(), pointer, item[method], *rules)
