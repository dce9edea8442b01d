"""One change of a contract, as it is reported."""

from dataclasses import dataclass, field
from typing import Any

from mediatasks.contracts.pointer import MISSING
from mediatasks.diff.kinds.table import Kind


@dataclass(frozen=True)
class Change:
    """One change: its kind, where it is, and what it touches.

    `subject` names what changed in the words of the API; `place` is a JSON Pointer in the new
    document, or in the old one where `gone` is true; `old` and `new` are what stands there,
    `MISSING` for nothing; `operations` are the operations and webhooks that it touches.
    """

    provider: str
    kind: Kind
    subject: str
    place: str
    gone: bool = False
    old: Any = field(default=MISSING, compare=False)
    new: Any = field(default=MISSING, compare=False)
    operations: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return the change as JSON has it; `old` and `new` are left out where nothing stood there."""
        data: dict[str, Any] = {
            "provider": self.provider,
            "kind": self.kind.id,
            "subject": self.subject,
            "place": self.place,
            "document": "old" if self.gone else "new",
            "operations": list(self.operations),
            "clients": "breaking" if self.kind.clients else "compatible",
            "servers": "breaking" if self.kind.servers else "compatible",
        }
        values = {"old": self.old, "new": self.new}
        return data | {name: value for name, value in values.items() if value is not MISSING}
