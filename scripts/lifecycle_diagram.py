"""A lifecycle as a Mermaid state diagram."""

from __future__ import annotations

import re

from mediatasks.contracts.lifecycle.resource import Move, Resource

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Words that Mermaid reads as its own inside a state diagram.
_RESERVED = {
    "as",
    "class",
    "classdef",
    "click",
    "default",
    "direction",
    "end",
    "note",
    "state",
    "style",
}


def draw_lifecycle(resource: Resource) -> str:
    """Return the `stateDiagram-v2` of a resource with states, without a code fence.

    A move is labelled with the operation that causes it, and with `new id` and `progress restarts`.
    """
    alias = {name: _alias(name, i) for i, name in enumerate(resource.states)}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_quoted(n)}" as {a}' for n, a in alias.items() if n != a]
    if resource.initial in alias:
        lines.append(f"    [*] --> {alias[resource.initial]}")
    for name, state in resource.states.items():
        for move in state.moves:
            label = _label(move)
            line = f"    {alias[name]} --> {alias.get(move.to, move.to)}"
            lines.append(f"{line}: {label}" if label else line)
        if state.final:
            lines.append(f"    {alias[name]} --> [*]")
    return "\n".join(lines) + "\n"


def _label(move: Move) -> str:
    words = [" or ".join(move.by)]
    words += ["new id"] if move.new_id else []
    words += ["progress restarts"] if move.restarts_progress else []
    return ", ".join(filter(None, words))


def _alias(name: str, number: int) -> str:
    """Return an identifier that Mermaid takes: the name itself where it can be one."""
    plain = _WORD.fullmatch(name) and name.lower() not in _RESERVED
    return name if plain else f"s{number}_" + re.sub(r"[^A-Za-z0-9_]", "_", name)


def _quoted(name: str) -> str:
    return name.replace('"', "'").replace("\n", " ")
