"""The runtime under the generated clients: how a call is sent, decoded and failed."""

from mediatasks.client.async_client import AsyncClient
from mediatasks.client.exchange import AsyncTransport, RawReply, Request, Transport
from mediatasks.client.operation import CredentialSpec, OperationSpec, ParameterSpec, Provider
from mediatasks.client.options import AsyncClientOptions, CallOptions, ClientOptions
from mediatasks.client.replies.deviation import Deviation
from mediatasks.client.replies.model import Model, OpenIntEnum, OpenStrEnum, field
from mediatasks.client.replies.reply import Reply
from mediatasks.client.sync_client import Client
from mediatasks.client.webhooks.seen_ids import SeenIds, SeenInMemory
from mediatasks.client.webhooks.webhooks import UnknownEvent, Webhooks

__all__ = [
    "AsyncClient",
    "AsyncClientOptions",
    "AsyncTransport",
    "CallOptions",
    "Client",
    "ClientOptions",
    "CredentialSpec",
    "Deviation",
    "Model",
    "OpenIntEnum",
    "OpenStrEnum",
    "OperationSpec",
    "ParameterSpec",
    "Provider",
    "RawReply",
    "Reply",
    "Request",
    "SeenIds",
    "SeenInMemory",
    "Transport",
    "UnknownEvent",
    "Webhooks",
    "field",
]
