"""The shapes of the `x-` keys (extensions.yaml), and a check of a contract that did not ship with us."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from mediatasks.contracts.compose.files import read_yaml
from mediatasks.contracts.compose.rpc_views import snake_case
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.model.webhooks import webhooks_of
from mediatasks.contracts.nodes import nodes
from mediatasks.contracts.pointer import join
from mediatasks.contracts.schema.validation import Validator
from mediatasks.errors import ContractError, nearest

T = TypeVar("T")
# JSON Pointer, problem, advice.
Found = tuple[str, str, str]

# What a broken document makes code stumble over that expects a right one.
STUMBLES = (
    LookupError,
    TypeError,
    AttributeError,
    ValueError,
    ArithmeticError,
    RuntimeError,
    StopIteration,
)


@cache
def read_extensions() -> Mapping[str, Any]:
    """Return `extensions.yaml`: every `x-` key with purpose, place, reader and shape."""
    document: Mapping[str, Any] = read_yaml(Path(__file__).with_name("extensions.yaml"))
    return document


@cache
def shape_of(key: str) -> Validator:
    """Return the shape of one `x-` key."""
    extensions = read_extensions()
    return Validator(extensions["extensions"][key]["shape"], {"$defs": extensions["definitions"]}, key)


def understand(place: str, read: Callable[[], T]) -> T:
    """Return what `read` returns. Raises ContractError where it stumbles over a broken document."""
    try:
        return read()
    except STUMBLES as error:
        problem = f"is too broken to be read: {type(error).__name__}: {error}"
        raise ContractError(place, problem, "check it against the OpenAPI grammar") from None


def check_contract(contract: Contract, place: str) -> None:
    """Raise ContractError for the first thing that would make a command stumble, or that none reads."""
    check_version(contract, place)
    rules = (_extensions, _shapes, _states, _credentials, _deliveries)
    found = understand(place, lambda: next((f for rule in rules for f in rule(contract)), None))
    if found is not None:
        pointer, problem, advice = found
        raise ContractError(f"{place}#{pointer}", problem, advice)
    understand(place, lambda: _touch(contract))


def unknown_states(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield (JSON Pointer in the resource, name) of every state that is named and does not exist."""
    named: list[tuple[str, str | None]] = [("/initial", resource.initial)]
    for state in resource.states.values():
        named += [(join(("states", state.name, "next", move.to)), move.to) for move in state.moves]
    for name, effect in resource.operations.items():
        place = join(("operations", name))
        named.append((f"{place}/to", effect.get("to")))
        named += [(f"{place}/from/{i}", state) for i, state in enumerate(effect.get("from", []))]
    for pointer, state_name in named:
        if state_name is not None and state_name not in resource.states:
            yield pointer, state_name


def check_version(contract: Contract, place: str) -> None:
    """Raise ContractError where a contract is no OpenAPI 3.1 at all."""
    for document in (contract.plain, contract.document):
        for member in ("info", "paths"):
            if not isinstance(document, dict) or not isinstance(document.get(member), dict):
                raise ContractError(place, f"is no OpenAPI document: `{member}` is missing")
        version = document.get("openapi")
        if not isinstance(version, str) or not re.fullmatch(r"3\.1\.\d+", version):
            advice = "convert the document to OpenAPI 3.1, then say `openapi: 3.1.0`"
            raise ContractError(f"{place}#/openapi", f"expected OpenAPI 3.1.x, got `{version}`", advice)


def _extensions(contract: Contract) -> Iterator[Found]:
    known = read_extensions()["extensions"]
    for node in nodes(contract.document):
        for key in node.value:
            if key.startswith("x-") and key not in known:
                advice = f"{nearest(key, known)}; docs/extensions.md lists every `x-` key"
                yield node.pointer + join([key]), f"nothing reads the extension `{key}`", advice


def _shapes(contract: Contract) -> Iterator[Found]:
    for key in ("x-rpc", "x-lifecycle", "x-errors"):
        if key in contract.document:
            for deviation in shape_of(key).deviations(contract.document[key]):
                problem = f"expected {deviation.expected}, got {deviation.got}"
                yield f"/{key}{deviation.pointer}", problem, f"see `{key}` in docs/extensions.md"


def _states(contract: Contract) -> Iterator[Found]:
    for name, resource in contract.resources.items():
        for pointer, state in unknown_states(resource):
            place = join(("x-lifecycle", name)) + pointer
            yield place, f"there is no state `{state}`", nearest(state, resource.states)


def unknown_deliveries(contract: Contract) -> Iterator[Found]:
    """Yield what `x-delivery` names and does not exist: resources, states, forms of expressions."""
    for webhook in webhooks_of(contract):
        place, delivery = webhook.pointer.rpartition("/")[0] + "/x-delivery", webhook.delivery or {}
        name = delivery.get("resource")
        if name is not None and name not in contract.resources:
            yield f"{place}/resource", f"there is no resource `{name}`", nearest(name, contract.resources)
            continue
        states = webhook.resource.states if webhook.resource else {}
        for state in delivery.get("entered", {}):
            if state not in states:
                yield f"{place}/entered", f"there is no state `{state}`", nearest(state, states)
        try:
            for value in webhook.expressions():
                evaluate(value, Scope())
        except ValueError as error:
            yield place, str(error), "docs/extensions.md lists the runtime expressions"


def _deliveries(contract: Contract) -> Iterator[Found]:
    for node in nodes(contract.document):
        if "x-delivery" in node.value:
            for deviation in shape_of("x-delivery").deviations(node.value["x-delivery"]):
                problem = f"expected {deviation.expected}, got {deviation.got}"
                place = f"{node.pointer}/x-delivery{deviation.pointer}"
                yield place, problem, "see `x-delivery` in docs/extensions.md"
    yield from unknown_deliveries(contract)


def _credentials(contract: Contract) -> Iterator[Found]:
    schemes = contract.security_schemes
    used = {s: o for o in contract.operations.values() for alternative in o.security for s in alternative}
    for name, operation in used.items():
        place = join(("components", "securitySchemes", name))
        if name not in schemes:
            problem = f"`{operation.id}` needs the security scheme `{name}`, which does not exist"
            yield place, problem, nearest(name, schemes)
        elif not schemes[name].get("x-credential"):
            problem = f"the security scheme `{name}` says no `x-credential`: no client could send it"
            yield place, problem, f"add e.g. `x-credential: {{{snake_case(name)}: {{example: demo}}}}`"


def _touch(contract: Contract) -> None:
    """Read everything of a contract that is worked out on demand."""
    assert contract.credentials is not None
    for operation in contract.operations.values():
        assert operation.success
        assert operation.request_media is not None
        assert operation.security is not None
    for resource in contract.resources.values():
        for name in resource.operations:
            contract.operation(name)
