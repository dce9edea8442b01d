"""The resources that are known to belong to another account.

A mock made for the run holds those seeds of the contract whose owner is not that of the first. Of a
server elsewhere only the caller knows one: `--foreign-id`.
"""

from typing import Any

from mediatasks.check.options import Options
from mediatasks.check.target import Target
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.model.seeds import account_of, seeded
from mediatasks.contracts.pointer import MISSING, get, put
from mediatasks.contracts.schema.shape import Shape
from mediatasks.errors import UsageError
from mediatasks.judge.observation.observed_resource import ObservedResource, key_of
from mediatasks.judge.rules.security.foreign_resource import addressing


def find_foreign(contract: Contract, target: Target, options: Options) -> list[ObservedResource]:
    """Return what is known. Raises UsageError for an id of which the contract says nothing."""
    stated = [r for r in contract.resources.values() if addressing(contract, r)]
    found: list[ObservedResource] = []
    for resource in stated if target.is_mock else ():
        account = account_of(contract, resource)
        for value in seeded(contract, resource):
            if account is not MISSING and get(value, resource.owner or "") not in (MISSING, account):
                found.append(_sighting(resource, value))
    for text in options.foreign_ids:
        resource = _of_one_id(contract, stated)
        schema = {"$ref": f"#/components/schemas/{resource.name}"}
        place = Shape(contract, schema).at(resource.key[0]) if resource.name in contract.schemas else None
        found.append(_sighting(resource, put({}, resource.key[0], place.coerce(text) if place else text)))
    return found


def _of_one_id(contract: Contract, stated: list[Resource]) -> Resource:
    for resource in stated:
        if len(resource.key) == 1:
            return resource
    problem = "its contract does not say how a resource of another account is refused"
    raise UsageError(f"`{contract.provider}`: `--foreign-id` is of no use, for {problem}")


def _sighting(resource: Resource, value: Any) -> ObservedResource:
    return ObservedResource(resource, key_of(resource, value) or (), value, "", False)
