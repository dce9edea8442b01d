"""Which call reads a task: its operation in `x-lifecycle`, and the values that name the task."""

from collections.abc import Mapping
from typing import Any

import msgspec

from mediatasks.client.operation import OperationSpec
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.pointer import split
from mediatasks.errors import UsageError, nearest

_OPTIONS = ("timeout", "interval", "on_update")


def known_values(resource: Resource, task: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
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


def check_names(reads: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
    """Raise UsageError for an argument that no reading operation and no option of `wait` has."""
    valid = {n for effect in reads.values() for pair in effect["where"].items() for n in _names(*pair)}
    valid.update(_OPTIONS)
    for name in arguments:
        if name not in valid:
            raise UsageError(f"`wait` takes no `{name}`; {nearest(name, valid)}")


def choose_read(
    reads: Mapping[str, Any], operations: Mapping[str, OperationSpec[Any]], known: Mapping[str, Any]
) -> tuple[OperationSpec[Any], Mapping[str, Any], dict[str, Any]]:
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
    needs = [
        " and ".join(f"`{split(pointer)[-1]}`" for pointer in effect["where"]) for effect in reads.values()
    ]
    raise UsageError(f"to wait for a task, give {' or '.join(dict.fromkeys(needs))}")
