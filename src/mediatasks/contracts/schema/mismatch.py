"""Where a request or reply breaks the contract: the place, what was expected and what came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mediatasks.contracts.pointer import join
from mediatasks.contracts.wording import place_of


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where a value breaks its schema, or a request its operation.

    `part` is `body`, `query`, `path`, `header`, `cookie`, `request`, or `reply` for a fault of the
    mock; `steps` lead from there to the value (for parameters: the name first). `keyword` is the JSON
    Schema keyword that is broken, empty where none is.
    """

    part: str
    steps: tuple[str | int, ...]
    expected: str
    got: str
    keyword: str = ""

    @property
    def pointer(self) -> str:
        """The JSON Pointer in the body."""
        return join(self.steps)

    @property
    def place(self) -> str:
        """The place in words: a JSON Pointer in the body, or a parameter's name."""
        if self.part == "body":
            return f"body `{place_of(self.pointer) if self.steps else '/'}`"
        if self.part in ("request", "reply"):
            return self.part
        inside = join(self.steps[1:])
        return f"{self.part} parameter `{self.steps[0]}`" + (f" `{place_of(inside)}`" if inside else "")

    @property
    def message(self) -> str:
        """The deviation in one line."""
        return f"{self.place}: expected {self.expected}, got {self.got}"

    def under(self, part: str, steps: Iterable[str | int]) -> Mismatch:
        """Return the same deviation, seen from the whole request."""
        return Mismatch(part, (*steps, *self.steps), self.expected, self.got, self.keyword)
