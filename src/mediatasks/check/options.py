"""What a run of the check is asked to do, validated before any request is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mediatasks.check.target import Target
from mediatasks.errors import UsageError, nearest
from mediatasks.judge.baseline import Entry
from mediatasks.judge.finding import SEVERITIES

# In the first our own rules ask what they want to know; the others are schemathesis's.
PROBING = "probing"
ENGINE_PHASES = ("examples", "coverage", "fuzzing", "stateful")
PHASES = (PROBING, *ENGINE_PHASES)
# A file a provider; the last is one for all.
SUMMARY = "summary"
REPORTS = ("junit", "html", "har", "ndjson", SUMMARY)
MAX_EXAMPLES = 100_000
MAX_WATCH = 86_400
# Requests a second to a server elsewhere, where nothing else is said.
_RATE = 10.0


@dataclass(frozen=True)
class Options:
    """How hard and how to test.

    `seed` repeats a run; `max_examples` is the number of generated cases per operation and phase;
    `operations` limits the run to some operation ids, `rules` to some checks (empty: all);
    `foreign_ids` name resources of another account, to see that they are refused; `watch` is
    the seconds that one task is followed on a server with a clock of its own; `timeout` is the seconds
    that a reply may take; `fail_on` is the lowest severity that is a failure, and with `fail_fast` the
    first such finding ends the run. Raises UsageError for a value that is out of range.

    `task_ids` are tasks that exist, to be read; `baseline` the deviations that are known. `rate` is
    requests a second (None: 10, and any number to this machine), `max_requests` and `max_time`
    (seconds) end a run early; `max_wait` is the seconds waited at most where a reply asks to wait.
    """

    seed: int = 1
    max_examples: int = 25
    phases: tuple[str, ...] = PHASES
    operations: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()
    baseline: tuple[Entry, ...] = ()
    foreign_ids: tuple[str, ...] = ()
    watch: float = 30.0
    rate: float | None = None
    max_requests: int | None = None
    max_time: float | None = None
    max_wait: float = 60.0
    reports: tuple[str, ...] = ()
    report_dir: Path = Path("check-reports")
    timeout: float = 10.0
    fail_on: str = "error"
    fail_fast: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.max_examples <= MAX_EXAMPLES:
            problem = f"expected 1 to {MAX_EXAMPLES}, got {self.max_examples}"
            raise UsageError(f"the number of examples is out of range: {problem}")
        if not 0 <= self.seed < 2**64:
            raise UsageError(f"the seed is out of range: expected 0 to 2^64 - 1, got {self.seed}")
        if not 0 <= self.max_wait < float("inf"):
            raise UsageError(f"`max_wait` is out of range: expected 0 or more, got {self.max_wait:g}")
        for name in ("rate", "max_requests", "max_time"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise UsageError(f"`{name}` is out of range: expected more than 0, got {value:g}")
        if not 0 <= self.watch <= MAX_WATCH:
            raise UsageError(f"`watch` is out of range: expected 0 to {MAX_WATCH} s, got {self.watch:g}")
        if not self.phases:
            raise UsageError(f"no phase to run; phases: {', '.join(PHASES)}")
        _known("phase", self.phases, PHASES)
        _known("severity", (self.fail_on,), SEVERITIES)
        _known("report", self.reports, REPORTS)

    def rate_for(self, target: Target) -> float | None:
        """Return the most requests a second; None for any number."""
        return self.rate or (None if target.is_local else _RATE)


def parse_list(text: str) -> tuple[str, ...]:
    """Return the words of a comma-separated option, each once."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _known(kind: str, words: Iterable[str], valid: tuple[str, ...]) -> None:
    for word in words:
        if word not in valid:
            hint = nearest(word, valid)
            hint = hint if hint.startswith("valid") else f"{hint} valid: {', '.join(valid)}"
            raise UsageError(f"no {kind} `{word}`; {hint}")
