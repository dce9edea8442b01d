"""Wait for a task to end, from `x-lifecycle` alone: how it is read, and which states are final."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mediatasks.client.operation import Operation
from mediatasks.client.reply import Reply, fit
from mediatasks.client.request import NO_BODY
from mediatasks.client.retry import LONGEST_WAIT, retry_after
from mediatasks.contracts.lifecycle import Resource, State
from mediatasks.contracts.pointer import MISSING, get, split
from mediatasks.errors import CallError, ConnectionFailed, StatusError, UsageError, WaitTimeout, nearest

MAX_FAULTS = 5


@dataclass(frozen=True)
class Seen:
    """What one read showed: the task as plain values, and its state (None for one that is not listed)."""

    task: Any
    state: State | None


class Watch:
    """One wait: which call reads the task, when to read again, and when to give up."""

    def __init__(
        self,
        rules: Mapping[str, Any],
        operations: Mapping[str, Operation[Any]],
        task: Any,
        arguments: Mapping[str, Any],
        timeout: float,
        interval: float | None = None,
    ) -> None:
        _check_names(rules["reads"], arguments)
        self.resource = Resource(rules["name"], {**rules, "operations": {}})
        known = _known(self.resource, task, arguments)
        self.operation, self.effect, self.values = _choose(rules["reads"], operations, known)
        self.key = {p: known.get(split(p)[-1]) for p in self.resource.key}
        self.deadline = time.monotonic() + timeout
        self.last: Seen | None = None
        self.faults = 0
        # Spread the polls of many waits; the contract's interval is the middle.
        self._poll = interval or self.resource.poll or 5.0

    def call_arguments(self) -> dict[str, Any]:
        """Return what `_call` takes."""
        operation = self.operation
        found: dict[str, Any] = {
            "members": None,
            "body": NO_BODY,
            "arguments": tuple(self.values.get(p.name) for p in operation.parameters),
            "options": {"timeout": max(self.left, 0.001)},
        }
        if operation.members:
            found["members"] = tuple(self.values.get(name) for name in operation.members)
        return found

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()

    def see(self, result: Any) -> bool:
        """Read one reply's result, given as plain values. Return whether the task has changed."""
        self.faults = 0
        task = self._find(result)
        changed = self.last is None or self.last.task != task
        self.last = Seen(task, self.resource.state_of(task))
        return changed

    @property
    def ended(self) -> bool:
        """Whether the last read showed a final state."""
        return self.last is not None and self.last.state is not None and self.last.state.final

    def model(self, kind: Any, reply: Reply[Any]) -> Any:
        """Return the task of the last read as a model."""
        if self.effect["action"] == "read" or self.last is None:
            return reply.result
        return fit(self.last.task, kind)

    def _find(self, result: Any) -> Any:
        if self.effect["action"] == "read":
            return result
        items = get(result, self.effect.get("items", ""))
        if "group" in self.effect and isinstance(items, list):
            groups = [get(group, self.effect["group"]["at"]) for group in items]
            items = [task for group in groups if isinstance(group, list) for task in group]
        found = [i for i in items or [] if all(same(get(i, p), v) for p, v in self.key.items())]
        if not found:
            raise UsageError(f"`{self.operation.id}` does not list the task {list(self.key.values())}")
        chain = self.resource.data.get("chain")
        if chain and (origin := get(found[0], chain)) is not MISSING:
            # A restart goes on under a new id; the reply names the chain's tasks in order.
            found = [i for i in items if get(i, chain) == origin]
        return found[-1]

    def fail(self, error: CallError) -> None:
        """Take a failed read: raise it again unless it may pass within the wait's budget of faults."""
        passing = isinstance(error, ConnectionFailed) or (
            isinstance(error, StatusError) and (error.status in (408, 429) or error.status >= 500)
        )
        self.faults += 1
        if not passing or self.faults > MAX_FAULTS:
            raise error
        if self.left <= 0:
            raise self.timeout() from error

    def pause(self, error: CallError | None = None) -> float:
        """Return the seconds until the next read. Raises WaitTimeout where none is left."""
        usual = self._poll * random.uniform(0.75, 1.25)
        asked = min(retry_after(error), LONGEST_WAIT)
        if self.left <= 0:
            raise self.timeout()
        return max(0.0, min(max(usual, asked), self.left))

    def timeout(self) -> WaitTimeout:
        """Return the exception of a wait whose time is up."""
        state = self.last.state.name if self.last and self.last.state else "unknown"
        return WaitTimeout(self.operation.id, list(self.key.values()), state, self.last and self.last.task)


def same(left: Any, right: Any) -> bool:
    """Whether two ids are the same; one side may have it as a string."""
    return left is not MISSING and str(left) == str(right)


def _known(resource: Resource, task: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that name the task: its id, its members, and what the caller added."""
    known = dict(arguments)
    if isinstance(task, msgspec.Struct):
        known = {**msgspec.to_builtins(task), **known}
    elif isinstance(task, Mapping):
        known = {**task, **known}
    elif task is not None:
        known.setdefault(split(resource.key[0])[-1], task)
    return known


def _names(pointer: str, expression: str) -> tuple[str, str]:
    """Return the names of one value: the resource's member, and the parameter that takes it."""
    parameter = expression.rpartition("/" if "#" in expression else ".")[2]
    return split(pointer)[-1], parameter


def _check_names(reads: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
    valid = {n for effect in reads.values() for pair in effect["where"].items() for n in _names(*pair)}
    for name in arguments:
        if name not in valid:
            raise UsageError(f"`wait` takes no `{name}`; {nearest(name, valid)}")


def _choose(
    reads: Mapping[str, Any], operations: Mapping[str, Operation[Any]], known: Mapping[str, Any]
) -> tuple[Operation[Any], Mapping[str, Any], dict[str, Any]]:
    """Return the first reading operation whose parameters are all known, and their values."""
    for name, effect in reads.items():
        values = {}
        for pointer, expression in effect["where"].items():
            member, parameter = _names(pointer, expression)
            value = known.get(member, known.get(parameter))
            if value is None:
                break
            values[parameter] = value
        else:
            return operations[name], effect, values
    needs = " or ".join(
        " and ".join(f"`{split(pointer)[-1]}`" for pointer in effect["where"]) for effect in reads.values()
    )
    raise UsageError(f"to wait for a task, give {needs}")
