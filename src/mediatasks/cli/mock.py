"""`mediatasks mock [PROVIDER…]`: serve mock servers until a signal ends them."""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from mediatasks.cli import cors, faults, state
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.errors import UsageError
from mediatasks.mock.application import Mock
from mediatasks.mock.control.exchanges import CallJudge
from mediatasks.mock.control.samples import first_sample
from mediatasks.mock.rest.security import credential_places
from mediatasks.mock.server import MockServer, serve
from mediatasks.mock.store.clock import Clock

_TOLD = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("providers", nargs="*", metavar="PROVIDER", help="all where none is given")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, default=8420, help="port to listen on, 0 for a free one (default: 8420)"
    )
    parser.add_argument("--seed", type=int, default=0, help="makes generated ids repeatable (default: 0)")
    parser.add_argument(
        "--speed",
        type=float,
        default=1.0,
        help="seconds of the mock in one real second; 0 stops its clock (default: 1)",
    )
    parser.add_argument(
        "--strict-exit", action="store_true", help="end with exit code 1 if a request broke a contract"
    )
    parser.add_argument(
        "--check-replies",
        action="store_true",
        help="answer 500 where a reply of the mock breaks a contract",
    )
    parser.add_argument(
        "--demand-credentials",
        action="store_true",
        help="refuse requests without the credentials that a contract makes optional, such as signatures",
    )
    parser.add_argument(
        "--allow-egress",
        action="store_true",
        help="let callbacks and the like leave this machine (they go to loopback only otherwise)",
    )
    cors.add_arguments(parser)
    faults.add_arguments(parser)
    state.add_arguments(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of what is printed")


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal ends it. Raises UsageError where it cannot."""
    try:
        Clock(arguments.speed)
    except ValueError as error:
        raise UsageError(f"--speed: {error}") from None
    origins, more = cors.read_origins(arguments)
    contracts = open_store(arguments.contracts).choose([*arguments.providers, *more])
    chosen = faults.read_faults(arguments)

    def make(clock: Clock) -> Mock:
        return Mock(
            contracts,
            clock,
            arguments.seed,
            check_replies=arguments.check_replies,
            faults=chosen,
            allow_egress=arguments.allow_egress,
            demand_credentials=arguments.demand_credentials,
            cors=origins,
            judge=_judge_of(contracts) if arguments.strict_exit else None,
        )

    if arguments.allow_egress:
        print("warning: requests to the mock can make it send to any machine", file=sys.stderr)
    with state.kept(arguments, make) as mock:
        _serve(mock, contracts, arguments)
    return _judge(mock) if arguments.strict_exit else 0


def _serve(mock: Mock, contracts: list[Contract], arguments: argparse.Namespace) -> None:
    def ready(server: MockServer) -> None:
        described = [_describe(contract, server.url_of(contract.provider)) for contract in contracts]
        if arguments.format == "json":
            print(json.dumps({"url": server.url, "providers": described}, ensure_ascii=False), flush=True)
        else:
            print(_text(server.url, described), flush=True)

    serve(mock, arguments.host, arguments.port, ready)


def _judge_of(contracts: list[Contract]) -> CallJudge:
    """Return who judges the sequence of calls: it costs more than an answer, so only who asks has it."""
    from mediatasks.judge.client_calls import ClientCalls

    return ClientCalls(contracts)


def _judge(mock: Mock) -> int:
    """Tell the violations and return the exit code."""
    count, violations = mock.control.violation_count, mock.control.violations()
    for violation in violations[:_TOLD]:
        print(f"violation: {violation}", file=sys.stderr)
    if count > _TOLD:
        print(f"and {count - _TOLD} more", file=sys.stderr)
    return 1 if count else 0


def _describe(contract: Contract, url: str) -> dict[str, Any]:
    sample = first_sample(contract)
    return {
        "provider": contract.provider,
        "url": url,
        "credentials": [
            # What the control calls `value` is the text on the wire; here that is the client's argument.
            {**p.shown(), "value": p.value, "text": p.text, "sentence": p.sentence}
            for p in credential_places(contract)
        ],
        "try": sample.curl(url) if sample else None,
    }


def _text(url: str, described: list[dict[str, Any]]) -> str:
    lines = [f"mock servers on {url}, until Ctrl+C; a browser finds a page there to watch and steer them"]
    for provider in described:
        lines += ["", f"{provider['provider']}: {provider['url']}"]
        lines += [f"  {_sentence(credential)}" for credential in provider["credentials"]]
        if provider["try"]:
            lines.append(f"  {provider['try']}")
    return "\n".join(lines)


def _sentence(credential: Mapping[str, Any]) -> str:
    """Return a credential as the client's argument, and how it travels."""
    needed = "" if credential["required"] else " (not always needed)"
    return f"{credential['argument']}={credential['value']!r}, {credential['sentence']}{needed}"
