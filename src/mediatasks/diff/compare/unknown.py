"""What no other part of the comparison reads: extensions that are new to it, members of the root."""

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.contracts.nodes import nodes
from mediatasks.contracts.pointer import join
from mediatasks.diff.schema.difference import Difference, differ, found
from mediatasks.diff.schema.part import Part, paired

# Each `x-` key is in one of these: a test holds them against extensions.yaml.
COMPARED = {"x-name", "x-credential", "x-errors", "x-safe", "x-paging", "x-signature"}
COMPARED |= {"x-lifecycle", "x-rpc", "x-delivery", "x-open-enum"}
# These say where a fact is from, or why something is as it is, and allow and forbid nothing.
PROSE = {"x-sources", "x-provenance", "x-contradictions", "x-left-out", "x-repair", "x-no-success"}
_ROOT = {"openapi", "info", "servers", "paths", "webhooks", "components", "security", "tags"}
_ROOT |= {"externalDocs"}


def compare_unknown(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what changed in members that the comparison does not know."""
    before, after = _unknown(old), _unknown(new)
    for _, one, other in paired(before, after):
        if differ(one, other):
            yield found("extension-changed", one, other)


def _unknown(document: Mapping[str, Any]) -> dict[str, Part]:
    parts = {}
    for node in nodes(document):
        for key, value in node.value.items():
            strange = key.startswith("x-") and key not in COMPARED | PROSE
            if strange or (not node.pointer and not key.startswith("x-") and key not in _ROOT):
                place = node.pointer + join([key])
                parts[place] = Part(value, place, document)
    return parts
