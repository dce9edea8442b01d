"""Run schemathesis on one server and collect what it says.

The engine runs in this process, driven by its event stream (`schemathesis.engine`): the stream that
its own command-line handlers and reports consume. Against `st run` as a subprocess this gives a
progress of our own, the exchanges themselves instead of text, credentials that never stand on a
command line, and no second start of an interpreter per provider. What is used: `openapi.from_dict`,
the configuration as a mapping, `schema.auth`, the events, the writers of reports. The version is
pinned exactly; `tests/check` fails when one of them changes.

Requests always go over HTTP: 4.32.5 cannot send the requests of `ignored_auth` to a WSGI application
from its engine (an unexpected argument `max_redirects`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from mediatasks.check.credentials import Credentials, Placement
from mediatasks.check.gate import Gate
from mediatasks.check.options import Options, Target
from mediatasks.check.settings import build_settings
from mediatasks.contracts.document import Contract
from mediatasks.contracts.pointer import MISSING, get, put
from mediatasks.errors import MissingExtra

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


def import_engine() -> None:
    """Load what a run needs of schemathesis. Raises MissingExtra where it is not installed."""
    try:
        import schemathesis.engine.core
        import schemathesis.specs.openapi.schemas  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtra("`mediatasks check`", "check") from None


def load_schema(contract: Contract, target: Target, options: Options, credentials: Credentials) -> Any:
    """Return the schemathesis schema of a provider, ready to run against `target`."""
    import_engine()
    import schemathesis
    from schemathesis.config import SchemathesisConfig

    config = SchemathesisConfig.from_dict(build_settings(contract, options, target.writes))
    # The document is changed by its reader.
    document = copy.deepcopy(contract.document)
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.config.update(base_url=target.url)
    schema.hook("map_headers")(_keep_framing)
    if credentials.all:
        schema.auth(refresh_interval=None, retry_on=[])(_auth_class(contract, credentials))
    return schema


def guard(schema: Any, contract: Contract, gate: Gate) -> None:
    """Let nothing of `schema` out that the gate does not admit: it is not made, nor sent if it is.

    schemathesis has a hook before the calls of its phases, but not before those of its checks and of
    its own retries. All of them go through the schema's transport, so the gate stands there.
    """
    operations = {label_of(contract, name): o for name, o in contract.operations.items()}

    def filter_case(context: Any, case: Any) -> bool:
        return gate.admits(operations[case.operation.label], case.method, case.body)

    class Gated(type(schema.transport)):  # type: ignore[misc]
        def send(self, case: Any, **more: Any) -> Any:
            gate.admit(operations[case.operation.label], case.method, case.body)
            if gate.signature is not None:
                more["auth"] = gate.signature
            return super().send(case, **more)

    if not gate.target.writes:
        schema.hook(filter_case)
    transport = Gated()
    transport.__dict__.update(schema.transport.__dict__)
    own = {"transport": property(lambda self: transport)}
    schema.__class__ = type("GatedSchema", (type(schema),), own)


def _keep_framing(context: Any, headers: Any) -> Any:
    """Take made-up headers of the connection itself away: what they break is HTTP, not the contract."""
    if isinstance(headers, dict):
        return {name: v for name, v in headers.items() if name.lower() not in _FRAMING}
    return headers


def run_engine(schema: Any) -> Any:
    """Return the stream of events of a run of all phases; `stop` ends it early."""
    from schemathesis.engine import from_schema

    return from_schema(schema).execute()


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
