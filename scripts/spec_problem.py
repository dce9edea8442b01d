"""One deviation of a contract from a rule, and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Where a contract breaks a rule, what was expected, what stands there, what to do about it.

    `place` is a file and a JSON Pointer (`specs/acme/openapi.yaml#/paths`). `rule` is filled in by
    the run: a rule need not repeat its own name.
    """

    place: str
    expected: str
    got: str
    advice: str
    rule: str = ""

    def __str__(self) -> str:
        lines = (
            f"error[{self.rule}] {self.place}",
            f"  expected {self.expected}",
            f"  got {self.got}",
            f"  {self.advice}",
        )
        return "\n".join(lines)
