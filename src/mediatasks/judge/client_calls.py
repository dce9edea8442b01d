"""Judge what clients ask a mock for: the sequence of their calls, as the contract allows it."""

import threading
from collections.abc import Iterable

from mediatasks.contracts.model.contract import Contract
from mediatasks.exchange.exchange import Exchange
from mediatasks.judge.finding import Finding
from mediatasks.judge.rule import read_rules
from mediatasks.judge.traffic import TrafficJudge

# Where the exchanges of a mock are said to happen: `ORIGIN/PROVIDER`.
ORIGIN = "http://mock"


class ClientCalls:
    """The rules about clients at work on the exchanges of a mock; several threads may hand them over."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._contracts = list(contracts)
        self._lock = threading.Lock()
        self.forget()

    def take(self, exchange: Exchange) -> list[Finding]:
        """Return what a client did wrong in the newest exchange."""
        with self._lock:
            return self._judge.take(exchange)

    def forget(self) -> None:
        """Forget all resources: the mock is as it was at first."""
        rules, servers = (
            list(read_rules("client")),
            {c.provider: f"{ORIGIN}/{c.provider}" for c in self._contracts},
        )
        self._judge = TrafficJudge(self._contracts, rules=rules, servers=servers)
