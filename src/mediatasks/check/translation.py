"""Failures of schemathesis as findings: place, expected and got instead of prose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mediatasks.check.credentials import Credentials
from mediatasks.check.exchange import Exchange
from mediatasks.check.findings import Finding, severity_of
from mediatasks.check.masking import Mask
from mediatasks.check.replies import declared_content, has_declared_type
from mediatasks.check.sources import member_status, operation_status
from mediatasks.contracts.document import Operation
from mediatasks.contracts.pointer import MISSING, join
from mediatasks.contracts.validation import BodySchema, reply_schema
from mediatasks.errors import UsageError

_NOT_IMPLEMENTED = 501
_REFUSED = (401, 403)
# Checks that fail too where a server does not look at the credentials.
_DISGUISES = ("missing_required_header", "negative_data_rejection")


@dataclass(frozen=True)
class _Claim:
    """What is wrong: place, expected, got, and the provenance of the fact."""

    place: str
    expected: str
    got: str
    fact_status: str
    # Broken whatever the provenance: nobody can read the reply.
    is_error: bool = False


class Translator:
    """Turn the failures of one run into findings; `mask` takes the secrets out.

    Exchanges are given masked; by `credentials` is known whether theirs were the right ones.
    """

    def __init__(self, mask: Mask, credentials: Credentials) -> None:
        self.mask, self.credentials = mask, credentials
        self._schemas: dict[tuple[str, str], BodySchema | None] = {}

    def translate(
        self, operation: Operation, check: str, failure: Any, exchange: Exchange
    ) -> Iterator[Finding]:
        """Yield the findings in one failure of the schemathesis check `check`."""
        if exchange.status == _NOT_IMPLEMENTED and _is_undeclared(operation, exchange):
            # As right as a 405: HTTP leaves the choice to the server.
            return
        check, claims = self._claims(operation, check, failure, exchange)
        rule = check.replace("_", "-")
        for claim in claims:
            yield Finding(
                operation.contract.provider,
                operation.id,
                rule,
                "error" if claim.is_error else severity_of(rule, claim.fact_status),
                claim.place,
                self.mask.text(claim.expected),
                self.mask.text(claim.got),
                claim.fact_status,
                exchange.command(self.mask),
            )

    def _claims(
        self, operation: Operation, check: str, failure: Any, exchange: Exchange
    ) -> tuple[str, Iterator[_Claim]]:
        """Return the check that really failed, and what is wrong."""
        if check == "ignored_auth" or (check in _DISGUISES and _is_success(exchange)):
            access = self._access(operation, exchange)
            if access or check == "ignored_auth":
                return "ignored_auth", iter([access] if access else [])
        if check == "response_schema_conformance":
            return check, self._body(operation, failure, exchange)
        return check, _TRANSLATIONS.get(check, _other)(operation, failure, exchange)

    def _body(self, operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
        """Every deviation of the body; where our validator sees none, what schemathesis says."""
        status, body = str(exchange.status), exchange.json
        if body is MISSING:
            # A reply of another type is reported as such.
            if has_declared_type(operation, exchange):
                fact = member_status(operation, status, "")
                got = exchange.answer.partition(": ")[2]
                yield _Claim("(body)", "JSON", got, fact, _is_success(exchange))
            return
        schema = self._schema(operation, status)
        deviations = schema.deviations(body) if schema else []
        for deviation in deviations:
            fact = member_status(operation, status, deviation.pointer)
            place = deviation.pointer or "(body)"
            yield _Claim(place, deviation.expected, deviation.got, fact)
        if not deviations:
            place = join(getattr(failure, "instance_path", [])) or "(body)"
            fact = member_status(operation, status, "")
            yield _Claim(place, "a body that fits the schema", _first_line(failure), fact)

    def _access(self, operation: Operation, exchange: Exchange) -> _Claim | None:
        """Return what is wrong where a request without the right credentials was not refused.

        What was sent is read from the request: the scenario of schemathesis need not agree with it.
        """
        placements = self.credentials.placements(operation)
        values = [exchange.sent(p.place, p.name) for p in placements]
        if exchange.status in _REFUSED or values == [p.shown for p in placements]:
            return None
        missing = values.count(None)
        sent = "without credentials" if missing == len(values) else "with wrong credentials"
        if 0 < missing < len(values):
            sent = "without some of the credentials"
        expected = f"401 or 403 for a request {sent}"
        return _Claim("request", expected, exchange.answer, operation_status(operation))

    def _schema(self, operation: Operation, status: str) -> BodySchema | None:
        key = (operation.id, status)
        if key not in self._schemas:
            try:
                self._schemas[key] = reply_schema(operation, status)
            except UsageError:
                self._schemas[key] = None
        return self._schemas[key]


def _server_error(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    fact = operation_status(operation)
    yield _Claim("status", "a status below 500", exchange.answer, fact)


def _undeclared(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    declared = ", ".join(operation.responses)
    fact = operation_status(operation)
    yield _Claim("status", f"a declared status: {declared}", exchange.answer, fact)


def _content_type(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    declared = " or ".join(declared_content(operation, exchange))
    got = exchange.content_type or "no such header"
    if not exchange.reply:
        got += ", and an empty body"
    fact = member_status(operation, str(exchange.status), "")
    yield _Claim("header Content-Type", declared, got, fact, _is_success(exchange))


def _rejected(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    expected = "a request that fits the contract to be accepted"
    yield _Claim("request", expected, exchange.answer, operation_status(operation))


def _accepted(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    _, found, component = failure.message.partition("Invalid component:")
    invalid = operation.failures.get("invalid", {}).get("status", "4xx")
    broken = " ".join(component.split()) if found else "a request that breaks the contract"
    expected = f"{invalid}, for this is wrong in the request: {broken}"
    yield _Claim("request", expected, exchange.answer, operation_status(operation))


def _no_header(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    statuses = " or ".join(map(str, failure.expected_statuses))
    expected = f"{statuses} for a request without the header"
    fact = operation_status(operation)
    yield _Claim(f"header {failure.header_name}", expected, exchange.answer, fact)


def _method(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    method, fact = exchange.method, "inferred"
    if failure.failure_reason == "missing_allow_header":
        yield _Claim("header Allow", f"an Allow header with the 405 for {method}", "none", fact)
    else:
        expected = f"405 for {method}, which the contract does not declare"
        yield _Claim("status", expected, exchange.answer, fact)


def _allow(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    expected = "exactly the methods of the contract"
    if failure.missing_methods:
        expected += f"; missing: {', '.join(failure.missing_methods)}"
    if failure.undocumented_methods:
        expected += f"; not in the contract: {', '.join(failure.undocumented_methods)}"
    yield _Claim("header Allow", expected, failure.allow_header, "inferred")


def _freed(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    expected = f"404, for `{failure.free}` removed the resource"
    yield _Claim("status", expected, exchange.answer, operation_status(operation))


def _unavailable(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    expected = f"the resource that `{failure.created_with}` has just created"
    yield _Claim("status", expected, exchange.answer, operation_status(operation))


def _other(operation: Operation, failure: Any, exchange: Exchange) -> Iterator[_Claim]:
    fact = operation_status(operation)
    yield _Claim("reply", failure.title, _first_line(failure), fact)


def _is_success(exchange: Exchange) -> bool:
    return 200 <= exchange.status < 300


def _is_undeclared(operation: Operation, exchange: Exchange) -> bool:
    """Whether no operation of the contract has the request's method at this path."""
    operations = operation.contract.operations.values()
    return exchange.method not in {o.method for o in operations if o.path == operation.path}


def _first_line(failure: Any) -> str:
    message = str(failure.message)
    return next((line for line in message.splitlines() if line.strip()), str(failure.title))


_TRANSLATIONS: dict[str, Callable[[Operation, Any, Exchange], Iterator[_Claim]]] = {
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
