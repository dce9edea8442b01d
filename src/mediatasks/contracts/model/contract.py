"""A composed contract as an object: its operations with references resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.envelope import Envelope
from mediatasks.contracts.pointer import MISSING, get
from mediatasks.errors import ContractError, UsageError, nearest

T = TypeVar("T")

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# RFC 9110, 9.2.1 and 9.2.2.
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
IDEMPOTENT_METHODS = (*SAFE_METHODS, "PUT", "DELETE")
# Boolean schemas as objects that say the same.
_BOOLEAN: Mapping[bool, Mapping[str, Any]] = {True: {}, False: {"not": {}}}


@dataclass(frozen=True)
class Parameter:
    """One parameter: its wire name, place (`path`, `query`, `header`, `cookie`) and schema."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Credential:
    """One secret that a client sends.

    `argument` is the client's keyword, `variable` the environment variable, `scheme` the name of
    the security scheme, or empty where the value travels in the body of RPC requests. `secret`: it
    may be shown nowhere; a name or number that only says who calls may.
    """

    argument: str
    variable: str
    scheme: str
    example: Any
    required: bool
    secret: bool = True


@dataclass(frozen=True)
class Operation:
    """One operation. `path` is without fragment; `rpc_method` is the wire name of an RPC method."""

    contract: Contract = field(repr=False)
    id: str
    method: str
    path: str
    rpc_method: str | None
    pointer: str
    data: Mapping[str, Any] = field(repr=False)
    parameters: tuple[Parameter, ...] = field(repr=False)

    @property
    def safe(self) -> bool:
        """Whether the request only reads (`x-safe`, else by the HTTP method)."""
        return bool(self.data.get("x-safe", self.method in SAFE_METHODS))

    @property
    def idempotent(self) -> bool:
        """Whether the request may be sent twice: it only reads, or its HTTP method says so."""
        return self.safe or self.method in IDEMPOTENT_METHODS

    @cached_property
    def request_media(self) -> Mapping[str, Any]:
        """Content type → media type object of the request body; empty where there is none."""
        body = self.contract.resolve(self.data.get("requestBody", {}))
        content: Mapping[str, Any] = body.get("content", {})
        return content

    @property
    def body_schema(self) -> Mapping[str, Any] | None:
        """The schema of the request body, of its first content type; None where there is no body."""
        for media in self.request_media.values():
            schema: Mapping[str, Any] = media.get("schema", {})
            return schema
        return None

    @property
    def body_required(self) -> bool:
        """Whether a request without a body breaks the contract."""
        return bool(self.contract.resolve(self.data.get("requestBody", {})).get("required"))

    @cached_property
    def responses(self) -> Mapping[str, Mapping[str, Any]]:
        """Status code → response object, resolved."""
        return {
            str(code): self.contract.resolve(response) for code, response in self.data["responses"].items()
        }

    @property
    def success(self) -> str:
        """The first 2xx status."""
        return next(code for code in self.responses if code.startswith("2"))

    def reply_schema(self, status: str) -> Mapping[str, Any] | None:
        """Return the schema of the JSON body of `status`, or None where it has no body."""
        for media in self.responses.get(status, {}).get("content", {}).values():
            schema: Mapping[str, Any] = media.get("schema", {})
            return schema
        return None

    def examples(self, holder: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield (name, value) of the examples of a media type object or parameter, resolved."""
        for name, example in holder.get("examples", {}).items():
            resolved = self.contract.resolve(example)
            if "value" in resolved:
                yield name, resolved["value"]
        if "example" in holder:
            yield "example", holder["example"]

    def reply_examples(self, status: str) -> Iterator[tuple[str, Any]]:
        """Yield (name, value) of the examples of a reply."""
        for media in self.responses.get(status, {}).get("content", {}).values():
            yield from self.examples(media)

    @cached_property
    def security(self) -> list[Mapping[str, Any]]:
        """The alternatives, each scheme name → scopes; an empty alternative means: none needed."""
        default = self.contract.document.get("security", [])
        return list(self.data.get("security", default))

    @property
    def resource(self) -> Resource | None:
        """The resource of `x-lifecycle` that the operation works on."""
        return self.contract.compiled(_worked_on, self)[0]

    @property
    def effect(self) -> Mapping[str, Any]:
        """What the operation does to its resource; empty where the contract does not say."""
        return self.contract.compiled(_worked_on, self)[1]

    @cached_property
    def failures(self) -> Mapping[str, Mapping[str, Any]]:
        """`x-errors` of the operation over that of the root."""
        return {**self.contract.document.get("x-errors", {}), **self.data.get("x-errors", {})}


class Contract:
    """One provider's contract.

    `plain` is the document for everyone; `document` is the one with an operation per method (the
    same, except for RPC providers).
    """

    def __init__(self, provider: str, plain: dict[str, Any], calls: dict[str, Any] | None) -> None:
        self.provider, self.plain = provider, plain
        self.document: dict[str, Any] = calls or plain
        self.envelope = Envelope(plain["x-rpc"]) if calls else None
        self._compiled: dict[Any, Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        # What was compiled cannot be pickled, and is compiled again where it is needed.
        return {**self.__dict__, "_compiled": {}}

    def compiled(self, kind: Callable[[Operation], T], operation: Operation) -> T:
        """Return `kind(operation)`, which is made once: the contract does not change."""
        key = (kind, operation.id)
        found: T | None = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = kind(operation)
        return found

    def with_document(self, document: dict[str, Any]) -> Contract:
        """Return the contract that has `document` for the one with an operation per method."""
        if self.envelope is None:
            return Contract(self.provider, document, None)
        return Contract(self.provider, self.plain, document)

    @property
    def name(self) -> str:
        """The Python class of the client."""
        name: str = self.document["info"].get("x-name") or self.provider.title().replace("_", "")
        return name

    def resolve(self, node: Mapping[str, Any] | bool) -> Mapping[str, Any]:
        """Follow `$ref` as far as it leads; a boolean schema comes as an object. Raises ContractError."""
        for _ in range(20):
            if isinstance(node, bool):
                return _BOOLEAN[node]
            ref = node.get("$ref")
            if not isinstance(ref, str):
                return node
            target = get(self.document, ref.removeprefix("#")) if ref[:1] == "#" else MISSING
            if not isinstance(target, dict | bool):
                raise ContractError(self.provider, f"the reference `{ref}` leads nowhere")
            node = target
        raise ContractError(self.provider, f"the reference `{ref}` leads in a circle")

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """The operations by id."""
        found = {}
        for path, item in self.document.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    data = item[method]
                    parts = (*item.get("parameters", []), *data.get("parameters", []))
                    parameters = [self._parameter(part) for part in parts]
                    real, _, rpc_method = path.partition("#")
                    name = data.get("operationId", f"{method} {path}")
                    token = path.replace("~", "~0").replace("/", "~1")
                    found[name] = Operation(
                        self,
                        name,
                        method.upper(),
                        real,
                        rpc_method or None,
                        f"/paths/{token}/{method}",
                        data,
                        tuple({(p.name, p.place): p for p in parameters}.values()),
                    )
        return found

    def operation(self, name: str) -> Operation:
        """Return the operation `name`. Raises UsageError with the nearest valid name."""
        if name not in self.operations:
            hint = nearest(name, self.operations)
            raise UsageError(f"`{self.provider}` has no operation `{name}`; {hint}")
        return self.operations[name]

    def _parameter(self, part: Mapping[str, Any]) -> Parameter:
        data = self.resolve(part)
        required = bool(data.get("required"))
        return Parameter(data["name"], data["in"], required, data.get("schema", {}), data)

    @property
    def schemas(self) -> dict[str, Any]:
        """The component schemas by name."""
        schemas: dict[str, Any] = self.document.get("components", {}).get("schemas", {})
        return schemas

    @property
    def security_schemes(self) -> dict[str, Any]:
        """The security schemes by name."""
        components = self.document.get("components", {})
        schemes: dict[str, Any] = components.get("securitySchemes", {})
        return schemes

    @cached_property
    def credentials(self) -> list[Credential]:
        """The secrets a client takes, those of RPC bodies first."""
        found = []
        for argument, data in (self.envelope.credentials if self.envelope else {}).items():
            variable = f"{self.provider}_{argument}".upper()
            secret = data.get("secret", True)
            found.append(Credential(argument, variable, "", data["example"], True, secret))
        secured = (o.security for o in self.operations.values() if o.security)
        first: list[Mapping[str, Any]] = next(secured, [{}])
        for scheme, data in self.security_schemes.items():
            for argument, given in data.get("x-credential", {}).items():
                variable = f"{self.provider}_{argument}".upper()
                required = scheme in first[0]
                secret = given.get("secret", True)
                found.append(Credential(argument, variable, scheme, given["example"], required, secret))
        return found

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources of `x-lifecycle`, by component schema."""
        lifecycle = self.document.get("x-lifecycle", {})
        return {name: Resource(name, data) for name, data in lifecycle.items()}

    def effects(self, *actions: str) -> Iterator[tuple[Operation, Resource, Mapping[str, Any]]]:
        """Yield (operation, its resource, what it does to it); with `actions` only those."""
        for resource in self.resources.values():
            for name, effect in resource.operations.items():
                if not actions or effect["action"] in actions:
                    yield self.operations[name], resource, effect

    @property
    def task(self) -> Resource | None:
        """The resource that has states."""
        return next((r for r in self.resources.values() if r.states), None)

    @property
    def base_url(self) -> str:
        """The first server's URL with its variables' defaults; empty where none is stated."""
        for server in self.plain.get("servers", []):
            url: str = server["url"]
            for name, variable in server.get("variables", {}).items():
                url = url.replace("{" + name + "}", str(variable["default"]))
            return url.rstrip("/")
        return ""


def _worked_on(operation: Operation) -> tuple[Resource | None, Mapping[str, Any]]:
    for resource in operation.contract.resources.values():
        if operation.id in resource.operations:
            return resource, resource.operations[operation.id]
    return None, {}
