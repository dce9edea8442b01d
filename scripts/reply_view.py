"""The view of a contract in which replies promise nothing but identity and state.

Of what a provider sends, the bodies of webhooks included, a client must be able to read what identifies
a resource and tells its state. Everything else may fail to fit: such members are optional here, and the
items of arrays and the values of maps may be null. A schema that requests use too is given to replies
as a copy named `…Reply`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.model.webhooks import Webhook, webhooks_of
from mediatasks.contracts.pointer import split

_PREFIX = "#/components/schemas/"
_BRANCHES = ("allOf", "anyOf", "oneOf")


class ReplyView:
    """`contract` is the view; `essential` are the members that identify a resource or tell its state.

    `essential` goes from the names of schemas to those of their members that the contract does not require.
    `names` are the names that schemas have in replies, for those that requests use too.
    """

    def __init__(self, contract: Contract) -> None:
        self._source = contract
        self._marks: dict[tuple[int, str], bool] = {}
        for schema, member, own in _essential(contract):
            key = id(schema), member
            self._marks[key] = own or self._marks.get(key, False)
        self._in_replies = _reachable(contract, [schema for _, schema in _sent(contract)])
        self.names: dict[str, str] = {}
        self.names = {name: f"{name}Reply" for name in self._shared()}
        document = dict(contract.document)
        components = dict(document.get("components", {}))
        components["schemas"] = self._components()
        self.essential = {
            self.names.get(name, name): found
            for name in sorted(self._in_replies)
            if (found := self._not_required(contract.schemas[name]))
        }
        self.contract = contract.with_document(document | {"components": components})

    def schema(self, schema: Any) -> Any:
        """Return a schema of the contract as replies have it."""
        if not isinstance(schema, dict):
            return schema
        name = _target(schema)
        if name is not None:
            return schema | {"$ref": _PREFIX + self.names.get(name, name)}
        view = dict(schema)
        if "required" in schema:
            view["required"] = [m for m in schema["required"] if (id(schema), m) in self._marks]
        if "properties" in schema:
            view["properties"] = {n: self.schema(s) for n, s in schema["properties"].items()}
        for word in _BRANCHES:
            if word in schema:
                view[word] = [self.schema(branch) for branch in schema[word]]
        for word in ("items", "additionalProperties"):
            if isinstance(schema.get(word), dict) and schema[word]:
                view[word] = _nullable(self.schema(schema[word]))
        return view

    def _components(self) -> dict[str, Any]:
        found = {}
        for name, schema in self._source.schemas.items():
            if name not in self._in_replies or name in self.names:
                found[name] = schema
            if name in self._in_replies:
                found[self.names.get(name, name)] = self.schema(schema)
        return found

    def _shared(self) -> set[str]:
        """Return the schemas that requests use too, and that replies have otherwise."""
        schemas = self._source.schemas
        both = self._in_replies & _reachable(self._source, list(_taken(self._source)))
        found = {name for name in both if self.schema(schemas[name]) != schemas[name]}
        while more := {n for n in both - found if _reachable(self._source, [schemas[n]]) & found}:
            found |= more
        return found

    def _not_required(self, schema: Any) -> list[str]:
        required = schema.get("required", [])
        marked = (m for m in schema.get("properties", {}) if self._marks.get((id(schema), m)))
        return [m for m in marked if m not in required]


def _target(schema: Mapping[str, Any]) -> str | None:
    reference = schema.get("$ref")
    return reference.removeprefix(_PREFIX) if isinstance(reference, str) else None


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    for word in ("anyOf", "oneOf"):
        if word in schema:
            null = {"type": "null"}
            return schema if null in schema[word] else {**schema, word: [*schema[word], null]}
    return {"anyOf": [schema, {"type": "null"}]} if schema and schema.get("type") != "null" else schema


def _sent(contract: Contract) -> Iterator[tuple[str, Any]]:
    """Yield (operation id, schema) of all that the provider sends."""
    for operation in contract.operations.values():
        for status in operation.responses:
            schema = operation.reply_schema(status)
            if schema is not None:
                yield operation.id, schema
    for webhook in webhooks_of(contract):
        yield webhook.name, webhook.body_schema
    if contract.task is not None:
        yield "", {"$ref": _PREFIX + contract.task.name}


def _taken(contract: Contract) -> Iterator[Any]:
    for operation in contract.operations.values():
        yield from (media.get("schema", {}) for media in operation.request_media.values())
        yield from (p.schema for p in operation.parameters)


def _reachable(contract: Contract, roots: list[Any]) -> set[str]:
    """Return the names of the component schemas that `roots` lead to."""
    found: set[str] = set()
    todo = list(roots)
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += node
        elif isinstance(node, dict):
            name = _target(node)
            if name in contract.schemas and name not in found:
                found.add(name)
                todo.append(contract.schemas[name])
            todo += node.values()
    return found


def _essential(contract: Contract) -> Iterator[tuple[Any, str, bool]]:
    """Yield `identity_members`, and what tells the event of a webhook from others."""
    yield from identity_members(contract)
    for webhook in webhooks_of(contract):
        yield from _event_members(webhook)


def identity_members(contract: Contract) -> Iterator[tuple[Any, str, bool]]:
    """Yield (schema, member, own) of each step to a key or state of `x-lifecycle` in what is sent.

    `own` is false for a member that only holds the list of the resources.
    """
    for name, resource in contract.resources.items():
        told = _telling(resource)
        for pointer in told:
            yield from _steps(contract, contract.schemas.get(name, {}), split(pointer))
        for id, effect in resource.operations.items():
            # Another rule of the lint tells of an operation that does not exist.
            if (operation := contract.operations.get(id)) is None:
                continue
            schema = operation.reply_schema(operation.success)
            start = split(contract.envelope.result_pointer()) if contract.envelope else ()
            for tokens in _reply_places(effect, told):
                yield from _steps(contract, schema, (*start, *tokens))


def _telling(resource: Resource) -> list[str]:
    """Return the pointers of a resource that identify it or tell its state."""
    field = resource.fields.get("state")
    states = {pointer for state in resource.states.values() for pointer in state.data["when"]}
    return [*resource.key, *([field] if field else sorted(states))]


def _reply_places(effect: Mapping[str, Any], told: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield the places of `told` in the 2xx reply to an operation with `effect`."""
    starts: list[tuple[str, ...]] = [(), ("0",)]
    if "items" in effect:
        inner = (*split(effect["group"]["at"]), "0") if "group" in effect else ()
        starts = [(*split(effect["items"]), "0", *inner)]
    pointers = told
    if "reply" in effect and effect["action"] != "list":
        shown = {str(value).removeprefix("$resource#"): p for p, value in effect["reply"].items()}
        pointers = [shown[pointer] for pointer in told if pointer in shown]
    for start in starts:
        yield from ((*start, *split(pointer)) for pointer in pointers)


