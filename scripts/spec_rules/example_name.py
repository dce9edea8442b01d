"""An example is named `<operation_id>_<case>`, and its file like it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import join

_SHAPE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


def check(source: Source) -> Iterator[Problem]:
    """Yield the examples whose name does not tell their operation."""
    operations = [n.value.get("operationId", "") for n in source.find("operation", "webhook operation")]
    operations += list(source.plain.operations)
    for name, written in source.plain.document.get("components", {}).get("examples", {}).items():
        place = source.place(join(("components", "examples", name)))
        named = any(name.startswith(f"{o}_") for o in operations) and _SHAPE.fullmatch(name)
        if not named and isinstance(written, dict):
            advice = "for example `get_job_documented`, `get_job_not_found`"
            yield Problem(place, "`<operation_id>_<case>` in snake_case", f"`{name}`", advice)
    yield from _files(source)


def _files(source: Source) -> Iterator[Problem]:
    for file, written in source.files.items():
        for name, example in written.get("components", {}).get("examples", {}).items():
            path = example.get("externalValue") if isinstance(example, dict) else None
            if isinstance(path, str) and path != f"examples/{name}.json":
                place = source.file_place(file, join(("components", "examples", name, "externalValue")))
                got = f"`{PurePosixPath(path)}`"
                yield Problem(place, f"`examples/{name}.json`", got, "rename the file or the example")
