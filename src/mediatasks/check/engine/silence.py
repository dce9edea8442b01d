"""Stop a run whose server does not answer: each silent request costs the whole timeout.

Without this a run would take hours, for a failing case is sent hundreds of times to make it smaller.
The detector of schemathesis looks for a server that refuses connections; one that accepts them and stays
silent it takes for slow.
"""

from collections.abc import Callable
from typing import Any

from mediatasks.exchange.exchange import Exchange

LIMIT = 5


class Silence:
    """Count the requests of a run that got no reply; `last` is the last one (label, exchange)."""

    def __init__(self) -> None:
        self.count = 0
        self.last: tuple[str, Exchange] | None = None
        self._stop: Callable[[], None] | None = None

    @property
    def is_given_up(self) -> bool:
        """Whether the run was stopped."""
        return self.count >= LIMIT

    def watch(self, schema: Any, stop: Callable[[], None]) -> None:
        """Count from now on; `stop` is called at the limit."""
        self._stop = stop

        def after_network_error(context: Any, case: Any, request: Any) -> None:
            self._take(case.operation.label, request)

        schema.hook(after_network_error)

    def _take(self, label: str, request: Any) -> None:
        headers = {name: [value] for name, value in request.headers.items()}
        body = request.body.encode() if isinstance(request.body, str) else request.body
        exchange = Exchange(request.method, request.url.partition("#")[0], headers, body)
        self.count, self.last = self.count + 1, (label, exchange)
        if self.is_given_up and self._stop is not None:
            self._stop()
