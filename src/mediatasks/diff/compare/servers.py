"""The comparison of base URLs."""

from collections.abc import Iterator

from mediatasks.diff.compare.endpoint import Endpoint
from mediatasks.diff.schema.difference import Difference, added_or_removed
from mediatasks.diff.schema.meaning import as_text
from mediatasks.diff.schema.notation import base_url
from mediatasks.diff.schema.part import Part, paired, root


def compare_servers(old: Endpoint, new: Endpoint) -> Iterator[Difference]:
    """Yield the base URLs that came or went, of one operation."""
    for _, one, other in paired(_servers(old), _servers(new)):
        if one is None or other is None:
            yield added_or_removed("server-url", one, other, values=True)


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
