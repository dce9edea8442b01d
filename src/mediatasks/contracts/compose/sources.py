"""The contracts that a word on the command line means: a file, a folder, or a git revision.

What stands on disk comes before a revision of the same name. In a folder or a revision the composed
contracts count; where there are none, the hand-written folders do. In a working tree these come first,
for they are what is being edited.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from mediatasks.contracts.compose.composition import compose
from mediatasks.contracts.compose.extensions import check_version, understand
from mediatasks.contracts.compose.files import read_json, read_yaml
from mediatasks.contracts.compose.repository import Repository
from mediatasks.contracts.compose.store import FILES, ContractStore, read_composed
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import ContractError, UsageError

_COMPOSED = (FILES["plain"],)
_HAND_WRITTEN = ("openapi.yaml", "openrpc.yaml")
_MARKERS = (*_COMPOSED, *_HAND_WRITTEN)
_SUFFIXES = (".json", ".yaml", ".yml")
# The folder of a provider, where it is the one that was asked for.
_ITSELF = "."
_EXPECTED = (
    f"expected a contract (OpenAPI 3.1), or PROVIDER/{FILES['plain']}, PROVIDER/openapi.yaml or "
    "PROVIDER/openrpc.yaml in a folder or a git revision"
)


@dataclass(frozen=True)
class Source:
    """Contracts by provider, and where they are from.

    `path` is what follows `REV:` in a revision, None where it is no revision. `single` is true where
    the word means one contract, and not a set of which one happens to be there.
    """

    name: str
    contracts: Mapping[str, Contract]
    single: bool = False
    path: str | None = None


def read_source(word: str) -> Source:
    """Return the contracts that `word` means. Raises UsageError, ContractError."""
    if word.startswith("-") or not word or "\0" in word:
        raise UsageError(f"`{word}` is no file, no folder and no revision; {_EXPECTED}")
    place = Path(word)
    if place.is_file():
        return Source(word, _read_file(place), single=True)
    if (place / ".git").exists():
        return Source(word, _read_tree(Repository(place), ""))
    if place.is_dir():
        found = [p for m in _MARKERS for p in (place / m, *sorted(place.glob(f"*/{m}"))) if p.is_file()]
        places = _find([p.relative_to(place).as_posix() for p in found], place.resolve().name, word)
        return Source(word, _read_places(places, place), single=_ITSELF in places.values())
    return _read_revision(word)


def read_working_tree(path: str) -> Source:
    """Return the contracts below `path` of the working tree around the current folder, or the one there."""
    repository = Repository(Path.cwd())
    place = repository.root / path
    contracts = _read_file(place) if place.is_file() else _read_tree(repository, path)
    return Source("the working tree", contracts, path=path)


def read_store(store: ContractStore) -> Source:
    """Return the contracts of a store."""
    name = str(store.folder) if store.folder else "the installed contracts"
    return Source(name, {provider: store.contract(provider) for provider in store.names})


def _read_tree(repository: Repository, path: str) -> dict[str, Contract]:
    """Return the contracts below `path` in the working tree of a repository."""
    start = repository.root / path
    files = [repository.root / file for file in repository.working_files()]
    below = [f.relative_to(start).as_posix() for f in files if f.is_relative_to(start) and f.is_file()]
    # A virtual environment, whatever its name, holds contracts that were installed.
    below = [path for path in below if "site-packages" not in PurePosixPath(path).parts]
    places = _find(below, start.name, str(start))
    return _read_places({name: _edited(name, place, below) for name, place in places.items()}, start)


def _edited(name: str, place: str, files: Iterable[str]) -> str:
    """Return the hand-written folder of a provider in a working tree: work begins there; else `place`."""
    folders = {PurePosixPath(f).parent for f in files if PurePosixPath(f).name in _HAND_WRITTEN}
    own = [str(folder) for folder in folders if folder.name == name]
    return own[0] if len(own) == 1 else place


def _read_revision(word: str) -> Source:
    try:
        repository = Repository(Path.cwd())
    except UsageError as error:
        raise UsageError(f"`{word}` is no file and no folder, and {error}") from None
    object_id = repository.resolve(word)
    if object_id is None:
        raise UsageError(f"`{word}` is no file, no folder and no revision; {_EXPECTED}")
    revision, _, path = word.partition(":")
    if repository.kind(object_id) != "blob":
        return _read_commit(repository, object_id, word, None)
    folder, _, file = path.rpartition("/")
    tree = repository.resolve(f"{revision}:{folder}") or ""
    return replace(_read_commit(repository, tree, f"{revision}:{folder}", file), name=word, path=path)


def _read_commit(repository: Repository, tree: str, name: str, only: str | None) -> Source:
    """Return the contracts of a folder of a revision, or the one in its file `only`."""
    files = repository.files(tree)
    path = name.partition(":")[2]
    with tempfile.TemporaryDirectory() as copies:
        start = Path(copies) / (PurePosixPath(path).name or "contract")
        if only is not None and only not in _MARKERS:
            repository.copy([f for f in files if f.path == only], start)
            return Source(name, _told(name, start, lambda: _read_file(start / only)), True, path)
        places = _find([only] if only else [f.path for f in files], start.name, name)
        data = [f for f in files if PurePosixPath(f.path).suffix in _SUFFIXES]
        below = [f for f in data if any(PurePosixPath(f.path).is_relative_to(p) for p in places.values())]
        repository.copy(below, start)
        contracts = _told(name, start, lambda: _read_places(places, start))
        return Source(name, contracts, _ITSELF in places.values(), path)


def _told(name: str, copies: Path, read: Callable[[], dict[str, Contract]]) -> dict[str, Contract]:
    """Return what `read` returns; an error names the revision instead of the copy of it."""
    try:
        return read()
    except ContractError as error:
        place = error.place.replace(str(copies), name.rstrip(":"))
        raise ContractError(place, error.problem, error.advice) from None


def _find(paths: Iterable[str], own_name: str, source: str) -> dict[str, str]:
    """Return provider → folder, of the folders that hold one. Raises ContractError.

    `own_name` is that of the folder that `paths` are relative to.
    """
    files = [PurePosixPath(path) for path in paths]
    # Composed contracts hide the hand-written ones that they are made of.
    for markers in (_COMPOSED, _HAND_WRITTEN):
        found: dict[str, str] = {}
        for folder in (str(file.parent) for file in files if file.name in markers):
            name = PurePosixPath(folder).name or own_name
            if found.setdefault(name, folder) != folder:
                problem = f"has two contracts of `{name}`: {found[name]} and {folder}"
                raise ContractError(source, problem, "name one folder, or REV:PATH of a revision")
        if found:
            return found
    raise ContractError(source, "holds no contract", _EXPECTED)


def _read_places(places: Mapping[str, str], start: Path) -> dict[str, Contract]:
    return {name: _read_provider(name, start / place) for name, place in places.items()}


def _read_provider(name: str, folder: Path) -> Contract:
    """Return the contract in a provider's folder, composed or hand-written."""
    place = str(folder)
    if (folder / FILES["plain"]).is_file():
        return _checked(read_composed(name, folder), place)
    views = understand(place, lambda: compose(folder))
    return _checked(Contract(name, views["plain"], views.get("calls")), place)


def _read_file(place: Path) -> dict[str, Contract]:
    if place.name in _MARKERS:
        name = place.absolute().parent.name
        return {name: _read_provider(name, place.parent)}
    document = read_json(place) if place.suffix == ".json" else read_yaml(place)
    if not isinstance(document, dict):
        raise ContractError(str(place), "is no OpenAPI document")
    return {place.stem: _checked(Contract(place.stem, document, None), str(place))}


def _checked(contract: Contract, place: str) -> Contract:
    """Return the contract. Raises ContractError where it is no OpenAPI 3.1 at all.

    An old contract may hold extensions that nothing reads any more, so its extensions are not judged.
    """
    check_version(contract, place)
    return contract
