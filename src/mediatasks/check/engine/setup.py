"""Set schemathesis up for one server: what is sent, by whom, with which credentials.

The engine runs in this process, driven by its stream of events, which its own command line consumes
too. Against `st run` as a subprocess this gives a progress of our own, the exchanges themselves instead
of text, credentials that never stand on a command line, and no second start of an interpreter per
provider. Its modules are used by `schemathesis_adapter` alone.

Requests always go over HTTP: the engine cannot send those of `ignored_auth` to a WSGI application (an
unexpected argument `max_redirects`).
"""

import copy
from collections.abc import Callable
from typing import Any

from mediatasks.check.engine.schemathesis_adapter import open_schema, wrap_transport
from mediatasks.check.engine.settings import build_settings
from mediatasks.check.options import Options
from mediatasks.check.requests.request_policy import RequestPolicy
from mediatasks.check.target import Target
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import MISSING, get, put
from mediatasks.exchange.content import MAX_DEPTH
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import json_of
from mediatasks.exchange.placement import Placement

_FRAMING = (
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    # No part of any contract: it tells a mock to misbehave, and Hypothesis finds the name in our source.
    "x-mock-fault",
)


def load_schema(contract: Contract, target: Target, options: Options, credentials: Credentials) -> Any:
    """Return the schemathesis schema of a provider, ready to run against `target`."""
    schema = open_schema(contract.document, build_settings(contract, options, target.writes), target.url)
    schema.hook("map_headers")(_keep_framing)
    if credentials.all:
        schema.auth(refresh_interval=None, retry_on=[])(_auth_class(contract, credentials))
    return schema


def guard(schema: Any, contract: Contract, policy: RequestPolicy) -> None:
    """Let nothing of `schema` out that the policy does not admit: it is not made, nor sent if it is."""
    operations = {label_of(contract, name): o for name, o in contract.operations.items()}

    def filter_case(context: Any, case: Any) -> bool:
        return policy.admits(operations[case.operation.label], case.method, case.body)

    def send(original: Callable[..., Any], case: Any, **options: Any) -> Any:
        policy.admit(operations[case.operation.label], case.method, case.body)
        # Any `auth` keeps requests from looking for credentials in ~/.netrc.
        options["auth"] = policy.signature or _unchanged
        reply = original(case, **options)
        if reply.content and json_of(reply.content) is MISSING:
            _cut(reply)
        return reply

    if not policy.target.writes:
        schema.hook(filter_case)
    wrap_transport(schema, send)


def _cut(reply: Any) -> None:
    """Cut a reply that is nested too deep to be read, so that it is no JSON for the engine either.

    Its checks would end in an error, and with them the thread that runs them.
    """
    if max(reply.content.count(b"["), reply.content.count(b"{")) > MAX_DEPTH // 2:
        reply.content = reply.content[:MAX_DEPTH]


def _unchanged(request: Any) -> Any:
    return request


def _keep_framing(context: Any, headers: Any) -> Any:
    """Take made-up headers of the connection itself away: what they break is HTTP, not the contract."""
    if isinstance(headers, dict):
        return {name: v for name, v in headers.items() if name.lower() not in _FRAMING}
    return headers


def label_of(contract: Contract, operation_id: str) -> str:
    """Return the name that schemathesis gives an operation: `GET /jobs/{id}`."""
    operation = contract.operations[operation_id]
    fragment = f"#{operation.rpc_method}" if operation.rpc_method else ""
    return f"{operation.method} {operation.path}{fragment}"


def _auth_class(contract: Contract, credentials: Credentials) -> type:
    """Return the class through which schemathesis asks for credentials.

    Only so does it know them for given ones, which `ignored_auth` takes away; set by a hook, they
    would look like generated ones.
    """
    by_label = {
        label_of(contract, name): [*credentials.placements(operation), *credentials.body]
        for name, operation in contract.operations.items()
    }

    class GivenCredentials:
        def get(self, case: Any, context: Any) -> list[Placement] | None:
            return by_label.get(case.operation.label) or None

        def set(self, case: Any, data: list[Placement], context: Any) -> None:
            for placement in data:
                _CONTAINERS[placement.place](case, placement)

    return GivenCredentials


def _put(container: str) -> Callable[[Any, Placement], None]:
    def put_value(case: Any, placement: Placement) -> None:
        values = getattr(case, container) or {}
        values[placement.name] = placement.value
        setattr(case, container, values)

    return put_value


def _put_in_body(case: Any, placement: Placement) -> None:
    """Replace a credential of an RPC request.

    A member that is missing, or of a type that the contract does not know, was made so on purpose
    and stays.
    """
    present = get(case.body, placement.name) if isinstance(case.body, dict) else MISSING
    if type(present) is type(placement.value):
        case.body = put(copy.deepcopy(case.body), placement.name, placement.value)


_CONTAINERS: dict[str, Callable[[Any, Placement], None]] = {
    "header": _put("headers"),
    "query": _put("query"),
    "cookie": _put("cookies"),
    "body": _put_in_body,
}
