"""Which operation's turn it is, on stderr: live on a terminal, a line per provider elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

from mediatasks.check.reports.result import ProviderResult
from mediatasks.contracts.wording import count_of

# Called with provider, operation id and phase when an operation's turn comes.
Listener = Callable[[str, str, str], None]
# The phase in which a run waits because a reply asks for it; what stands for the operation says how long.
WAITING = "waiting"


class Progress:
    """Show a run's progress while the block runs."""

    def __init__(self, providers: list[str]) -> None:
        self.turns = dict.fromkeys(providers, "waiting")
        self._begun: set[str] = set()
        self._live: Any = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            console = Console(stderr=True, highlight=False, markup=False, emoji=False)
            self._live = Live(
                get_renderable=self._lines, console=console, refresh_per_second=8, transient=True
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    @property
    def listen(self) -> Callable[[str, str, str], None]:
        """What a run calls when an operation's turn comes."""
        return self._take

    def finish(self, result: ProviderResult) -> None:
        """Show that a provider is done."""
        cases = sum(o.cases for o in result.operations)
        found = count_of(len(result.findings), "finding")
        spent = ", ".join(f"{name} {seconds:.1f}" for name, seconds in result.phases.items())
        done = f"{count_of(cases, 'case')}, {found}, {result.seconds:.1f} s{spent and f' ({spent})'}"
        self.turns[result.provider] = done
        if self._live is None:
            _say(f"{result.provider}: {done}")

    def _take(self, provider: str, operation: str, phase: str) -> None:
        self.turns[provider] = f"{phase}: {operation}" if operation else phase
        if self._live is None and provider not in self._begun:
            self._begun.add(provider)
            _say(f"{provider}: testing")
        if self._live is None and phase == WAITING:
            _say(f"{provider}: {phase} {operation}")

    def _lines(self) -> Any:
        from rich.text import Text

        width = max(map(len, self.turns))
        return Text("\n".join(f"{name:<{width}}  {turn}" for name, turn in self.turns.items()))


def _say(line: str) -> None:
    """Print a line on stderr; a run goes on though nobody reads what it tells."""
    with suppress(OSError, ValueError, AttributeError):
        print(line, file=sys.stderr, flush=True)
