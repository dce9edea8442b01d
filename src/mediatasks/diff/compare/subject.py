"""What a change is about, in the words of an API's users: `Job.queue_state`, `list_jobs.limit`."""

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.contracts.model.contract import METHODS
from mediatasks.contracts.pointer import MISSING, get, join, split

# What stands below these keywords is a name that the users see.
_NAMED = ("properties", "patternProperties", "responses", "headers", "links", "callbacks")


def name_subject(document: Mapping[str, Any], pointer: str) -> str:
    """Return the short name of what stands at `pointer`, its parts joined by dots.

    A component is called by its name, what stands in an operation by the operation's id. The name
    goes down to members, parameters, headers and statuses, and no deeper.
    """
    words = [word.replace("`", "'") for word in _words(document, split(pointer))]
    return ".".join(words) or "contract"


def _words(document: Mapping[str, Any], tokens: tuple[str, ...]) -> Iterator[str]:
    match tokens:
        case ("components", _, name, *_):
            yield name
            yield from _below(document, tokens, 3)
        case ("paths", path, method, *_) if method in METHODS:
            operation = get(document, join(tokens[:3]))
            yield str(operation.get("operationId", f"{method.upper()} {path}"))
            yield from _below(document, tokens, 3)
        case ("webhooks", name, *_):
            yield name
            yield from _below(document, tokens, 3)
        case ("paths", *_):
            yield from _below(document, tokens, 2)
        case ("x-lifecycle", resource, *rest):
            yield resource
            yield from (token for token in rest if token not in ("states", "next", "operations", "fields"))
        case _:
            # The base URLs are a list: its numbers say nothing.
            yield from (token for token in tokens if not token.isdecimal())


def _below(document: Mapping[str, Any], tokens: tuple[str, ...], start: int) -> Iterator[str]:
    """Yield the names that stand below `tokens[:start]`."""
    for i in range(start, len(tokens)):
        before = tokens[i - 1]
        named = i > start and before in _NAMED and tokens[i - 2 : i - 1] != ("properties",)
        if named:
            yield tokens[i]
        elif before == "parameters" and i > start:
            parameter = get(document, join(tokens[: i + 1]))
            if parameter is not MISSING and isinstance(parameter, dict):
                yield str(parameter.get("name", tokens[i]))
