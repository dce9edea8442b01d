"""Which secrets a client sends, from its arguments or the environment."""

import os
from collections.abc import Mapping
from typing import Any

from mediatasks.client.operation import CredentialSpec, Provider
from mediatasks.client.requests.headers import header_text
from mediatasks.client.requests.wire import parameter_text, type_name
from mediatasks.errors import UsageError


def find_credentials(provider: Provider, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return argument → value of everything that was given or is in the environment.

    Raises UsageError where no alternative of the provider's security is complete.
    """
    values = {}
    for credential in provider.credentials:
        value = given.get(credential.argument)
        if value is None:
            value = _from_environment(credential)
        if value is not None and value != "":
            values[credential.argument] = _checked(credential, value)
    body = tuple(c.argument for c in in_body(provider))
    if any(argument not in values for argument in body):
        raise UsageError(_missing(provider, values, body))
    for alternative in provider.security:
        given_of = [argument for argument in alternative if argument in values]
        if given_of and len(given_of) < len(alternative) and not choose(provider.security, values):
            raise UsageError(_missing(provider, values, alternative))
    secured = bool(provider.security) and () not in provider.security
    if secured and not choose(provider.security, values):
        raise UsageError(_missing(provider, values, provider.security[0]))
    return values


def _checked(credential: CredentialSpec, value: Any) -> Any:
    """Return the value of a credential. Raises UsageError, which does not show it, if it cannot travel."""
    name = f"`{credential.argument}` or ${credential.variable}"
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UsageError(f"{name} is text or a number, got {type_name(value)}")
    if credential.kind == "integer":
        return _integer(name, value)
    text = parameter_text(credential.argument, value)
    if credential.place in ("body", "query"):
        return text
    return header_text(name, text)


def _integer(name: str, value: str | int) -> int:
    try:
        number = int(value)
    except ValueError:
        raise UsageError(f"{name} is not an integer") from None
    if abs(number) >= 2**63:
        raise UsageError(f"{name} is not an integer of 64 bits")
    return number


def _from_environment(credential: CredentialSpec) -> Any:
    return os.environ.get(credential.variable)


def choose(alternatives: tuple[tuple[str, ...], ...], values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the first alternative that is complete; empty where there is none."""
    return next((a for a in alternatives if a and all(x in values for x in a)), ())


def in_body(provider: Provider) -> list[CredentialSpec]:
    """Return the credentials that travel in the body of RPC requests."""
    return [c for c in provider.credentials if c.place == "body"]


def _missing(provider: Provider, values: Mapping[str, Any], wanted: tuple[str, ...]) -> str:
    variables = {c.argument: c.variable for c in provider.credentials}
    missing = [f"`{a}` (or ${variables[a]})" for a in wanted if a not in values]
    return f"`{provider.name}` needs {' and '.join(missing)}"
