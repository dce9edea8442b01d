"""Every security scheme says in `x-credential` which client arguments carry its secret."""

from __future__ import annotations

from collections.abc import Iterator

from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import join


def check(source: Source) -> Iterator[Problem]:
    """Yield schemes without arguments, and arguments that two schemes share."""
    seen: dict[str, str] = {}
    for name, scheme in source.contract.security_schemes.items():
        place = source.place(join(("components", "securitySchemes", name)))
        if not scheme.get("x-credential"):
            advice = "name the argument and a value that the mock accepts"
            yield Problem(place, "`x-credential`", "none", advice)
        for argument in scheme.get("x-credential", {}):
            if argument in seen or not argument.isidentifier() or argument != argument.lower():
                expected = "a Python argument of its own, in lower case"
                taken = f"`{argument}`" + (f", which `{seen[argument]}` has" if argument in seen else "")
                yield Problem(place, expected, taken, "rename it")
            seen.setdefault(argument, name)
