"""The one reader of composed contracts at run time.

The contracts that ship stand in the package `mediatasks_clients`; a folder of the user's own
(`--contracts`, `MEDIATASKS_CONTRACTS`) is composed when it is opened and takes their place.
"""

import importlib.util
import os
from pathlib import Path

from mediatasks.contracts.compose.composition import compose, find_contracts
from mediatasks.contracts.compose.files import read_json
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import ContractError, UsageError, nearest

VARIABLE = "MEDIATASKS_CONTRACTS"
FILES = {"plain": "contract.json", "calls": "calls.json"}


class ContractStore:
    """The contracts of one place, by provider.

    `folder` holds a folder of hand-written files per provider; None means the contracts that ship.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._contracts: dict[str, Contract] = {}
        if folder is None:
            root = shipped()
            self._places = {p.parent.name: p.parent for p in sorted(root.glob("*/contract.json"))}
        else:
            self._places = {p.name: p for p in find_contracts(folder)}

    @property
    def names(self) -> list[str]:
        """The providers, sorted."""
        return list(self._places)

    def choose(self, names: list[str]) -> list[Contract]:
        """Return the contracts of `names`, all where it is empty. Raises UsageError."""
        return [self.contract(name) for name in dict.fromkeys(names or self.names)]

    def contract(self, provider: str) -> Contract:
        """Return one contract. Raises UsageError for an unknown provider, ContractError for a bad file."""
        if provider not in self._places:
            raise UsageError(f"no provider `{provider}`; {nearest(provider, self.names)}")
        if provider not in self._contracts:
            place = self._places[provider]
            self._contracts[provider] = (
                read_composed(provider, place) if self.folder is None else _compose(provider, place)
            )
        return self._contracts[provider]


def read_composed(provider: str, place: Path) -> Contract:
    """Return the composed contract in the folder `place`. Raises ContractError."""
    views = {v: read_json(place / f) for v, f in FILES.items() if (place / f).is_file()}
    return Contract(provider, views["plain"], views.get("calls"))


def _compose(provider: str, place: Path) -> Contract:
    from mediatasks.contracts.compose.extensions import check_contract, understand

    views = understand(str(place), lambda: compose(place))
    contract = Contract(provider, views["plain"], views.get("calls"))
    check_contract(contract, str(place))
    return contract


def read_contract(package: str, provider: str) -> Contract:
    """Return the contract inside the generated `package.provider`. Raises ContractError."""
    return read_composed(provider, shipped(f"{package}.{provider}"))


def shipped(package: str = "mediatasks_clients") -> Path:
    """Return the folder of generated clients, or of one. Raises ContractError if it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ContractError(package, "is not installed", "run: nox -s generate")
    return Path(next(iter(spec.submodule_search_locations)))


def open_store(folder: str | os.PathLike[str] | None = None) -> ContractStore:
    """Return the contracts in `folder`, else in `$MEDIATASKS_CONTRACTS`, else those that ship."""
    chosen = folder or os.environ.get(VARIABLE) or None
    return ContractStore(Path(chosen) if chosen else None)
