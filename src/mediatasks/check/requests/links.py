"""The requests that the contract's links lead to from a reply."""

from collections.abc import Iterator
from typing import Any

from mediatasks.check.requests.own_resources import creations, make_one
from mediatasks.check.requests.probe_client import ProbeClient
from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING
from mediatasks.exchange.documented_request import DocumentedRequest
from mediatasks.judge.observation.observation import Observation


def linked(client: ProbeClient, seen: Observation) -> Iterator[DocumentedRequest]:
    """Yield the documented request of each operation that changes nothing and that a link leads to.

    It is made of what the reply and its request hold; a link that leads nowhere is passed over.
    """
    contract, scope = client.contract, seen.scope
    whole = Scope(scope.path, scope.query, scope.header, seen.exchange.asked, seen.exchange.json)
    response = seen.operation.responses.get(str(seen.exchange.status), {})
    for link in response.get("links", {}).values():
        data = contract.resolve(link)
        target = contract.operations.get(str(data.get("operationId")))
        if target is not None and target.safe:
            request = _filled(client, target, data, whole)
            if request is not None:
                yield request


def linked_to(client: ProbeClient, operation: Operation) -> Iterator[DocumentedRequest]:
    """Yield the requests that name a new resource in their path, by the contract's links.

    Raises Unanswered.
    """
    contract, has_path = client.contract, any(p.place == "path" for p in operation.parameters)
    for resource in contract.resources.values() if has_path else ():
        creators = [contract.operations[name] for name in creations(client, resource)]
        links = [link for c in creators for link in c.responses[c.success].get("links", {}).values()]
        if operation.id in (contract.resolve(link).get("operationId") for link in links):
            made = make_one(client, resource)
            requests = linked(client, made.seen) if made is not None else ()
            yield from (request for request in requests if request.operation.id == operation.id)


def _filled(client: ProbeClient, target: Operation, link: Any, scope: Scope) -> DocumentedRequest | None:
    request = client.request(target.id)
    places = {p.name: p.place for p in target.parameters}
    for name, expression in link.get("parameters", {}).items():
        place, value = places.get(name), evaluate(expression, scope)
        if request is None or place is None or value is MISSING or isinstance(value, dict | list):
            return None
        request = request.having(f"$request.{place}.{name}", value)
    envelope = target.contract.envelope
    if envelope is None or "requestBody" not in link:
        return request
    body = _evaluated(link["requestBody"], scope)
    calls = [call for call in envelope.calls(body) if not _has_gap(call.params)]
    return DocumentedRequest(target, body=calls[0].params) if calls else None


def _evaluated(value: Any, scope: Scope) -> Any:
    if isinstance(value, dict):
        return {name: _evaluated(member, scope) for name, member in value.items()}
    if isinstance(value, list):
        return [_evaluated(element, scope) for element in value]
    return evaluate(value, scope)


def _has_gap(value: Any) -> bool:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is MISSING or any(map(_has_gap, members))
