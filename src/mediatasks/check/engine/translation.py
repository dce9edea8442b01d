"""Failures of schemathesis as findings: place, expected and got instead of prose."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.pointer import MISSING, join
from mediatasks.contracts.schema.bodies import reply_schema, request_schema
from mediatasks.contracts.schema.validation import Validator
from mediatasks.errors import UsageError
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.exchange import Exchange, json_of
from mediatasks.exchange.redaction import Redactor
from mediatasks.exchange.replies import declared_content, has_declared_type, is_renamed_json
from mediatasks.judge.facts import Fact, member_fact, operation_fact
from mediatasks.judge.finding import Finding, finding_of
from mediatasks.judge.observation.unknown_members import unknown_values
from mediatasks.judge.violation import Violation

_NOT_IMPLEMENTED = 501
# Where schemathesis says that it broke a request.
_PLACE = re.compile(r"\b(query|path|header|cookie|body)\b")
# What no contract here states.
_HTTP = Fact("HTTP", "inferred", "RFC 9110", "405 Method Not Allowed")
# Checks that fail too where a server does not look at the credentials: `credentials-required` says so.
_DISGUISES = ("missing_required_header", "negative_data_rejection")
# How a value fails that is in no enumeration.
_LISTING = ("enum", "anyOf", "oneOf")


class Translator:
    """Turn the failures of one run into findings; `redactor` takes the secrets out.

    Exchanges are given redacted; by `credentials` is known whether theirs were the right ones. What a
    rule of our own reports is left to it.
    """

    def __init__(self, redactor: Redactor, credentials: Credentials) -> None:
        self.redactor, self._credentials = redactor, credentials.as_shown
        self._schemas: dict[tuple[str, str], Validator | None] = {}

    def translate(
        self, operation: Operation, check: str, failure: Any, exchange: Exchange
    ) -> Iterator[Finding]:
        """Yield the findings in one failure of the schemathesis check `check`."""
        if exchange.status == _NOT_IMPLEMENTED and _is_undeclared(operation, exchange):
            # As right as a 405: HTTP leaves the choice to the server.
            return
        for violation in self._claims(operation, check, failure, exchange):
            yield finding_of(operation, check.replace("_", "-"), violation, exchange, self.redactor)

    def _claims(
        self, operation: Operation, check: str, failure: Any, exchange: Exchange
    ) -> Iterator[Violation]:
        known = self._credentials.suffice(operation, exchange)
        if check in _DISGUISES and _is_success(exchange) and not known:
            return iter(())
        if check == "response_schema_conformance":
            return self._body(operation, failure, exchange)
        return _TRANSLATIONS.get(check, _other)(operation, failure, exchange)

    def _body(self, operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
        """Every deviation of the body; where our validator sees none, what schemathesis says."""
        status, body = str(exchange.status), exchange.json
        if body is MISSING:
            # A reply of another type is reported as such.
            if has_declared_type(operation, exchange):
                fact = member_fact(operation, status, "")
                got = exchange.unreadable
                yield Violation("(body)", "JSON", got, fact, _is_success(exchange))
            return
        schema = self._schema(operation, status)
        deviations = schema.deviations(body) if schema else []
        new = unknown_values(operation, exchange) if deviations else set()
        for deviation in deviations:
            if deviation.keyword in _LISTING and deviation.pointer in new:
                # `drift-value` reports it.
                continue
            fact = member_fact(operation, status, deviation.pointer)
            place = deviation.pointer or "(body)"
            yield Violation(place, deviation.expected, deviation.got, fact)
        if not deviations:
            place = join(getattr(failure, "instance_path", [])) or "(body)"
            fact = member_fact(operation, status, "")
            got = "another value, as schemathesis judges it"
            yield Violation(place, "a body that fits the schema", got, fact)

    def _schema(self, operation: Operation, status: str) -> Validator | None:
        key = (operation.id, status)
        if key not in self._schemas:
            try:
                self._schemas[key] = reply_schema(operation, status)
            except UsageError:
                self._schemas[key] = None
        return self._schemas[key]


def _server_error(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    fact = operation_fact(operation)
    yield Violation("status", "a status below 500", exchange.answer, fact)


def _undeclared(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    if exchange.status >= 400:
        # `drift-status` and `rpc-failure-status` report a 4xx, `not-a-server-error` a 5xx.
        return
    declared = ", ".join(operation.responses)
    fact = operation_fact(operation)
    yield Violation("status", f"a declared status: {declared}", exchange.answer, fact)


def _content_type(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    if is_renamed_json(operation, exchange):
        # `drift-content-type` reports it.
        return
    declared = " or ".join(declared_content(operation, exchange))
    got = exchange.content_type or "no such header"
    if not exchange.reply:
        got += ", and an empty body"
    fact = member_fact(operation, str(exchange.status), "")
    yield Violation("header Content-Type", declared, got, fact, _is_success(exchange))


def _rejected(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    if _has_odd_content(operation, exchange):
        return
    expected = "a request that fits the contract to be accepted"
    yield Violation("request", expected, exchange.answer, operation_fact(operation))


def _accepted(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    invalid = operation.failures.get("invalid", {}).get("status", "4xx")
    expected = f"{invalid}, for this is wrong in the request: {_broken_part(operation, failure, exchange)}"
    yield Violation("request", expected, exchange.answer, operation_fact(operation))


def _no_header(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    statuses = " or ".join(map(str, failure.expected_statuses))
    expected = f"{statuses} for a request without the header"
    fact = operation_fact(operation)
    yield Violation(f"header {failure.header_name}", expected, exchange.answer, fact)


def _method(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    method, fact = exchange.method, _HTTP
    if failure.failure_reason == "missing_allow_header":
        yield Violation("header Allow", f"an Allow header with the 405 for {method}", "none", fact)
    else:
        expected = f"405 for {method}, which the contract does not declare"
        yield Violation("status", expected, exchange.answer, fact)


def _allow(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    expected = "exactly the methods of the contract"
    if failure.missing_methods:
        expected += f"; missing: {', '.join(failure.missing_methods)}"
    if failure.undocumented_methods:
        expected += f"; not in the contract: {', '.join(failure.undocumented_methods)}"
    yield Violation("header Allow", expected, failure.allow_header, _HTTP)


def _freed(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    expected = f"404, for `{failure.free}` removed the resource"
    yield Violation("status", expected, exchange.answer, operation_fact(operation))


def _unavailable(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    expected = f"the resource that `{failure.created_with}` has just created"
    yield Violation("status", expected, exchange.answer, operation_fact(operation))


def _other(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[Violation]:
    fact = operation_fact(operation)
    name = type(failure).__name__
    yield Violation("reply", f"a reply that schemathesis accepts (`{name}`)", exchange.answer, fact)


def _has_odd_content(operation: Operation, exchange: Exchange) -> bool:
    """Whether the text of a parameter breaks its `contentSchema`, which the engine does not know."""
    given = dict(parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True))
    for parameter in operation.parameters:
        schema = parameter.schema.get("contentSchema")
        if parameter.place == "query" and schema is not None and parameter.name in given:
            value = json_of(given[parameter.name].encode("utf-8", "surrogatepass"))
            if value is MISSING or not Validator.of(operation.contract, schema).fits(value):
                return True
    return False


def _is_success(exchange: Exchange) -> bool:
    return 200 <= exchange.status < 300


def _is_undeclared(operation: Operation, exchange: Exchange) -> bool:
    """Whether no operation of the contract has the request's method at this path."""
    operations = operation.contract.operations.values()
    return exchange.method not in {o.method for o in operations if o.path == operation.path}


