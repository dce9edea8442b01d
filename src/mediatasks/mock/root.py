"""Requests to the root, and to paths of no provider."""

import re
from collections.abc import Mapping
from typing import Any

from mediatasks.errors import nearest
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.rest.service import Service

_QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)")
_MACHINE = ("application/json", "application/*", "*/*")


def list_providers(services: Mapping[str, Service], prefix: str) -> dict[str, Any]:
    """Return what the root says to programs."""
    return {
        "providers": [
            {
                "provider": name,
                "title": service.contract.document["info"].get("title", name),
                "path": f"{prefix}/{name}",
                "operations": len(service.contract.operations),
            }
            for name, service in services.items()
        ]
    }


def prefers_page(accept: str) -> bool:
    """Whether the header `Accept` is that of a browser: HTML, rather than anything else."""
    wanted: dict[str, float] = {}
    for part in accept[:1000].split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        found = [match for piece in parameters if (match := _QUALITY.fullmatch(piece))]
        wanted[kind] = float(found[0][1]) if found else 1.0
    return wanted.get("text/html", 0.0) > max(wanted.get(kind, 0.0) for kind in _MACHINE)


def hint_at(services: Mapping[str, Service], request: MockRequest, name: str) -> str:
    """Return what may have been meant by a path whose first segment `name` is no provider."""
    owners = [provider for provider, service in services.items() if service.serves(request.path)]
    if not owners:
        return nearest(name[:100], services)
    bases = " or ".join(f"{request.base}/{owner}" for owner in owners)
    named = " and ".join(f"`{owner}`" for owner in owners)
    whose = "its base URL is" if len(owners) == 1 else "their base URLs are"
    return f"`{request.path[:200]}` is a path of {named}: {whose} {bases}"
