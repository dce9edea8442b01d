"""Every composed view is valid OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterator

from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing.exceptions import Unresolvable
from schema_words import words_of
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import join

_VALID = "valid OpenAPI 3.1"


def check(source: Source) -> Iterator[Problem]:
    """Yield what openapi-spec-validator finds."""
    for contract in source.views:
        try:
            for error in OpenAPIV31SpecValidator(contract.document).iter_errors():
                place = source.place(join(getattr(error, "absolute_path", ())))
                expected, got = words_of(error)
                yield Problem(place, f"{_VALID}: {expected}", got, "see spec.openapis.org/oas/v3.1.1")
        except Unresolvable as error:
            message = f"a reference to `{error.ref}`"
            yield Problem(source.place(""), _VALID, message, "mend the reference")
