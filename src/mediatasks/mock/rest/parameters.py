"""Read the parameters of a request by their schemas, from the text that goes over the wire."""

from __future__ import annotations

from collections.abc import Mapping
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
        self.header = [(r, r.name.lower()) for r in readers if r.part == "header"]
        self.cookie = [r for r in readers if r.part == "cookie"]

    def read(
        self, request: MockRequest, captured: Mapping[str, str]
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]] | Mismatch:
        """Return the values of path, query and header by name, or the first Mismatch."""
        path: dict[str, Any] = {}
        query: dict[str, Any] = {}
        header: dict[str, Any] = {}
        for reader in self.path:
            texts = [captured[reader.name]] if reader.name in captured else []
            if (breach := _take(reader, texts, path, reader.name)) is not None:
                return breach
        given: dict[str, list[str]] = {}
        for name, value in request.query:
            given.setdefault(name, []).append(value)
        for reader in self.query if given else self.required_query:
            texts = given.get(reader.name, [])
            if (breach := _take(reader, texts, query, reader.name)) is not None:
                return breach
        for reader, lower in self.header:
            texts = [request.headers[lower].strip()] if lower in request.headers else []
            if (breach := _take(reader, texts, header, lower)) is not None:
                return breach
        if self.cookie:
            cookies = read_cookies(request)
            for reader in self.cookie:
                texts = [cookies[reader.name]] if reader.name in cookies else []
                if (breach := _take(reader, texts, {}, reader.name)) is not None:
                    return breach
        return path, query, header


def _take(reader: ParameterReader, texts: list[str], values: dict[str, Any], name: str) -> Mismatch | None:
    value = reader.read(texts)
    if isinstance(value, Mismatch):
        return value
    if value is not MISSING:
        values[name] = value
    return None


def read_cookies(request: MockRequest) -> dict[str, str]:
    """Return the cookies of a request by name; none where the header cannot be read."""
    try:
        return {n: m.value for n, m in SimpleCookie(request.headers.get("cookie", "")).items()}
    except CookieError:
        return {}
