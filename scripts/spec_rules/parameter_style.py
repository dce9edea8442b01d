"""Parameters have the default style: other styles come out wrong in clients, without a warning."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

_DEFAULTS = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def check(source: Source) -> Iterator[Problem]:
    """Yield parameters with another `style`, another `explode`, or with `content`."""
    for node in source.find("parameter"):
        if "in" not in node.value:
            continue
        style = _DEFAULTS.get(node.value["in"], "form")
        wrong = {
            "style": node.value.get("style", style) != style,
            "explode": node.value.get("explode", style == "form") != (style == "form"),
            "content": "content" in node.value,
        }
        for key in (k for k, is_wrong in wrong.items() if is_wrong):
            place = source.place(f"{node.pointer}/{key}")
            got = f"`{key}: {node.value[key]}`" if key != "content" else "`content`"
            yield Problem(place, f"the default, `style: {style}`", got, "use a plain schema")