def _event_members(webhook: Webhook) -> Iterator[tuple[Any, str, bool]]:
    """Yield what tells a webhook's event from others, and which resource it is about."""
    contract, schema, rules = webhook.contract, webhook.body_schema, webhook.delivery
    if rules is None:
        body = contract.resolve(schema)
        yield from ((body, member, True) for member in body.get("required", []))
        return
    told = _telling(webhook.resource) if webhook.resource else []
    body = rules.get("body", {})
    pointers = [p for p, value in body.items() if str(value).removeprefix("$resource#") in told]
    alike = (w for w in webhooks_of(contract) if w.body_schema == schema)
    events = [values for w in alike for values in _occasions(w)]
    pointers += [p for p in events[0] if all(p in values for values in events)] if events else []
    pointers += [rules["event_id"]] if "event_id" in rules else []
    for pointer in dict.fromkeys(pointers):
        yield from _steps(contract, schema, split(pointer))


def _occasions(webhook: Webhook) -> Iterator[Mapping[str, Any]]:
    """Yield what a body states on each occasion that it is sent on."""
    rules = webhook.delivery or {}
    yield from (values for values in (rules.get("created"), *rules.get("entered", {}).values()) if values)


def _steps(contract: Contract, schema: Any, tokens: tuple[str, ...]) -> list[tuple[Any, str, bool]]:
    """Return (schema, member, own) of each member on the way to `tokens`; none where it leads nowhere."""
    schema = contract.resolve(schema or {})
    found = [s for word in _BRANCHES for b in schema.get(word, ()) for s in _steps(contract, b, tokens)]
    if not tokens:
        return found
    token, rest = tokens[0], tokens[1:]
    if token in schema.get("properties", {}):
        below = _steps(contract, schema["properties"][token], rest)
        if below or not rest:
            own = not any(t.isdecimal() for t in rest)
            found += [(schema, token, own), *below]
    elif "items" in schema and token.isdecimal():
        found += _steps(contract, schema["items"], rest)
    return found