def _broken_part(operation: Operation, failure: Any, exchange: Exchange) -> str:
    """Return what is wrong in a request: the parameters that schemathesis names, or a place in its body."""
    _, _, told = str(failure.message).partition("Invalid component:")
    place = _PLACE.search(told)
    names = [p.name for p in operation.parameters if f"`{p.name}`" in told]
    if place and place[1] != "body" and names:
        missing = all(exchange.sent(place[1], name) is None for name in names)
        listed = ", ".join(f"`{name}`" for name in names)
        ending = "s" * (len(names) > 1)
        return f"the {'missing ' * missing}{place[1]} parameter{ending} {listed}"
    if exchange.asked is not MISSING and operation.request_media:
        found = request_schema(operation).deviations(exchange.asked)
        if found:
            return found[0].message
    return f"the {place[1]}" if place else "it breaks the contract"


_TRANSLATIONS: dict[str, Callable[[Operation, Any, Exchange], Iterator[Violation]]] = {
    "not_a_server_error": _server_error,
    "status_code_conformance": _undeclared,
    "content_type_conformance": _content_type,
    "positive_data_acceptance": _rejected,
    "negative_data_rejection": _accepted,
    "missing_required_header": _no_header,
    "unsupported_method": _method,
    "allow_header_conformance": _allow,
    "use_after_free": _freed,
    "ensure_resource_availability": _unavailable,
}
