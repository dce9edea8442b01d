"""Every composed view is valid OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterator

from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing.exceptions import Unresolvable
from spec_problem import Problem
from spec_source import Source

from mediatasks.contracts.pointer import join

_VALID = "valid OpenAPI 3.1"
_SHOWN = 300


def check(source: Source) -> Iterator[Problem]:
    """Yield what openapi-spec-validator finds."""
    for contract in source.views:
        try:
            for error in OpenAPIV31SpecValidator(contract.document).iter_errors():
                place = source.place(join(getattr(error, "absolute_path", ())))
                message = str(getattr(error, "message", error))[:_SHOWN]
                yield Problem(place, _VALID, message, "see spec.openapis.org/oas/v3.1.1")
        except Unresolvable as error:
            message = f"a reference to `{error.ref}`"
            yield Problem(source.place(""), _VALID, message, "mend the reference")
