"""A saved body against the contract: every deviation with place, what was expected, what came."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mediatasks.contracts.document import Contract, Operation
from mediatasks.contracts.pointer import join
from mediatasks.contracts.wording import count_of
from mediatasks.errors import ContractError, MissingExtra, UsageError, nearest

_SHOWN = 80
_NAMED = 10
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?P<fraction>\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


@dataclass(frozen=True)
class Deviation:
    """One place where a body breaks its schema.

    `pointer` is a JSON Pointer in the body, `keyword` the JSON Schema keyword that is broken.
    """

    pointer: str
    keyword: str
    expected: str
    got: str


class BodySchema:
    """The schema of one body, compiled. Raises MissingExtra where jsonschema is not installed.

    `document` is the contract that its references lead into; `more` holds other roots for them.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        document: Mapping[str, Any],
        more: Mapping[str, Any] | None = None,
    ) -> None:
        try:
            import jsonschema
        except ModuleNotFoundError:
            raise MissingExtra("validating a body", "check") from None
        checker: Any = jsonschema.FormatChecker()
        checker.checks("date-time")(_is_date_time)
        # References lead into the document; none of its members is a keyword of JSON Schema.
        whole = {**document, "allOf": [schema], **(more or {})}
        self._title = str(document.get("info", {}).get("title", "the contract"))
        self._validator = jsonschema.Draft202012Validator(whole, format_checker=checker)

    def deviations(self, body: Any) -> list[Deviation]:
        """Return what is wrong with `body`, in order of place; empty where it fits.

        Raises ContractError where the schema itself is wrong: a reference that leads nowhere, an
        unknown type, a pattern that is none.
        """
        from jsonschema.exceptions import UnknownType
        from referencing.exceptions import Unresolvable

        found: dict[Deviation, None] = {}
        try:
            for error in self._validator.iter_errors(body):
                for cause in _causes(error):
                    found.update(dict.fromkeys(_explained(cause)))
        except Unresolvable as error:
            problem = f"the reference `{error.ref}` leads nowhere"
            raise ContractError(self._title, problem) from None
        except UnknownType as error:
            raise ContractError(self._title, f"a schema has the unknown type `{error.type}`") from None
        except re.error as error:
            problem = f"the pattern `{error.pattern!s}` of a schema is not valid: {error}"
            raise ContractError(self._title, problem) from None
        return sorted(found, key=lambda d: (d.pointer, d.keyword, d.expected))


def find_operation(contract: Contract, name: str) -> Operation:
    """Return an operation of either view. Raises UsageError with the nearest valid name.

    RPC providers have one more here: that of the plain view, whose bodies carry any calls.
    """
    plain = Contract(contract.provider, contract.plain, None).operations
    known = {**plain, **contract.operations}
    if name not in known:
        hint = nearest(name, known)
        raise UsageError(f"`{contract.provider}` has no operation `{name}`; {hint}")
    return known[name]


def request_schema(operation: Operation) -> BodySchema:
    """Return the schema of the request body. Raises UsageError where the operation takes none."""
    for media in operation.request_media.values():
        return BodySchema(media.get("schema", {}), operation.contract.document)
    raise UsageError(f"`{operation.id}` takes no request body")


def reply_schema(operation: Operation, status: str) -> BodySchema:
    """Return the schema of the reply with `status`. Raises UsageError where there is none."""
    if status not in operation.responses:
        declared = ", ".join(operation.responses)
        raise UsageError(f"`{operation.id}` declares no status {status}; declared: {declared}")
    schema = operation.reply_schema(status)
    if schema is None:
        raise UsageError(f"the reply {status} of `{operation.id}` has no body")
    return BodySchema(schema, operation.contract.document)


