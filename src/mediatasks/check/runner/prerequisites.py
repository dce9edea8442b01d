"""What must hold before a run: it is known, it may be sent, and something answers."""

from mediatasks.check.engine.settings import CHECK_IDS
from mediatasks.check.options import Options
from mediatasks.check.requests.interruption import Interrupted, settle, waiting
from mediatasks.check.requests.network import Route
from mediatasks.check.target import Target
from mediatasks.client.transport.failure import translate
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import UsageError
from mediatasks.judge.rule import choose_rules


def require_operations(contract: Contract, options: Options) -> None:
    """Raise UsageError where `options` names an operation that the contract does not have.

    An entry of the baseline that means nothing would hide nothing, and never be stale.
    """
    for name in options.operations:
        contract.operation(name)
    for entry in options.baseline:
        if entry.provider == contract.provider:
            choose_rules([entry.rule], CHECK_IDS)
            contract.operation(entry.operation)


def require_requests(contract: Contract, options: Options, target: Target) -> None:
    """Raise UsageError where nothing that is asked for may be sent."""
    chosen = [contract.operation(name) for name in options.operations or contract.operations]
    if not target.writes and not any(operation.safe for operation in chosen):
        names = ", ".join(f"`{operation.id}`" for operation in chosen)
        raise UsageError(f"`{contract.provider}`: {names} may write; `--allow-writes` sends such requests")


def require_server(provider: str, target: Target, route: Route) -> None:
    """Raise UsageError where nothing answers HTTP at the target's URL."""
    import httpx2

    try:
        # Any reply will do, so one that is huge or never ends is not read.
        with (
            waiting(),
            httpx2.Client(timeout=5, **route.client_options()) as client,
            client.stream("GET", target.url),
        ):
            pass
    except Interrupted:
        settle()
        raise UsageError(f"`{provider}`: it was interrupted before {target.url} answered") from None
    except httpx2.HTTPError as error:
        advice = "is the server running, and is the URL right?"
        problem = f"no HTTP server answers at {target.url}: {translate(error)}"
        raise UsageError(f"`{provider}`: {problem}\n{advice}") from None
