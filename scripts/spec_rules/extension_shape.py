"""Every extension has the shape that extensions.yaml gives it."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.compose.extensions import shape_of


def check(source: Source) -> Iterator[Problem]:
    """Yield what does not fit."""
    for node, key, place in source.extended():
        if key in source.extensions["extensions"]:
            for deviation in shape_of(key).deviations(node.value[key]):
                where = place + deviation.pointer
                advice = f"see `{key}` in docs/extensions.md"
                yield Problem(where, deviation.expected, deviation.got, advice)
