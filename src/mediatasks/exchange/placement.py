"""One secret of a request: where it stands, its value, and what is shown in its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

BEARER = "Bearer "
# What stands for credentials that are wrong; a number is moved out of what anybody has.
_WRONG = "wrong-credential-of-mediatasks-check"
_FAR = 918_273_645


@dataclass(frozen=True)
class Placement:
    """One secret in a request.

    `place` is `header`, `query`, `cookie` or `body`; `name` the wire name, in a body the JSON
    Pointer; `value` what is sent; `shown` stands for it in everything that is printed; `secret` is
    false for a name that only says who calls.
    """

    place: str
    name: str
    value: Any
    shown: str
    secret: bool = True

    @property
    def wrong(self) -> Placement:
        """The same place with a value that no server knows."""
        number = not isinstance(self.value, bool) and isinstance(self.value, int | float)
        value: Any = self.value + _FAR if number else _WRONG
        if str(self.value).startswith(BEARER):
            value = BEARER + _WRONG
        return replace(self, value=value)
