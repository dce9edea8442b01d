"""Read the parameters of a request by their schemas, from the text that goes over the wire."""

from collections.abc import Iterator, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from mediatasks.contracts.model.contract import Contract, Parameter
from mediatasks.contracts.pointer import MISSING
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.contracts.schema.shape import Shape, parse
from mediatasks.contracts.schema.validation import Validator
from mediatasks.exchange.content import ContentError, read_json
from mediatasks.mock.http.body import MAX_DEPTH
from mediatasks.mock.http.messages import MockRequest


class ParameterReader:
    """One parameter: parsed by the types of its schema, then validated.

    Arrays are read as `style: form` (repeated, or parted by commas with `explode: false`) in query
    and cookie, and as `style: simple` in path and header. A parameter with `content` is JSON.
    """

    def __init__(self, contract: Contract, parameter: Parameter) -> None:
        self.name, self.part, self.required = parameter.name, parameter.place, parameter.required
        # Header names have no case; requests and scopes hold them in lower case.
        self.key = self.name.lower() if self.part == "header" else self.name
        content = next(iter(parameter.data.get("content", {}).values()), None)
        schema = parameter.schema if content is None else content.get("schema", {})
        self.is_json = content is not None
        self.shape = Shape(contract, schema)
        self.validator = Validator.of(contract, schema)
        explodes = parameter.data.get("explode", self.part in ("query", "cookie"))
        self.is_array = self.shape.is_array and not self.is_json
        self.splits = self.is_array and not (explodes and self.part == "query")
        self.item = (self.shape.items or Shape(contract, {})) if self.is_array else self.shape

    def read(self, texts: list[str]) -> Any:
        """Return the value, `MISSING` where it was not sent, or the Mismatch."""
        if not texts:
            if self.required:
                return Mismatch(self.part, (self.name,), "a value", "none")
            return MISSING
        if self.is_array:
            parts = texts[0].split(",") if self.splits and texts[0] else texts
            value: Any = [parse(part, self.item) for part in parts]
        elif len(texts) > 1:
            return Mismatch(self.part, (self.name,), "one value", f"{len(texts)} values")
        elif self.is_json:
            try:
                value = read_json(texts[0].encode("utf-8", "surrogatepass"), max_depth=MAX_DEPTH)
            except ContentError as error:
                return Mismatch(self.part, (self.name,), "JSON", str(error))
        else:
            value = parse(texts[0], self.item)
        if self.validator.fits(value):
            return value
        breach = self.validator.deviation(value)
        assert breach is not None
        return breach.under(self.part, (self.name,))


class ParameterReaders:
    """All parameters of one operation."""

    def __init__(self, contract: Contract, parameters: tuple[Parameter, ...]) -> None:
        readers = [ParameterReader(contract, p) for p in parameters]
        self.path = [r for r in readers if r.part == "path"]
        self.query = [r for r in readers if r.part == "query"]
        self.required_query = [r for r in self.query if r.required]
        self.header = [r for r in readers if r.part == "header"]
        self.cookie = [r for r in readers if r.part == "cookie"]

    def read(
        self, request: MockRequest, captured: Mapping[str, str]
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]] | Mismatch:
        """Return the values of path, query and header by name, or the first Mismatch."""
        values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        for reader, texts in self._sent(request, captured):
            value = reader.read(texts)
            if isinstance(value, Mismatch):
                return value
            if value is not MISSING:
                values[reader.part][reader.key] = value
        return values["path"], values["query"], values["header"]

    def _sent(
        self, request: MockRequest, captured: Mapping[str, str]
    ) -> Iterator[tuple[ParameterReader, list[str]]]:
        """Yield each parameter with the texts that were sent for it."""
        for reader in self.path:
            yield reader, [captured[reader.name]] if reader.name in captured else []
        given: dict[str, list[str]] = {}
        for name, value in request.query:
            given.setdefault(name, []).append(value)
        for reader in self.query if given else self.required_query:
            yield reader, given.get(reader.name, [])
        for reader in self.header:
            yield reader, [request.headers[reader.key].strip()] if reader.key in request.headers else []
        cookies = read_cookies(request) if self.cookie else {}
        for reader in self.cookie:
            yield reader, [cookies[reader.name]] if reader.name in cookies else []


def read_cookies(request: MockRequest) -> dict[str, str]:
    """Return the cookies of a request by name; none where the header cannot be read."""
    try:
        return {n: m.value for n, m in SimpleCookie(request.headers.get("cookie", "")).items()}
    except CookieError:
        return {}
