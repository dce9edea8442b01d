"""The comparison of RPC envelopes: where calls, ids, results, errors and credentials sit."""

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.diff.compare.promise import compare_promises
from mediatasks.diff.schema.difference import Difference, differ, found
from mediatasks.diff.schema.part import Part, paired, root


def compare_envelopes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what changed in `x-rpc`; the schemas of its members are compared where methods use them."""
    one, other = root(old).member("x-rpc"), root(new).member("x-rpc")
    if one is None or other is None:
        if one is not other:
            yield found("rpc-envelope-changed", one, other, values=False)
        return
    for _, left, right in paired(_places(one), _places(other)):
        if differ(left, right):
            yield found("rpc-envelope-changed", left, right)
    yield from compare_promises(
        "failure-answer", dict(one.members("errors")), dict(other.members("errors"))
    )
    arguments = [sorted(part.say("credentials", {})) for part in (one, other)]
    if arguments[0] != arguments[1]:
        yield Difference("credential-arguments-changed", f"{other.pointer}/credentials", False, *arguments)


def _places(envelope: Part) -> dict[str, Part]:
    """Return the path and every pointer of the envelope."""
    sides = ("request", "reply")
    found_places = {f"{side} {name}": part for side in sides for name, part in envelope.members(side)}
    for name, credential in envelope.members("credentials"):
        if (at := credential.member("at")) is not None:
            found_places[f"credential {name}"] = at
    path = envelope.member("path")
    return found_places | ({"path": path} if path is not None else {})
