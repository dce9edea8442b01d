"""What generated models are made of."""

from enum import Enum, IntEnum, StrEnum
from typing import Any

import msgspec

field = msgspec.field


class Model(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """An object of the wire. A member that was not sent, was null, or did not fit its type, is None.

    Members that the contract does not know are left out; `Reply.json()` has them. A member without
    default identifies the object or tells its state.
    """

    # Wire names of members that may be missing, but must fit where they were sent. There is no annotation,
    # for annotated names are members.
    __essential__ = tuple[str, ...]()


class _OpenEnum(Enum):
    """A list of values that may grow."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        # The new member is not registered: a server cannot fill the process's memory with values.
        base: Any = str if issubclass(cls, str) else int
        if not isinstance(value, base) or isinstance(value, bool):
            return None
        member: Any = base.__new__(cls, value)
        member._name_, member._value_ = "UNLISTED", value
        return member

    @property
    def is_known(self) -> bool:
        """Whether the contract lists this value."""
        return self._value_ in type(self)._value2member_map_


class OpenStrEnum(_OpenEnum, StrEnum):
    """Strings of a list that may grow: an unknown value is a member named `UNLISTED` that keeps it."""


class OpenIntEnum(_OpenEnum, IntEnum):
    """Integers of a list that may grow: an unknown value is a member named `UNLISTED` that keeps it."""
