"""Where the contract has strings in a body: a Decimal goes there as one.

Reads the contract, which takes milliseconds: only for a body that holds a Decimal.
"""

from functools import cache

from mediatasks.client.operation import Provider
from mediatasks.contracts.compose.store import read_contract
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import join
from mediatasks.contracts.schema.shape import Shape, request_shape


def takes_text(provider: Provider, operation: str, path: tuple[str | int, ...]) -> bool:
    """Whether a place in the body (or the params) of `operation` takes strings and no numbers."""
    shape = _body(provider.package, provider.name, operation).at(join(path))
    return shape is not None and "string" in shape.types and not shape.types & {"number", "integer"}


@cache
def _contract(package: str, provider: str) -> Contract:
    return read_contract(package, provider)


@cache
def _body(package: str, provider: str, operation: str) -> Shape:
    return request_shape(_contract(package, provider).operations[operation])
