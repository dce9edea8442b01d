"""The runtime expressions of a lifecycle lead to parameters and members that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spec_members import has_member, members
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.compose.rpc_views import pascal_case, ref
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.contracts.pointer import MISSING, get, join

_MAPS = ("where", "sets", "reply", "refused")
_SINGLE = (
    ("limit",),
    ("search", "text"),
    ("conditions", "list"),
    ("order", "direction", "from"),
    ("order", "keys", "from"),
)


def check(source: Source) -> Iterator[Problem]:
    """Yield the expressions that lead nowhere."""
    contract = source.contract
    for name, resource in contract.resources.items():
        yield from _states(source, name, resource)
        for operation, effect in resource.operations.items():
            if operation not in contract.operations:
                continue
            scope = _Scope(contract, contract.operations[operation], resource, effect)
            for pointer in effect.get("unless", {}).keys() - effect.get("sets", {}).keys():
                place = source.place(
                    join(("x-lifecycle", name, "operations", operation, "unless", pointer))
                )
                yield Problem(place, "a member that `sets` writes", f"`{pointer}`", "add it to `sets`")
            for tokens, value in _values(effect):
                if isinstance(value, str) and value.startswith("$") and not scope.leads(value):
                    place = source.place(join(("x-lifecycle", name, "operations", operation, *tokens)))
                    expected = f"something that `{operation}` has"
                    yield Problem(place, expected, f"`{value}`", "mend the expression, or the schema")


def _states(source: Source, name: str, resource: Resource) -> Iterator[Problem]:
    """Yield what a state could not write: nothing but the resource is known when time moves it."""
    schema = source.contract.schemas.get(name)
    for state in resource.states.values():
        for pointer, value in state.data.get("sets", {}).items():
            text = str(value)
            known = text.startswith("$resource#") and (
                _is_stored(resource, text[10:]) or has_member(source.contract, schema, text[10:])
            )
            if text.startswith("$") and not known:
                place = source.place(join(("x-lifecycle", name, "states", state.name, "sets", pointer)))
                expected, advice = "something that the resource has", "mend the expression"
                yield Problem(place, expected, f"`{value}`", advice)


def _is_stored(resource: Resource, pointer: str) -> bool:
    """Whether something writes the member, whether or not the schema lists it."""
    effects = [*resource.operations.values(), *(s.data for s in resource.states.values())]
    stored = {place for effect in effects for place in effect.get("sets", {})}
    return any(pointer == s or pointer.startswith(f"{s}/") for s in stored)


def _values(effect: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for member in _MAPS:
        for pointer, value in effect.get(member, {}).items():
            yield (member, pointer), value
    for pointer, conditions in effect.get("unless", {}).items():
        for expression in conditions:
            yield ("unless", pointer, expression), expression
    for tokens in _SINGLE:
        value = get(effect, join(tokens))
        if value is not MISSING:
            yield tokens, value
    for pointer, bounds in effect.get("ranges", {}).items():
        for bound, value in bounds.items():
            yield ("ranges", pointer, bound), value


class _Scope:
    """What the expressions of one effect can refer to."""

    def __init__(
        self,
        contract: Contract,
        operation: Operation,
        resource: Resource,
        effect: Mapping[str, Any],
    ) -> None:
        self.contract, self.operation, self.resource = contract, operation, resource
        self.request: Any = operation.body_schema
        if operation.rpc_method:
            self.request = ref(f"{pascal_case(operation.rpc_method)}Params")
        self.each = [
            item["items"]
            for item in members(contract, self.request, effect.get("each", "/"))
            if "items" in item
        ]

    def leads(self, expression: str) -> bool:
        """Whether `expression` leads somewhere; members that the resource only stores count."""
        source, _, pointer = expression.partition("#")
        if source == "$request.body":
            return has_member(self.contract, self.request, pointer)
        if source == "$each":
            return any(has_member(self.contract, schema, pointer) for schema in self.each)
        if source == "$resource":
            schema = self.contract.schemas.get(self.resource.name)
            return _is_stored(self.resource, pointer) or has_member(self.contract, schema, pointer)
        if source in ("$total", "$count"):
            return True
        known = {f"$request.{p.place}.{p.name}" for p in self.operation.parameters}
        return source in known
