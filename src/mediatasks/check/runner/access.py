"""Stop where the replies say nothing of the server: it refuses the credentials, or has no such paths."""

from collections.abc import Iterable

from mediatasks.errors import UsageError
from mediatasks.exchange.credentials import Credentials
from mediatasks.judge.coverage import Coverage

_REFUSED = (401, 403)
# What a server may say of a request before it looks at the credentials.
_BEFORE = (400, 404, 405, 414, 415, 422, 431)
# Fewer cases may all be of resources that belong to somebody else.
ENOUGH = 20


def require_access(
    credentials: Credentials, coverage: Iterable[Coverage], url: str, at_least: int = 1
) -> None:
    """Raise UsageError where every operation that needs credentials refused all that was sent.

    Nothing is said of fewer than `at_least` cases.
    """
    secured = [c for c in coverage if _needs_credentials(credentials, c)]
    cases = sum(c.answers.total() for c in secured)
    if not secured or cases < at_least or not all(map(_is_refused, secured)):
        return
    provider = credentials.contract.provider
    said = f"`{provider}`: every request with credentials below {url} was answered 401 or 403"
    used = [c for c in credentials.contract.credentials if c.argument in credentials.values]
    variables = " and ".join(f"${c.variable}" for c in used)
    options = " ".join(f"--credential {c.argument}=VALUE" for c in used)
    raise UsageError(f"{said}\nset {variables} to what this server accepts, or give {options}")


def require_provider(provider: str, coverage: Iterable[Coverage], url: str) -> None:
    """Raise UsageError where everything was answered as by a server that has no such paths."""
    statuses = {status for counted in coverage for status in counted.statuses}
    if statuses and statuses <= {404, 405}:
        raise UsageError(
            f"`{provider}`: every request below {url} was answered 404 or 405\n"
            "is this the provider's base URL?"
        )


def _needs_credentials(credentials: Credentials, coverage: Coverage) -> bool:
    operation = coverage.operation
    placed = credentials.placements(operation) or credentials.body
    # An empty alternative: the operation can be used without credentials.
    return bool(placed) and {} not in operation.security and "x-no-success" not in operation.data


def _is_refused(coverage: Coverage) -> bool:
    statuses = set(coverage.answers)
    return bool(statuses & {*_REFUSED}) and statuses <= {*_REFUSED, *_BEFORE}
