"""Judge a whole request by its operation: parameters, content type, body."""

from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.expression import Scope
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, get, join
from mediatasks.contracts.schema.messages import SECRET
from mediatasks.contracts.schema.mismatch import Mismatch
from mediatasks.mock.http.body import MAX_BYTES, BodyReader, read_body
from mediatasks.mock.http.messages import MockRequest
from mediatasks.mock.rest.parameters import ParameterReaders

MAX_HEADERS = 100
MAX_HEADER_BYTES = 64 * 1024
MAX_QUERY = 200
MAX_PATH = 8192
_SHOWN = 200


class RequestReader:
    """Turn a request into the scope that effects work on."""

    def __init__(self, operation: Operation) -> None:
        self.parameters = ParameterReaders(operation.contract, operation.parameters)
        self.body = BodyReader(operation)

    def read(self, request: MockRequest, captured: Mapping[str, str]) -> Scope | Mismatch:
        """Return the parsed values, or the first breach. `captured`: path parameter → text."""
        values = self.parameters.read(request, captured)
        if isinstance(values, Mismatch):
            return values
        body = self.body.read(request)
        if isinstance(body, Mismatch):
            return body
        path, query, header = values
        return Scope(path, query, header, body)


def given_value(request: MockRequest, captured: Mapping[str, str], breach: Mismatch) -> Any:
    """Return what stands at the place of a breach, as it was sent; MISSING where it may not be shown.

    Only what is short and has no parts can be shown: a larger value may hold secrets somewhere.
    """
    value: Any = MISSING
    if breach.got == SECRET or not breach.steps:
        return MISSING
    name = breach.steps[0]
    if breach.part == "body":
        body = read_body(request.body)
        value = MISSING if isinstance(body, Mismatch) else get(body, join(breach.steps))
    elif breach.part == "query":
        texts = [text for given, text in request.query if given == name]
        value = texts[0] if len(texts) == 1 else MISSING
    elif breach.part == "path":
        value = captured.get(str(name), MISSING)
    is_shown = isinstance(value, str | int | float | None) and len(str(value)) <= _SHOWN
    return value if is_shown else MISSING


def judge_size(request: MockRequest) -> Mismatch | None:
    """Return the breach of a request that is larger than the mock takes."""
    if len(request.body) > MAX_BYTES:
        allowed = f"{MAX_BYTES} bytes of body"
    elif len(request.headers) > MAX_HEADERS:
        allowed = f"{MAX_HEADERS} headers"
    elif len("".join(request.headers.values())) > MAX_HEADER_BYTES:
        allowed = f"{MAX_HEADER_BYTES} bytes of header values"
    elif len(request.query) > MAX_QUERY:
        allowed = f"{MAX_QUERY} query parameters"
    elif len(request.path) > MAX_PATH:
        allowed = f"{MAX_PATH} characters of path"
    else:
        return None
    return Mismatch("request", (), f"at most {allowed}", "more")
