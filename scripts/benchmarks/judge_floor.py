"""The floor of judging: decode both bodies, find the operation, validate both with jsonschema-rs.

Whatever judges an exchange by its contract does at least this. `python -m benchmarks.judge_floor`, in the
folder `scripts`, prints exchanges a second of the floor and of our judging.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import msgspec

from benchmarks.judge_traffic import Taken, mixed_traffic
from mediatasks.contracts.model.contract import Contract, Operation
from mediatasks.exchange.exchange import Exchange

ROUNDS = 5


class Floor:
    """One provider's exchanges, decoded, routed and validated, and nothing else."""

    def __init__(self, contract: Contract) -> None:
        schemas = contract.document.get("components", {}).get("schemas", {})
        self._components = {"schemas": schemas}
        self._routes: list[tuple[str, re.Pattern[str], Operation]] = [
            (o.method, re.compile(re.sub(r"\{[^}]*\}", "[^/]+", o.path)), o)
            for o in contract.operations.values()
        ]
        self._methods = {o.rpc_method: o for o in contract.operations.values() if o.rpc_method}
        self._envelope = contract.envelope
        self._asked = {o.id: self._compile(o.body_schema) for o in contract.operations.values()}
        self._shown = {
            (o.id, status): self._compile(o.reply_schema(status))
            for o in contract.operations.values()
            for status in o.responses
        }

    def take(self, exchange: Exchange) -> None:
        """Do the least that has to be done with one exchange."""
        asked = msgspec.json.decode(exchange.body) if exchange.body else None
        shown = msgspec.json.decode(exchange.reply) if exchange.reply else None
        operation = self._route(exchange, asked)
        if operation is None:
            return
        if exchange.body and (check := self._asked[operation.id]):
            check(asked)
        if exchange.reply and (check := self._shown.get((operation.id, str(exchange.status)))):
            check(shown)

    def _route(self, exchange: Exchange, asked: Any) -> Operation | None:
        if self._envelope is not None:
            calls = self._envelope.calls(asked)
            return self._methods.get(calls[0].method) if calls else None
        path = urlsplit(exchange.url).path
        for method, pattern, operation in self._routes:
            if method == exchange.method and pattern.fullmatch(path):
                return operation
        return None

    def _compile(self, schema: Any) -> Callable[[Any], bool] | None:
        if schema is None:
            return None
        whole = {"allOf": [schema], "components": self._components}
        check: Callable[[Any], bool] = jsonschema_rs.validator_for(whole, validate_formats=True).is_valid
        return check


def floor_turn() -> float:
    """Return the seconds that the floor takes for the mixed traffic."""
    return sum(_timed(Floor(taken[0][0].contract).take, taken) for taken in mixed_traffic().values())


def _timed(take: Callable[[Exchange], None], taken: list[Taken]) -> float:
    fresh = [fresh_exchange(exchange) for _, exchange in taken]
    began = time.process_time()
    for exchange in fresh:
        take(exchange)
    return time.process_time() - began


def fresh_exchange(exchange: Exchange) -> Exchange:
    """Return an exchange of which nothing was decoded yet."""
    return Exchange(
        exchange.method,
        exchange.url,
        exchange.headers,
        exchange.body,
        exchange.status,
        exchange.reply_headers,
        exchange.reply,
    )


def main() -> None:
    """Print the speed of both."""
    from benchmarks.judging import judge_turn

    count = sum(map(len, mixed_traffic().values()))
    floor_turn(), judge_turn()
    floor, judged = (min(turn() for _ in range(ROUNDS)) for turn in (floor_turn, judge_turn))
    print(f"{count} exchanges; floor {count / floor:,.0f}/s, judge {count / judged:,.0f}/s")
    print(f"judging reaches {floor / judged:.3f} of the floor")


if __name__ == "__main__":
    main()
