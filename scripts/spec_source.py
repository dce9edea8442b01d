"""What a rule reads: one provider's hand-written files, its composed contract, and places in both."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from mediatasks.contracts.compose.composition import compose
from mediatasks.contracts.compose.extensions import read_extensions, understand
from mediatasks.contracts.compose.files import read_text, read_yaml
from mediatasks.contracts.compose.rpc_views import snake_case
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.nodes import Node, nodes
from mediatasks.contracts.pointer import MISSING, get, join, split
from mediatasks.errors import ContractError


class Source:
    """One provider. Raises ContractError where its files do not compose.

    `files` are the hand-written YAML files, parsed, by name; `contract` is the composed contract,
    `plain` the one for people (the same, except for RPC providers).
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.provider = folder, folder.name
        self.texts = {p.name: read_text(p) for p in sorted(folder.glob("*.yaml"))}
        self.files: dict[str, Any] = {name: read_yaml(folder / name) for name in self.texts}
        views = understand(str(folder), lambda: compose(folder))
        self.contract = Contract(self.provider, views["plain"], views.get("calls"))
        self.plain = Contract(self.provider, views["plain"], None)
        self.nodes: list[Node] = understand(str(folder), lambda: list(nodes(self.contract.document)))
        if not isinstance(self.contract.document.get("paths"), dict):
            raise ContractError(str(folder), "has no `paths`")

    @property
    def is_rpc(self) -> bool:
        """Whether the provider is an RPC provider."""
        return self.contract.envelope is not None

    @cached_property
    def views(self) -> list[Contract]:
        """The composed contracts: one, or for RPC the plain and the calls view."""
        return [self.contract, self.plain] if self.is_rpc else [self.contract]

    @cached_property
    def extensions(self) -> Mapping[str, Any]:
        """`extensions.yaml`."""
        return read_extensions()

    @cached_property
    def method_nodes(self) -> list[Node]:
        """The objects of openrpc.yaml as they were written; none for a REST provider."""
        written = self.files.get("openrpc.yaml")
        return list(nodes(written, "openrpc")) if self.is_rpc and isinstance(written, dict) else []

    def find(self, *kinds: str) -> Iterator[Node]:
        """Yield the objects of the composed contract of these kinds."""
        return (node for node in self.nodes if node.kind in kinds)

    def extended(self) -> Iterator[tuple[Node, str, str]]:
        """Yield every `x-` key: the object that it stands on, the key, and its place."""
        for node in self.nodes:
            for key in node.value:
                if key.startswith("x-"):
                    yield node, key, self.place(node.pointer + join([key]))
        for node in self.method_nodes:
            for key in node.value:
                if key.startswith("x-"):
                    yield node, key, self.file_place("openrpc.yaml", node.pointer + join([key]))

    def written(self, pointer: str) -> bool:
        """Whether a place of the composed contract stands in a hand-written file as it is."""
        return self._file(pointer) is not None

    def file_place(self, name: str, pointer: str) -> str:
        """Return a place in a hand-written file."""
        return f"{_shown(self.folder / name)}#{pointer}"

    def place(self, pointer: str) -> str:
        """Return where a place of the composed contract was written; composed where nowhere."""
        found = self._file(pointer) or self._example(pointer) or self._method(pointer)
        if found:
            return self.file_place(*found)
        return f"{_shown(self.folder)} (composed)#{pointer}"

    def _file(self, pointer: str) -> tuple[str, str] | None:
        for name, written in self.files.items():
            if get(written, pointer) is not MISSING and (pointer or name.startswith("open")):
                return name, pointer
        return None

    def _example(self, pointer: str) -> tuple[str, str] | None:
        """Return the place in an example's own file."""
        tokens = list(split(pointer))
        if tokens[:2] != ["components", "examples"] or tokens[3:4] != ["value"]:
            return None
        for written in self.files.values():
            file = get(written, join([*tokens[:3], "externalValue"]))
            if isinstance(file, str):
                return file, join(tokens[4:])
        return None

    def _method(self, pointer: str) -> tuple[str, str] | None:
        """Return the place of an RPC method: `/paths/PATH#METHOD/post/…` is composed from it."""
        tokens = list(split(pointer))
        if self.is_rpc and tokens[:1] == ["x-lifecycle"] and tokens[2:3] == ["operations"]:
            return self._effect(tokens)
        if not self.is_rpc or tokens[:1] != ["paths"] or "#" not in "".join(tokens[1:2]):
            return None
        written, wire = self.files["openrpc.yaml"], tokens[1].partition("#")[2]
        for i, method in enumerate(written["methods"]):
            if method.get("name") == wire:
                whole = join(["methods", i, *tokens[3:]])
                found = get(written, whole) is not MISSING
                return "openrpc.yaml", whole if found else join(["methods", i])
        return None

    def _effect(self, tokens: list[str]) -> tuple[str, str] | None:
        """Return the place of an effect, which is written under the method's wire name."""
        for name, written in self.files.items():
            operations = get(written, join(tokens[:3]))
            for method in operations if isinstance(operations, dict) else ():
                if snake_case(method) == tokens[3]:
                    return name, join([*tokens[:3], method, *tokens[4:]])
        return None


def _shown(path: Path) -> str:
    """Return a path for people: relative where it lies below the current folder."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
