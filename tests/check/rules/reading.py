"""Feed exchanges to one rule, as if a server had answered so."""

from __future__ import annotations

import json
from typing import Any

from mediatasks.check import Finding
from mediatasks.contracts.model.contract import Contract
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.judgement import Judgement
from mediatasks.judge.rule import read_rules
from mediatasks.judge.tracks.history import History


class Reader:
    """One rule at work; each exchange returns what it newly finds.

    `exclusive`: nobody else uses the server.
    """

    def __init__(self, contract: Contract, rule: str, exclusive: bool = True) -> None:
        self.contract = contract
        self.judgement = Judgement(contract, [read_rules()[rule]], History(exclusive), Redactor([]))

    def __call__(
        self,
        operation_id: str,
        reply: Any,
        *,
        status: int = 0,
        body: Any = None,
        query: str = "",
        **path: Any,
    ) -> list[Finding]:
        operation = self.contract.operations[operation_id]
        target = operation.path
        for name, value in path.items():
            target = target.replace("{" + name + "}", str(value))
        exchange = Exchange(
            operation.method,
            f"http://server{target}{query}",
            {},
            None if body is None else json.dumps(body).encode(),
            status or int(operation.success),
            {"content-type": ["application/json"]},
            json.dumps(reply).encode(),
        )
        before = len(self.judgement.found)
        self.judgement.take(operation, exchange)
        return self.judgement.found[before:]

    @property
    def judged(self) -> int:
        """How many verdicts there were, right ones included."""
        return sum(self.judgement.judged.values())
