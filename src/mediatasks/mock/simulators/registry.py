"""Find the simulators of installed packages: entry points of the group `mediatasks.simulators`.

The name of an entry point is the id of a provider, its value the class: `acme = "acme:AcmeSimulation"`.
A provider without one lives by its contract alone.
"""

import logging
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points

from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import ContractError, UsageError, nearest
from mediatasks.mock.simulators.simulator import Simulator

GROUP = "mediatasks.simulators"
_OWN = "mediatasks"
logger = logging.getLogger("mediatasks.mock")


def simulator_class(contract: Contract) -> type[Simulator]:
    """Return the class of the contract's simulator.

    Raises UsageError where it cannot be loaded or two packages bring one, ContractError where one of its
    methods is marked with an operation that the contract does not have.
    """
    entry = _entries(tuple(sys.path)).get(contract.provider)
    if entry is None:
        return Simulator
    kind = _loaded(entry)
    if any(resource not in contract.resources for resource in kind.needs):
        return Simulator
    for operation in kind.methods:
        if operation not in contract.operations:
            hint = nearest(operation, contract.operations)
            problem = (
                f"its simulator `{entry.value}` carries out `{operation}`, which is no operation of it"
            )
            raise ContractError(contract.provider, f"{problem}; {hint}")
    return kind


@lru_cache(8)
def _entries(path: tuple[str, ...]) -> Mapping[str, EntryPoint]:
    """Return the entry points of the packages in `path`, which is that of this process, by provider."""
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        known = found.setdefault(entry.name, entry)
        if known.value != entry.value:
            both = f"`{known.value}` and `{entry.value}`"
            raise UsageError(f"two simulators of `{entry.name}` are installed: {both}; remove one of them")
    if not any(entry.value.startswith(f"{_OWN}.") for entry in found.values()):
        logger.warning(
            "the simulators of %s are not installed, and its providers live by their contracts alone:"
            " install the package, as with `pip install -e .`",
            _OWN,
        )
    return found


def _loaded(entry: EntryPoint) -> type[Simulator]:
    owner = entry.dist.name if entry.dist else "an unknown package"
    problem = f"the simulator of `{entry.name}`, `{entry.value}` of {owner}"
    try:
        kind = entry.load()
    except (ImportError, AttributeError) as error:
        raise UsageError(f"{problem}, cannot be loaded: {error}") from None
    if not (isinstance(kind, type) and issubclass(kind, Simulator)):
        raise UsageError(f"{problem}, is no subclass of mediatasks.mock.simulators.simulator.Simulator")
    return kind