def _causes(error: Any) -> Iterator[Any]:
    """Yield the errors that explain `error`: of a union those of the closest alternative."""
    if error.validator not in ("anyOf", "oneOf") or not error.context:
        yield error
        return
    branches: dict[Any, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    here = len(error.absolute_path)
    flat = all(_is_flat(e, here) for inner in branches.values() for e in inner)
    if flat:
        yield error
        return
    for inner in min(branches.values(), key=lambda found: _distance(found, here)):
        yield from _causes(inner)


def _is_flat(error: Any, here: int) -> bool:
    """Whether an alternative failed as a whole, by its type or value."""
    return len(error.absolute_path) == here and error.validator in ("type", "enum", "const")


def _distance(found: Iterable[Any], here: int) -> tuple[int, int]:
    """Return how far an alternative is from fitting: refused as a whole, number of errors."""
    errors = [cause for error in found for cause in _causes(error)]
    refused = sum(len(e.absolute_path) == here or e.validator in ("const", "not") for e in errors)
    return refused, len(errors)


def _explained(error: Any) -> Iterator[Deviation]:
    pointer = join(error.absolute_path)
    keyword, rule, value = str(error.validator), error.validator_value, error.instance
    got = _got(value, error.schema)
    if keyword == "required":
        # jsonschema reports one error a member; the message is the only place that names it.
        missing = [m for m in rule if m not in value and error.message.startswith(repr(m))]
        for member in missing:
            members = ", ".join([f"`{m}`" for m in list(value)[:_NAMED]] + ["…"] * (len(value) > _NAMED))
            got = f"the member{'' if len(value) == 1 else 's'} {members}" if members else "no members"
            yield Deviation(pointer, keyword, f"the member `{member}`", got)
    elif keyword == "additionalProperties" and rule is False:
        known = error.schema.get("properties", {})
        for member in sorted(set(value) - set(known)):
            place = pointer + join([member])
            yield Deviation(place, keyword, f"no member besides {_list(known)}", "a further member")
    else:
        yield Deviation(pointer, keyword, _expected(error, keyword, rule), got)


def _expected(error: Any, keyword: str, rule: Any) -> str:
    """Return what a keyword asks for, in words."""
    said: dict[str, Callable[[], str]] = {
        "type": lambda: " or ".join(rule if isinstance(rule, list) else [rule]),
        "enum": lambda: f"one of: {_list(rule)}",
        "const": lambda: f"`{_json(rule)}`",
        "format": lambda: f"{'an' if rule[:1] in 'aeio' else 'a'} {rule}",
        "pattern": lambda: f"text like /{rule}/",
        "minLength": lambda: f"at least {count_of(rule, 'character')}",
        "maxLength": lambda: f"at most {count_of(rule, 'character')}",
        "minItems": lambda: f"at least {count_of(rule, 'item')}",
        "maxItems": lambda: f"at most {count_of(rule, 'item')}",
        "minProperties": lambda: f"at least {count_of(rule, 'member')}",
        "maxProperties": lambda: f"at most {count_of(rule, 'member')}",
        "minimum": lambda: f"at least {rule}",
        "maximum": lambda: f"at most {rule}",
        "exclusiveMinimum": lambda: f"more than {rule}",
        "exclusiveMaximum": lambda: f"less than {rule}",
        "multipleOf": lambda: f"a multiple of {rule}",
        "uniqueItems": lambda: "items that differ",
        "not": lambda: f"no value that fits {_json(rule)}",
        "anyOf": lambda: _alternatives(error),
        "oneOf": lambda: _alternatives(error),
    }
    return said[keyword]() if keyword in said else f"a value that fits `{keyword}`: {_json(rule)}"


def _alternatives(error: Any) -> str:
    if not error.context:
        return "a value that fits exactly one alternative"
    said = [_expected(e, str(e.validator), e.validator_value) for e in error.context]
    return " or ".join(dict.fromkeys(said))


def _got(value: Any, schema: Any) -> str:
    """Return a value for a message; objects and lists by their size, secrets not at all."""
    if isinstance(schema, dict) and (schema.get("writeOnly") or schema.get("format") == "password"):
        return "a value that is not shown"
    if isinstance(value, dict):
        return f"an object of {count_of(len(value), 'member')}"
    if isinstance(value, list):
        return f"an array of {count_of(len(value), 'item')}"
    return f"`{_json(value)}`"


def _list(values: Iterable[Any]) -> str:
    text = ", ".join(v if isinstance(v, str) else _json(v) for v in values)
    return text if len(text) <= 4 * _SHOWN else text[: 4 * _SHOWN] + "…"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    match = _RFC3339.fullmatch(value)
    if not match:
        return False
    try:
        # `fromisoformat` takes six digits of a fraction; a leap second is none of its business.
        plain = value.replace(match["fraction"] or "", "").upper().replace(":60", ":59", 1)
        datetime.fromisoformat(plain)
    except ValueError:
        return False
    return True
