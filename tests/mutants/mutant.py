"""A mutant: a server that is right but for one defect, and the check that must see it.

Mutants are made by rule: a generator walks a contract and yields a sketch for each place that its
kind of defect fits, so that a new provider gets mutants by its folder.

    @must_fail("filter-match")
    def filter_ignored(contract: Contract) -> Iterator[Sketch]:
        ...
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from mediatasks.contracts.model.contract import Contract
from tests.mutants.server import Defect

_MODULES = ("form", "acceptance", "access", "lifecycle", "lists", "writes", "rpc", "drift")


@dataclass(frozen=True)
class Sketch:
    """One place where a defect fits: the operation, what tells it from others there, what is wrong.

    `build` makes the defect; it is called for each run, for a defect may remember.
    """

    operation: str
    detail: str
    defect: str
    build: Callable[[], Defect] = field(repr=False)


@dataclass(frozen=True)
class Mutant:
    """One row of the table: provider, operation, kind of defect, the check that must fail."""

    provider: str
    kind: str
    check: str
    sketch: Sketch

    @property
    def operation(self) -> str:
        """The operation that is wrong."""
        return self.sketch.operation

    @property
    def id(self) -> str:
        """The name, e.g. `acme.list_jobs.filter_ignored.state`."""
        parts = (self.provider, self.operation, self.kind, self.sketch.detail)
        return ".".join(filter(None, parts))


Generator = Callable[[Contract], Iterator[Sketch]]


@dataclass(frozen=True)
class Kind:
    """A kind of defect: its generator, and the check that its mutants must fail."""

    check: str
    generate: Generator

    @property
    def name(self) -> str:
        """The name of the kind."""
        return self.generate.__name__


_KINDS: list[Kind] = []


def must_fail(check: str) -> Callable[[Generator], Generator]:
    """Enter a generator; its name is the kind of its mutants, `check` the one that must see them."""

    def enter(generate: Generator) -> Generator:
        _KINDS.append(Kind(check, generate))
        return generate

    return enter


@cache
def read_kinds() -> tuple[Kind, ...]:
    """Return all kinds, in the order of their modules."""
    for name in _MODULES:
        importlib.import_module(f"tests.mutants.{name}")
    return tuple(_KINDS)


def make_mutants(contract: Contract) -> Iterator[Mutant]:
    """Yield every mutant of one provider."""
    for kind in read_kinds():
        for sketch in kind.generate(contract):
            yield Mutant(contract.provider, kind.name, kind.check, sketch)
