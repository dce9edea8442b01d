"""Every example is used by an operation or as a seed, and every file in examples/ is an example."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.nodes import nodes
from mediatasks.contracts.pointer import join

_PREFIX = "#/components/examples/"


def check(source: Source) -> Iterator[Problem]:
    """Yield the examples that no tool and no mock would ever see."""
    used = {name for r in source.contract.resources.values() for name in r.data.get("seed", [])}
    for contract in source.views:
        for node in nodes(contract.document):
            used.add(str(node.value.get("$ref", "")).removeprefix(_PREFIX))
    known = source.plain.document.get("components", {}).get("examples", {})
    advice = "refer to it in the request or reply of its operation, or delete it"
    for name in known:
        if name not in used:
            place = source.place(join(("components", "examples", name)))
            yield Problem(place, "an example that is used", "no reference to it", advice)
    files = {
        str(example.get("externalValue"))
        for written in source.files.values()
        for example in written.get("components", {}).get("examples", {}).values()
        if isinstance(example, dict)
    }
    for path in sorted((source.folder / "examples").glob("*")):
        name = f"examples/{path.name}"
        if name not in files:
            place = source.file_place(name, "")
            yield Problem(place, "a file that components/examples names", "no such entry", advice)
