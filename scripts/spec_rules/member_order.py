"""Members stand in the usual order, at the root and in operations, so that readers find them."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.nodes import nodes

ROOT = ("openapi", "info", "servers", "tags", "security", "paths", "webhooks", "components")
OPERATION = (
    "operationId",
    "summary",
    "description",
    "tags",
    "externalDocs",
    "x-provenance",
    "parameters",
    "requestBody",
    "responses",
)


def check(source: Source) -> Iterator[Problem]:
    """Yield the first member that stands too late; other members may stand anywhere."""
    for name, written in source.files.items():
        if name == "openrpc.yaml":
            continue
        for node in nodes(written):
            order = {"root": ROOT, "operation": OPERATION, "webhook operation": OPERATION}.get(node.kind)
            found = [key for key in node.value if key in (order or ())]
            usual = sorted(found, key=(order or ()).index)
            if found != usual:
                late = next(a for a, b in zip(found, usual, strict=True) if a != b)
                place = source.file_place(name, f"{node.pointer}/{late}")
                yield Problem(place, f"the order {', '.join(usual)}", f"{', '.join(found)}", "reorder them")
