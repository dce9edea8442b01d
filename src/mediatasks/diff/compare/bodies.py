"""The comparison of request bodies and replies: content types, statuses, headers, links."""

from collections.abc import Mapping

from mediatasks.contracts.pointer import join
from mediatasks.diff.compare.endpoint import Endpoint
from mediatasks.diff.compare.promise import compare_deprecation, compare_flag, compare_promises
from mediatasks.diff.schema.difference import Difference, added_or_removed, found
from mediatasks.diff.schema.meaning import as_text, is_prose
from mediatasks.diff.schema.notation import MediaType, pair_contents
from mediatasks.diff.schema.pair import Step, pair_of
from mediatasks.diff.schema.part import Part, paired


def compare_body(old: Endpoint, new: Endpoint) -> Step:
    """Yield what changed in the body of the request."""
    before, after = old.body, new.body
    if before is not None and after is not None:
        on, off = "request-body-became-required", "request-body-became-optional"
        yield from compare_flag("required", on, off, before, after)
        yield from _compare_content(before, after, new.sends)
        return
    there = before or after
    if there is not None:
        kind = "required-request-body" if there.say("required") is True else "request-body"
        yield added_or_removed(kind, before, after)


def compare_replies(old: Endpoint, new: Endpoint) -> Step:
    """Yield what changed in the replies; a class of statuses or `default` stands for what it covers."""
    before, after = old.responses(), new.responses()
    for code in dict.fromkeys([*before, *after]):
        one, other = _covering(code, before), _covering(code, after)
        if one is not None and other is not None:
            yield from _compare_reply(one, other, new.answers)
            continue
        kind = "failure-status" if code[:1] in ("4", "5") else "status"
        owner, end = (new, "added") if one is None else (old, "removed")
        yield Difference(f"{kind}-{end}", owner.part.pointer + join(("responses", code)), other is None)


def _covering(code: str, responses: Mapping[str, Part]) -> Part | None:
    """Return the response of a status: its own, that of its class, or the default."""
    keys = (code, f"{code[:1]}XX", "default") if code != "default" else (code,)
    return next((responses[key] for key in keys if key in responses), None)


def _compare_reply(old: Part, new: Part, side: str) -> Step:
    yield from _compare_content(old, new, side)
    for _, one, other in paired(_headers(old), _headers(new)):
        yield from _compare_header(one, other, side)
    yield from compare_promises("link", _links(old), _links(new))


def _compare_header(old: Part | None, new: Part | None, side: str) -> Step:
    if old is not None and new is not None:
        on, off = "response-header-became-required", "response-header-became-optional"
        yield from compare_flag("required", on, off, old, new)
        yield from compare_deprecation(old, new)
        yield pair_of(old.member("schema"), new.member("schema"), side)
        return
    there = old or new
    assert there is not None
    kind = "required-response-header" if there.say("required") is True else "response-header"
    yield added_or_removed(kind, old, new)


def _compare_content(old: Part, new: Part, side: str) -> Step:
    """Compare the content types of a body, and the schemas of those that are on both sides."""
    for one, other in pair_contents(*(dict(part.members("content")) for part in (old, new))):
        if one is None or other is None:
            yield added_or_removed(f"{side}-content-type", one, other)
            continue
        if as_text(_encoding(one)) != as_text(_encoding(other)):
            yield found("body-encoding-changed", one.member("encoding"), other.member("encoding"))
        yield pair_of(one.member("schema"), other.member("schema"), side)


def _encoding(media: Part) -> dict[str, object]:
    """Return how the members of a body are written, where it is not as everywhere else."""
    found: dict[str, object] = {}
    for name, part in media.members("encoding"):
        if isinstance(part.value, dict):
            said = {k: v for k, v in part.value.items() if k != "headers" and not is_prose(k)}
            if isinstance(kind := said.get("contentType"), str):
                said["contentType"] = sorted(MediaType(each).text for each in kind.split(","))
            style = said.get("style", "form")
            usual: dict[str, object] = {"style": "form", "explode": style == "form", "allowReserved": False}
            told = {k: v for k, v in said.items() if k not in usual or v != usual[k]}
            told |= {"headers": part.say("headers")} if part.say("headers") else {}
            if told:
                found[name] = told
    return found


def _headers(part: Part) -> dict[str, Part]:
    """Return the headers of a reply; how the content type is stated is another matter."""
    named = {name.lower(): header.followed() for name, header in part.members("headers")}
    return {name: header for name, header in named.items() if name != "content-type"}


def _links(part: Part) -> dict[str, Part]:
    """Return the links of a reply without their prose."""
    found = {}
    for name, link in part.members("links"):
        whole = link.followed()
        said = {k: v for k, v in whole.value.items() if k != "description" and not k.startswith("x-")}
        found[name] = Part(said, whole.pointer, whole.document)
    return found
