"""One module per provider with the documented rules that its contract cannot say.

Found by the provider's name; a provider without a module lives by its contract alone. What a
simulator may do: `mediatasks.mock.simulators.simulator`. Each rule names its source in a docstring.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

from mediatasks.mock.simulators.simulator import Simulator

if TYPE_CHECKING:
    from mediatasks.mock.store.collection import Store


def simulator_of(store: Store) -> Simulator:
    """Return the simulator of the state's provider."""
    contract = store.contract
    name = f"{__name__}.{contract.provider}"
    if not contract.provider.isidentifier() or importlib.util.find_spec(name) is None:
        return Simulator(store)
    module = importlib.import_module(name)
    kind: type[Simulator] = getattr(module, f"{contract.provider.capitalize()}Simulation")
    known = all(resource in contract.resources for resource in kind.needs)
    return kind(store) if known else Simulator(store)
