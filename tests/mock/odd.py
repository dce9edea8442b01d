"""Odd requests: documented ones in which one thing is not as anybody expects it."""

import json
from urllib.parse import quote

from mediatasks.contracts.pointer import put
from mediatasks.mock.control.samples import samples
from mediatasks.mock.http.messages import MockRequest, parse_query

# What stands in place of a value in a JSON body.
VALUES = [
    None,
    True,
    0,
    -1,
    1.5,
    1e308,
    2**63,
    10**30,
    "",
    " ",
    "\0",
    "\x7f\u0085\u2028",
    "\ufffe\U0010ffff",
    "e\u0301\u202e",
    "9" * 400,
    "1e400",
    "-0",
    "NaN",
    "9999-12-31T23:59:59.999",
    "0001-01-01T00:00:00.000",
    "../../etc/passwd",
    "${jndi:ldap://x}",
    "' OR 1=1 --",
    "*",
    "a" * 70_000,
    [],
    {},
    [[]],
    [None, {}, "x", 1],
    {"": {"": []}},
    {"$ref": "#"},
    {"~1": 1, "/": 2, "__proto__": 3},
]
# Bodies that are no JSON, or JSON that readers disagree on.
RAW = [
    b"",
    b" ",
    b"\0",
    b"{",
    b"[",
    b"nul",
    b"1e400",
    b"-1e400",
    b'{"a":1e999999}',
    b"1" * 5000,
    b"[" * 100_000,
    b'{"a":' * 30_000,
    b"[" * 70 + b"]" * 70,
    b'{"a":1,"a":2}',
    b'"\\ud800"',
    b'{"\\ud800":1}',
    b'"\xed\xa0\x80"',
    b'"\xff"',
    b"\xef\xbb\xbf{}",
    '{"a":1}'.encode("utf-16"),
    '{"a":1}'.encode("utf-32"),
    b"NaN",
    b"[Infinity]",
    b"{'a':1}",
    b'{"a":1}//',
    b'{"a":1}{"b":2}',
    b"<xml/>",
    b"a=1&b=2",
    b'{"a":"' + b"x" * 1_100_000 + b'"}',
]
# As they stand in a path or query.
TEXTS = [
    "",
    "%",
    "%z",
    "%zz",
    "%00",
    "%0a%0d",
    "%ff",
    "%c0%af",
    "%ed%a0%80",
    "%F0%9F%98%80",
    "%2F..%2F..%2Fetc%2Fpasswd",
    "..",
    "+",
    "%2B",
    "1e400",
    "-0",
    "0x10",
    "1_000",
    "%D9%A1",
    "9" * 5000,
    "1.5",
    "true",
    "null",
    "%5B%5D",
    "%7B%22%24gt%22%3A1%7D",
    "%5B%7B%22id%22%3A%22createdAt%22%2C%22value%22%3A%7B%22gt%22%3A1e400%7D%7D%5D",
    "%5B" * 3000,
    "a,b,,c",
    "a-true,b-false,-",
    "2026-02-30",
    "9999999999999999999",
]
HEADERS = [
    ("content-type", ""),
    ("content-type", "application/json;"),
    ("content-type", "application/json; charset=\xff"),
    ("content-type", "*/*"),
    ("content-type", "a" * 9000),
    ("content-type", "multipart/form-data; boundary="),
    ("authorization", ""),
    ("authorization", "Bearer"),
    ("authorization", "Basic \xff\xfe"),
    ("authorization", "APIAuth-HMAC-SHA256 :"),
    ("authorization", "APIAuth-HMAC-SHA256 a:b:c"),
    ("date", "yesterday"),
    ("date", "Thu, 32 Foo 99999 99:99:99 GMT"),
    ("cookie", "=;;=\xff;a"),
    ("x-mock-fault", "status:1e400"),
    ("x-mock-fault", "breach/" + "/" * 500),
    ("x-mock-fault", "latency:nan,,drip:-1@2"),
    ("host", "a" * 3000),
    ("accept", "\x01"),
    ("content-length", "-1"),
    ("if-none-match", '"' * 900),
]
METHODS = ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "get", "G\xcaT", "A" * 900]


def odd_requests(contract, prefix):
    """Yield (what is odd, request) for every operation of a contract."""
    for operation in contract.operations.values():
        for sample in samples(operation):
            yield from _odd(operation, sample, prefix)


def _odd(operation, sample, prefix):
    path, _, query = sample.target.partition("?")
    base = {"method": sample.method, "path": prefix + path, "query": parse_query(query)}
    base |= {"headers": {k.lower(): v for k, v in sample.headers.items()}, "body": sample.body}

    def made(kind, **changes):
        return f"{operation.id}: {kind}", MockRequest(**{**base, **changes})

    yield made("as documented")
    for method in METHODS:
        yield made(f"method {method[:9]}", method=method)
    for name, value in HEADERS:
        yield made(f"header {name}: {value[:30]}", headers={**base["headers"], name: value})
    yield made("many headers", headers={**base["headers"], **{f"x-{i}": "1" for i in range(200)}})
    yield made("many parameters", query=[(f"a{i}", "1") for i in range(3000)])
    for text in TEXTS:
        yield made(f"path {text[:30]}", path=f"{prefix}{_filled(operation.path, text)}")
        yield made(f"longer path {text[:30]}", path=f"{prefix}{path}/{text}")
        yield made(f"parameter without a name {text[:30]}", query=parse_query(f"{query}&={text}"))
        for parameter in operation.parameters:
            if parameter.place == "query":
                more = parse_query(f"{quote(parameter.name)}={text}")
                yield made(f"{parameter.name}={text[:30]}", query=[*base["query"], *more])
                yield made(f"{parameter.name}={text[:30]} twice", query=[*base["query"], *more, *more])
    for raw in RAW:
        sent = {**base["headers"], "content-type": "application/json"}
        yield made(f"body {raw[:20]!r}", body=raw, headers=sent)
    if sample.body:
        for pointer in ["", *_places(json.loads(sample.body), "")]:
            for value in VALUES:
                whole = put(json.loads(sample.body), pointer, value)
                body = json.dumps(whole, ensure_ascii=False).encode()
                yield made(f"{pointer or '/'} is {str(value)[:20]!r}", body=body)


def _filled(path, text):
    while "{" in path:
        path = path[: path.index("{")] + text + path[path.index("}") + 1 :]
    return path


def _places(value, pointer):
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        inner = f"{pointer}/{name}"
        yield inner
        yield from _places(member, inner)
