"""One node of a contract document with its place, and how to walk on from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mediatasks.contracts.pointer import MISSING, get, join, split
from mediatasks.errors import ContractError

_HOPS = 20
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Part:
    """A value and its JSON Pointer in `document`. Two parts are the same if their places are."""

    value: Any = field(compare=False)
    pointer: str
    document: Mapping[str, Any] = field(compare=False, repr=False)

    def member(self, *tokens: str) -> Part | None:
        """Return the node below, along members of objects, or None where there is none."""
        value = self.value
        for token in tokens:
            if isinstance(value, dict) and token in value:
                value = value[token]
            else:
                return None
        return Part(value, self.pointer + join(tokens), self.document)

    def members(self, *tokens: str) -> Iterator[tuple[str, Part]]:
        """Yield (name, node) of the object that stands below; none where there is none."""
        holder = self.member(*tokens)
        if holder is not None and isinstance(holder.value, dict):
            for name in holder.value:
                yield name, Part(holder.value[name], holder.pointer + join([name]), self.document)

    def items(self, *tokens: str) -> list[Part]:
        """Return the nodes of the list that stands below; none where there is none."""
        holder = self.member(*tokens)
        if holder is None or not isinstance(holder.value, list):
            return []
        place = holder.pointer
        return [Part(v, f"{place}/{i}", self.document) for i, v in enumerate(holder.value)]

    def say(self, key: str, absent: Any = None) -> Any:
        """Return the value of one member, `absent` where there is none."""
        return self.value.get(key, absent) if isinstance(self.value, dict) else absent

    def without(self, *keys: str) -> Part:
        """Return the node without some members, at the same place."""
        kept = {key: value for key, value in self.value.items() if key not in keys}
        return Part(kept, self.pointer, self.document)

    @property
    def target(self) -> Part | None:
        """What the node's `$ref` leads to; None without one, or with one that leads out of the document."""
        ref = self.say("$ref")
        if not isinstance(ref, str) or not (ref == "#" or ref.startswith("#/")):
            return None
        value = get(self.document, ref[1:])
        if value is MISSING:
            raise ContractError(f"#{self.pointer}", f"the reference `{ref}` leads nowhere")
        return Part(value, ref[1:], self.document)

    def followed(self) -> Part:
        """Return the node that `$ref` leads to, as far as it leads. Raises ContractError."""
        part = self
        for _ in range(_HOPS):
            target = part.target
            if target is None:
                return part
            part = target
        raise ContractError(f"#{self.pointer}", "the reference leads in a circle")

    @property
    def component(self) -> str:
        """The name of the component that this node is; empty if it is none."""
        tokens = split(self.pointer)
        return tokens[2] if len(tokens) == 3 and tokens[0] == "components" else ""


def root(document: Mapping[str, Any]) -> Part:
    """Return the document itself as a part."""
    return Part(document, "", document)


def paired(old: Mapping[K, V], new: Mapping[K, V]) -> Iterator[tuple[K, V | None, V | None]]:
    """Yield (name, old, new) for each name of either side; None stands for what a side lacks."""
    for name in dict.fromkeys([*old, *new]):
        yield name, old.get(name), new.get(name)
