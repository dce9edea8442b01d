"""The client broken on purpose: each mutant is one defect, and the test that must see it.

A pytest plugin: `MEDIATASKS_MUTANT=NAME python -m pytest -p tests.client_contract.mutants TEST`
runs a test with one defect in place; `scripts/run_client_mutants.py` does so for all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

VARIABLE = "MEDIATASKS_MUTANT"


@dataclass(frozen=True)
class Mutant:
    """One defect: how to put it in place, and the node id of the test that catches it."""

    defect: str
    apply: Callable[[], None]
    test: str


MUTANTS: dict[str, Mutant] = {}


def caught_by(test: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Enter a function that puts a defect in place; its name is the mutant's, its docstring the defect."""

    def enter(apply: Callable[[], None]) -> Callable[[], None]:
        defect = (apply.__doc__ or "").strip().rstrip(".")
        MUTANTS[apply.__name__] = Mutant(defect, apply, f"tests/{test}")
        return apply

    return enter


def load() -> dict[str, Mutant]:
    """Return all mutants by name."""
    from tests.client_contract import reply_mutants, request_mutants  # noqa: F401

    return MUTANTS


def pytest_configure() -> None:
    """Put the defect named by the environment in place, before any client exists."""
    name = os.environ.get(VARIABLE)
    if name:
        load()[name].apply()
