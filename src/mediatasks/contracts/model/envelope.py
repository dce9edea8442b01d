"""The envelope of an RPC provider: `x-rpc` as code. It knows where calls, ids, results and errors sit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.pointer import MISSING, get, put

# The members of a call and of a reply, in the order in which they are written.
_OF_CALL, _OF_REPLY = ("method", "params", "id"), ("method", "id", "result", "error", "errors")


@dataclass(frozen=True)
class RpcCall:
    """One call of a request. `id` is `MISSING` where it has none."""

    method: Any
    params: Any
    id: Any = MISSING
    place: str = ""


@dataclass(frozen=True)
class RpcReply:
    """One element of a reply. `MISSING` stands for a member that is not there.

    `place` is where the result of a reply that was read stands in its body.
    """

    method: Any = MISSING
    id: Any = MISSING
    result: Any = MISSING
    error: Any = MISSING
    errors: Any = MISSING
    place: str = ""


class Envelope:
    """Wrap and unwrap calls as `x-rpc` says (shape: `x-rpc` in extensions.yaml)."""

    def __init__(self, rpc: Mapping[str, Any]) -> None:
        self.rpc = rpc
        self.path: str = rpc["path"]
        self.request: Mapping[str, Any] = rpc["request"]
        self.reply: Mapping[str, Any] = rpc["reply"]
        self.credentials: Mapping[str, Any] = rpc.get("credentials", {})
        self.errors: Mapping[str, str] = rpc.get("errors", {})

    @property
    def batches(self) -> bool:
        """Whether one request may carry several calls."""
        return "calls" in self.request

    def wrap(self, calls: Iterable[RpcCall], credentials: Mapping[str, Any]) -> Any:
        """Return the request body that carries `calls`."""
        body = self._carry(self.request, [_element(self.request, call, _OF_CALL) for call in calls])
        for name, value in credentials.items():
            body = put(body, self.credentials[name]["at"], value)
        return body

    def calls(self, body: Any) -> list[RpcCall]:
        """Return the calls of a request body, in order."""
        return [
            RpcCall(
                method=get(element, self.request["method"]),
                params=get(element, self.request["params"]),
                id=get(element, self.request["id"]) if "id" in self.request else MISSING,
                place=place,
            )
            for place, element in self._elements(self.request, body)
        ]

    def wrap_replies(self, replies: Iterable[RpcReply]) -> Any:
        """Return the reply body that carries `replies`."""
        return self._carry(self.reply, [_element(self.reply, reply, _OF_REPLY) for reply in replies])

    def replies(self, body: Any) -> list[RpcReply]:
        """Return the elements of a reply body, in order; none where the whole request failed."""
        return [
            RpcReply(
                **{name: get(element, self.reply[name]) for name in _OF_REPLY if name in self.reply},
                place=place + str(self.reply["result"]),
            )
            for place, element in self._elements(self.reply, body)
        ]

    def pair(self, calls: Sequence[RpcCall], replies: Sequence[RpcReply]) -> list[RpcReply | None]:
        """Return the reply element of each call: by their ids where these tell all apart, else in order."""
        by_id = {r.id: r for r in replies if _is_id(r.id)}
        ids = {c.id for c in calls if _is_id(c.id)}
        if len(calls) == len(replies) == len(ids) == len(by_id) and ids == set(by_id):
            return [by_id[call.id] for call in calls]
        return [replies[i] if i < len(replies) else None for i in range(len(calls))]

    def request_error(self, body: Any) -> Any:
        """Return the error of the whole request, or `MISSING`."""
        return get(body, self.reply["request_error"]) if "request_error" in self.reply else MISSING

    def params_pointer(self) -> str:
        """Return where the params of the only call of a request stand in the body."""
        return self._first(self.request) + str(self.request["params"])

    def result_pointer(self) -> str:
        """Return where the result of the only call of a request stands in the reply body."""
        return self._first(self.reply) + str(self.reply["result"])

    def _first(self, side: Mapping[str, Any]) -> str:
        return f"{side['calls']}/0" if "calls" in side else ""

    def _carry(self, side: Mapping[str, Any], elements: list[Any]) -> Any:
        if "calls" in side:
            return put({}, side["calls"], elements)
        if len(elements) != 1:
            raise ValueError(f"this provider takes one call a request, not {len(elements)}")
        return elements[0]

    def _elements(self, side: Mapping[str, Any], body: Any) -> list[tuple[str, Any]]:
        if "calls" not in side:
            return [("", body)]
        elements = get(body, side["calls"])
        if not isinstance(elements, list):
            return []
        return [(f"{side['calls']}/{i}", element) for i, element in enumerate(elements)]


def _element(side: Mapping[str, Any], carried: RpcCall | RpcReply, members: Iterable[str]) -> Any:
    """Return a call or reply as `side` of the envelope writes it, without the members that are missing."""
    element: Any = {}
    for pointer, value in side.get("fixed", {}).items():
        element = put(element, pointer, value)
    for member in members:
        value = getattr(carried, member)
        if value is not MISSING and member in side:
            element = put(element, side[member], value)
    return element


def _is_id(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)
