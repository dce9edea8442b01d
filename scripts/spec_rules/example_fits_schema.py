"""Every example fits the schema of the place where it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.nodes import Node, nodes
from mediatasks.contracts.pointer import join
from mediatasks.contracts.schema.validation import Validator


def check(source: Source) -> Iterator[Problem]:
    """Yield what does not fit: of bodies, parameters, headers, schemas and credentials in bodies."""
    for contract in source.views:
        for node in nodes(contract.document):
            schema, found = _examples(contract, node)
            if found:
                yield from _compare(source, contract, schema, found)
    envelope = source.contract.envelope
    for name, credential in (envelope.credentials if envelope else {}).items():
        pointer = join(("x-rpc", "credentials", name, "example"))
        found = [(pointer, credential["example"])]
        yield from _compare(source, source.contract, credential["schema"], found)


def _compare(
    source: Source, contract: Contract, schema: Mapping[str, Any], found: list[tuple[str, Any]]
) -> Iterator[Problem]:
    compiled = Validator(schema, contract.document)
    for pointer, value in found:
        for deviation in compiled.deviations(value):
            place = source.place(pointer + deviation.pointer)
            advice = "fix the example, or widen the schema with its source"
            yield Problem(place, deviation.expected, deviation.got, advice)


def _examples(contract: Contract, node: Node) -> tuple[Mapping[str, Any], list[tuple[str, Any]]]:
    """Return a schema and (pointer, value) of the examples that it must take."""
    if node.is_schema:
        listed = [(f"{node.pointer}/examples/{i}", v) for i, v in enumerate(node.value.get("examples", []))]
        single = [(f"{node.pointer}/{k}", node.value[k]) for k in ("default", "example") if k in node.value]
        return node.value, listed + single
    if "schema" not in node.value or node.kind not in ("media", "parameter", "header"):
        return {}, []
    found = []
    for name, example in node.value.get("examples", {}).items():
        target = contract.resolve(example)
        pointer = str(example.get("$ref", ""))[1:] or node.pointer + join(("examples", name))
        if "value" in target:
            found.append((f"{pointer}/value", target["value"]))
    if "example" in node.value:
        found.append((f"{node.pointer}/example", node.value["example"]))
    return node.value["schema"], found
