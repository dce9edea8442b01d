"""Choose the transport of a client by its options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mediatasks.client.exchange import AsyncTransport, Transport
from mediatasks.client.requests.builder import RequestBuilder
from mediatasks.contracts.model.schemes import APIAUTH
from mediatasks.errors import UsageError

if TYPE_CHECKING:
    from mediatasks.client.transport.http_client import Claims


# What a signature sets.
SIGNED = ("authorization", "date", "x-authorization-content-sha256")


def open_transport(builder: RequestBuilder, options: Mapping[str, Any]) -> Transport:
    """Return the transport of a synchronous client. Raises UsageError for options of no use."""
    # Loaded with the first client: httpcore2 costs a fifth of the import of this package.
    match _choose(options):
        case "http_client":
            from mediatasks.client.transport.http_client import HttpClientTransport

            return HttpClientTransport(options["http_client"], _claims(builder, options))
        case "transport":
            from mediatasks.client.transport.custom import CustomTransport

            return CustomTransport(options["transport"])
    from mediatasks.client.transport.core import CoreTransport

    return CoreTransport(builder.origin, options.get("trust_env", True))


def open_async_transport(builder: RequestBuilder, options: Mapping[str, Any]) -> AsyncTransport:
    """Return the transport of an asynchronous client. Raises UsageError for options of no use."""
    match _choose(options):
        case "http_client":
            from mediatasks.client.transport.http_client import AsyncHttpClientTransport

            return AsyncHttpClientTransport(options["http_client"], _claims(builder, options))
        case "transport":
            from mediatasks.client.transport.custom import AsyncCustomTransport

            return AsyncCustomTransport(options["transport"])
    from mediatasks.client.transport.core import AsyncCoreTransport

    return AsyncCoreTransport(builder.origin, options.get("trust_env", True))


def _choose(options: Mapping[str, Any]) -> str:
    given = [name for name in ("http_client", "transport") if options.get(name) is not None]
    trusting = options.get("trust_env")
    if trusting is not None and not isinstance(trusting, bool):
        raise UsageError(f"`trust_env` is True or False, got {trusting!r}")
    if trusting is not None and given:
        raise UsageError(f"`{given[0]}` finds its own way to the server; leave out `trust_env`")
    if len(given) > 1:
        raise UsageError("give `http_client` or `transport`, got both")
    return given[0] if given else ""


def _claims(builder: RequestBuilder, options: Mapping[str, Any]) -> Claims:
    from mediatasks.client.transport.http_client import Claims

    headers = dict.fromkeys(("content-type", "content-length", "transfer-encoding"), "every request")
    query: dict[str, str] = {}
    for credential in builder.provider.credentials:
        if credential.argument not in builder.values:
            continue
        source = f"the credential `{credential.argument}`"
        if credential.place == "query":
            query[credential.name] = source
        elif credential.place == "header":
            headers[credential.name.lower()] = source
        elif credential.place == APIAUTH:
            headers |= dict.fromkeys(SIGNED, source)
        elif credential.place != "body":
            headers["authorization"] = source
    headers.update({name.lower(): "the option `headers`" for name in options.get("headers", {})})
    return Claims(headers, query)
