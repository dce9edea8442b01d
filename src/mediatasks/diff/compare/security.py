"""The comparison of what a call has to prove: alternatives, schemes, scopes, the client's arguments."""

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.diff.compare.endpoint import Endpoint
from mediatasks.diff.schema.difference import Difference
from mediatasks.diff.schema.meaning import as_text
from mediatasks.diff.schema.part import Part, root

# The names of the schemes of one alternative → their scopes; no scheme: no credentials needed.
_Alternatives = dict[frozenset[str], Mapping[str, list[str]]]
_OPEN: frozenset[str] = frozenset()


def compare_security(old: Endpoint, new: Endpoint) -> Iterator[Difference]:
    """Yield what changed in how one operation is authenticated."""
    alias = _renamed(_schemes(old), _schemes(new))
    before, after = _alternatives(old, {}), _alternatives(new, alias)
    place = _place(old, new)
    required = _OPEN in before and _OPEN not in after
    waived = _OPEN in after and _OPEN not in before
    if required or waived:
        kind = "authentication-required" if required else "authentication-waived"
        yield Difference(kind, *place, _said(before), _said(after))
    for alternative in dict.fromkeys([*before, *after]):
        if alternative in before and alternative in after:
            yield from _compare_scopes(before[alternative], after[alternative], place)
        # The first way to authenticate is told by "required", the loss of the last by "waived".
        elif alternative and alternative in after and not (required and set(before) == {_OPEN}):
            yield Difference("security-alternative-added", *place, new=_name(alternative))
        elif alternative and alternative in before and not (waived and set(after) == {_OPEN}):
            yield Difference("security-alternative-removed", *place, old=_name(alternative))
    used = {name for a in before for name in a} & {name for a in after for name in a}
    yield from _compare_schemes(old, new, used, alias)


def _compare_scopes(
    old: Mapping[str, list[str]], new: Mapping[str, list[str]], place: tuple[str, bool]
) -> Iterator[Difference]:
    for scheme, scopes in old.items():
        for scope in scopes:
            if scope not in new[scheme]:
                yield Difference("security-scope-removed", *place, old=f"{scheme} {scope}")
        for scope in new[scheme]:
            if scope not in scopes:
                yield Difference("security-scope-added", *place, new=f"{scheme} {scope}")


def _compare_schemes(
    old: Endpoint, new: Endpoint, names: set[str], alias: Mapping[str, str]
) -> Iterator[Difference]:
    """Compare the schemes that are used on both sides."""
    befores, afters = _schemes(old), _schemes(new)
    back = {was: name for name, was in alias.items()}
    for name in sorted(names):
        one, other = befores.get(name), afters.get(back.get(name, name))
        if one is None or other is None:
            continue
        shown = [_definition(part) for part in (one, other)]
        if as_text(shown[0]) != as_text(shown[1]):
            yield Difference("security-scheme-changed", other.pointer, False, *shown)
        arguments = [sorted(part.say("x-credential", {})) for part in (one, other)]
        if arguments[0] != arguments[1]:
            yield Difference(
                "credential-arguments-changed", f"{other.pointer}/x-credential", False, *arguments
            )


def _schemes(endpoint: Endpoint) -> dict[str, Part]:
    members = root(endpoint.part.document).members("components", "securitySchemes")
    return {name: scheme.followed() for name, scheme in members}


def _definition(scheme: Part) -> dict[str, Any]:
    """Return what of a scheme is on the wire: no prose; of the scopes of a flow the names."""
    said = {k: v for k, v in scheme.value.items() if k != "description" and not k.startswith("x-")}
    if isinstance(said.get("flows"), dict):
        flows = said["flows"].items()
        said["flows"] = {k: {**flow, "scopes": sorted(flow.get("scopes", {}))} for k, flow in flows}
    return said


def _renamed(old: Mapping[str, Part], new: Mapping[str, Part]) -> dict[str, str]:
    """Return new name → old name of the schemes that have another name and are the same."""
    left = {as_text(_definition(part)): name for name, part in old.items() if name not in new}
    found = {name: left.get(as_text(_definition(part))) for name, part in new.items() if name not in old}
    return {name: was for name, was in found.items() if was is not None}


def _alternatives(endpoint: Endpoint, alias: Mapping[str, str]) -> _Alternatives:
    """Return the alternatives; none at all means that no credentials are needed."""
    stated = endpoint.part.say("security", endpoint.part.document.get("security", []))
    found: _Alternatives = {}
    for alternative in stated or [{}]:
        named = {alias.get(name, name): scopes for name, scopes in alternative.items()}
        found[frozenset(named)] = named
    return found


def _place(old: Endpoint, new: Endpoint) -> tuple[str, bool]:
    """Return where the security is stated: at the operation, else at the root."""
    for endpoint, gone in ((new, False), (old, True)):
        for holder in (endpoint.part, root(endpoint.part.document)):
            if (stated := holder.member("security")) is not None:
                return stated.pointer, gone
    return new.part.pointer, False


def _said(alternatives: _Alternatives) -> list[str]:
    return sorted(_name(alternative) for alternative in alternatives)


def _name(alternative: frozenset[str]) -> str:
    return " + ".join(sorted(alternative)) or "none"
