"""An operationId is snake_case and begins with a verb of its HTTP method.

RPC methods keep the wire name, so the rule does not apply to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

VERBS = {
    "get": ("get", "list"),
    "post": ("create", "start", "rerun", "retry", "cancel", "stop", "update"),
    "put": ("update", "replace", "upsert"),
    "patch": ("update",),
    "delete": ("delete", "cancel", "deactivate"),
    "webhook": ("receive",),
}
_SHAPE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


def check(source: Source) -> Iterator[Problem]:
    """Yield the ids that break the pattern, and those that stand twice."""
    seen: set[str] = set()
    for node in source.find("operation", "webhook operation"):
        name = str(node.value.get("operationId", ""))
        method = "webhook" if node.kind == "webhook operation" else node.name
        verbs = VERBS.get(method, ())
        fits = _SHAPE.fullmatch(name) and name.split("_", maxsplit=1)[0] in verbs
        if name in seen or not (fits or source.is_rpc):
            place = source.place(f"{node.pointer}/operationId" if name else node.pointer)
            example = f"{(verbs or ('get',))[0]}_job"
            expected = f"an id of its own, verb_noun with one of: {', '.join(verbs)}"
            yield Problem(place, expected, f"`{name}`", f"for example `{example}`")
        seen.add(name)
