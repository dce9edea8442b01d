"""Compose one provider's hand-written files into self-contained documents.

A folder holds either `openapi.yaml` (REST) with topic files beside it, or `openrpc.yaml` and
`envelope.yaml` (RPC). Topic files are merged into the one document and references between files
become local; example files are inlined. The result is keyed by view: `plain` for everyone, and
`calls` (a fragment path per method) for RPC providers.
"""

import re
from pathlib import Path
from typing import Any

from mediatasks.contracts.compose.files import read_json, read_yaml
from mediatasks.contracts.compose.rpc_views import compose_rpc
from mediatasks.contracts.pointer import join
from mediatasks.errors import ContractError

_FILE_REF = re.compile(r"^(?:\./)?(?P<file>[\w.-]+\.ya?ml)(?P<local>#/components/.+)$")


def compose(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the composed documents of the provider in `folder`, by view. Raises ContractError."""
    if (folder / "openapi.yaml").is_file():
        document = _load(folder, folder / "openapi.yaml")
        topics = [p for p in sorted(folder.glob("*.yaml")) if p.name != "openapi.yaml"]
        for topic in topics:
            _merge(document, _load(folder, topic), topic, ())
        return {"plain": document}
    if (folder / "openrpc.yaml").is_file():
        if not (folder / "envelope.yaml").is_file():
            raise ContractError(str(folder), "has openrpc.yaml but no envelope.yaml")
        openrpc = _load(folder, folder / "openrpc.yaml")
        envelope = _load(folder, folder / "envelope.yaml")
        return compose_rpc(folder, openrpc, envelope)
    raise ContractError(
        str(folder),
        "holds no contract",
        "expected `openapi.yaml`, or `openrpc.yaml` with `envelope.yaml`",
    )


def find_contracts(folder: Path) -> list[Path]:
    """Return the provider folders in `folder`, in order of their names. Raises ContractError."""
    if not folder.is_dir():
        raise ContractError(str(folder), "is not a folder")
    found = [
        child
        for child in sorted(folder.iterdir())
        if (child / "openapi.yaml").is_file() or (child / "openrpc.yaml").is_file()
    ]
    if not found:
        raise ContractError(
            str(folder),
            "holds no provider",
            "expected PROVIDER/openapi.yaml or PROVIDER/openrpc.yaml",
        )
    for child in found:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", child.name):
            raise ContractError(str(child), "a provider's name is a lower-case identifier")
    return found


def _load(folder: Path, path: Path) -> dict[str, Any]:
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise ContractError(str(path), "is not a YAML mapping")
    _localise(folder, path, document, [])
    return document


def _localise(folder: Path, path: Path, node: Any, tokens: list[str | int]) -> None:
    """Make file references local and inline example files, in place."""
    if isinstance(node, list):
        for i, item in enumerate(node):
            _localise(folder, path, item, [*tokens, i])
    elif isinstance(node, dict):
        ref = node.get("$ref")
        if isinstance(ref, str) and not ref.startswith("#"):
            match = _FILE_REF.match(ref)
            if not match or not (folder / match["file"]).is_file():
                place = f"{path}#{join(tokens)}"
                raise ContractError(place, f"the reference `{ref}` leads to no file beside it")
            node["$ref"] = match["local"]
        if isinstance(node.get("externalValue"), str):
            example = (folder / node.pop("externalValue")).resolve()
            if not example.is_relative_to(folder.resolve()):
                raise ContractError(f"{path}#{join(tokens)}", "an example lies outside the folder")
            node["value"] = read_json(example)
            return
        for key, value in node.items():
            _localise(folder, path, value, [*tokens, key])


def _merge(document: dict[str, Any], topic: dict[str, Any], path: Path, at: tuple[str, ...]) -> None:
    for key, value in topic.items():
        if key not in document:
            document[key] = value
        elif isinstance(value, dict) and isinstance(document[key], dict) and len(at) < 2:
            _merge(document[key], value, path, (*at, key))
        elif document[key] != value:
            raise ContractError(f"{path}#{join([*at, key])}", "stands in another file too")
