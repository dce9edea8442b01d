"""A first look at a server, for the rules that judge whatever comes: one reply of each declared kind.

Once a run. What exists is read and one of each is made; nothing that exists is changed. Each operation
is asked once without credentials, with a broken request and for what does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from mediatasks.check.requests.probe_client import Session
from mediatasks.check.requests.request import Request, documented_requests
from mediatasks.check.scenarios.batches import safe_requests
from mediatasks.check.scenarios.negative import broken_parameters, broken_requests, unknown_resource
from mediatasks.contracts.model.contract import Operation
from mediatasks.judge.observation import Observation
from mediatasks.judge.violation import Verdict

_EXAMPLES = 5
_DONE = ("tour",)
_MAKING = ("create", "upsert")


def tour(session: Session) -> Iterator[tuple[Observation, Verdict]]:
    """Send the requests of the tour unless that was done; `judge` has the word. Yields nothing."""
    if _DONE in session.shared:
        return
    session.shared[_DONE] = True
    for operation in session.contract.operations.values():
        if session.may(operation.id):
            for request in _right(session, operation):
                session.call(request)
            for request in _wrong(session, operation):
                session.call(request)
            documented = session.request(operation.id)
            if documented is not None and session.credentials.needed(operation):
                session.call(documented, [])
    envelope = session.contract.envelope
    if envelope is not None and envelope.batches and (several := safe_requests(session)):
        session.batch(several if len(several) > 1 else several * 2)
    yield from ()


def _right(session: Session, operation: Operation) -> Iterator[Request]:
    """Yield documented requests that change nothing that exists."""
    resources = session.contract.resources.values()
    effects = [r.operations[operation.id] for r in resources if operation.id in r.operations]
    makes = any(effect["action"] in _MAKING for effect in effects)
    if operation.safe or makes:
        yield from islice(documented_requests(operation), _EXAMPLES if operation.safe else 1)


def _wrong(session: Session, operation: Operation) -> Iterator[Request]:
    """Yield a broken request, and one for each resource that does not exist."""
    request = session.request(operation.id)
    if request is None:
        return
    broken = chain(broken_requests(request), broken_parameters(request))
    yield from (request for request, _ in islice(broken, 1))
    for resource in session.contract.resources.values():
        if operation.id in resource.operations:
            unknown = unknown_resource(request, resource)
            if unknown is not None:
                yield unknown
