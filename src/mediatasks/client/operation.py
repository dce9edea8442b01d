"""What generated code describes: providers, operations and their parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """One parameter: its wire name and place (`path`, `query` or `header`)."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class CredentialSpec:
    """One secret: the client's argument, the environment variable, and where it travels.

    `place` is `header`, `query`, `cookie`, `body` (a JSON Pointer in `name`) or an HTTP
    authentication scheme such as `bearer`. `kind` is `integer` for one that is a number in a body.
    """

    argument: str
    variable: str
    place: str
    name: str
    kind: str = "string"


@dataclass(frozen=True, slots=True)
class Provider:
    """What a client must know of its provider besides the operations.

    `security` lists alternatives, each the arguments it takes; `own_security` holds operations
    that differ. `repeatable` are the operations that may be sent twice. `paging`, `task` and
    `signature` are the contract's `x-paging` by operation, its task's `x-lifecycle` and the
    `x-signature` of its webhooks, `events` is what `Webhooks` takes; `package` holds the generated
    package and with it the contract.
    """

    name: str
    base_url: str
    credentials: tuple[CredentialSpec, ...]
    security: tuple[tuple[str, ...], ...]
    own_security: Mapping[str, tuple[tuple[str, ...], ...]]
    repeatable: frozenset[str]
    envelope: Mapping[str, Any] | None = None
    paging: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    task: Mapping[str, Any] | None = None
    signature: Mapping[str, Any] | None = None
    events: Mapping[str, Any] | None = None
    package: str = ""


@dataclass(frozen=True)
class OperationSpec(Generic[T]):
    """One operation. `replies` maps each status to the type of its body; T is the type of a 2xx one.

    In `path`, a fragment names the RPC method. `members` are the wire names of the body's members,
    of which `required` are sent even as null; `body` says that the body is given whole.
    """

    id: str
    method: str
    path: str
    parameters: tuple[ParameterSpec, ...] = ()
    members: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    body: bool = False
    replies: Mapping[int, Any] = field(default_factory=dict)
    _decoders: dict[int, Any] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        # Decoders do not pickle; they are built again.
        return {**vars(self), "_decoders": {}}

    @property
    def rpc_method(self) -> str:
        """The wire name of the RPC method; empty for others."""
        return self.path.partition("#")[2]

    def reply_type(self, status: int) -> Any:
        """Return the type of the body of `status`; for an unlisted 2xx that of the first 2xx."""
        if status not in self.replies and 200 <= status < 300:
            status = next((s for s in self.replies if 200 <= s < 300), status)
        return self.replies.get(status, Any)

    def decoder(self, status: int) -> msgspec.json.Decoder[Any]:
        """Return the decoder of the body of `status`; built once."""
        if status not in self._decoders:
            self._decoders[status] = msgspec.json.Decoder(self.reply_type(status))
        found: msgspec.json.Decoder[Any] = self._decoders[status]
        return found
