"""The comparison of base URLs."""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.diff.compare.endpoint import Endpoint
from mediatasks.diff.schema.difference import Difference, found
from mediatasks.diff.schema.meaning import as_text
from mediatasks.diff.schema.notation import base_url
from mediatasks.diff.schema.part import Part, root


def compare_servers(old: Endpoint, new: Endpoint) -> Iterator[Difference]:
    """Yield the base URLs that came or went, of one operation."""
    before, after = _servers(old), _servers(new)
    for url in dict.fromkeys([*before, *after]):
        if url not in before or url not in after:
            one, other = before.get(url), after.get(url)
            yield found(f"server-url-{'added' if one is None else 'removed'}", one, other)


def _servers(endpoint: Endpoint) -> dict[str, Part]:
    """Return URL with the defaults and values of its variables → node; those nearest to the operation."""
    holders = (endpoint.part, endpoint.item, root(endpoint.part.document))
    nodes = next((nodes for holder in holders if (nodes := holder.items("servers"))), [])
    # OpenAPI 3.1, 4.8.1.1: without servers it is the document's own host.
    nodes = nodes or [Part({"url": "/"}, "", endpoint.part.document)]
    return {as_text(_said(node)): node for node in nodes}


def _said(server: Part) -> dict[str, object]:
    variables = {
        name: {"default": variable.say("default"), "enum": variable.say("enum")}
        for name, variable in server.members("variables")
    }
    return {"url": base_url(server.say("url")), "variables": variables}
