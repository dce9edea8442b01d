"""Run the check on servers that are wrong on purpose; each defect must be seen: `[--full] [NAME…]`.

Each mutant runs with the one check that must see it, up to its first finding; on the right servers
the checks must be silent. `--full` runs plain `st run` on the same mutants too and writes
docs/check-strength.md; it may be ended and started again. `--write` writes the table of the mutants
(tests/mutants/table.tsv) and runs none. Exit codes: 0 all seen, 1 a mutant lives or a right server
is accused, 2 could not run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "check-strength.md"

sys.path.insert(0, str(ROOT))

from mediatasks.check.engine.settings import CHECKS  # noqa: E402
from mediatasks.contracts.compose.store import open_store  # noqa: E402
from mediatasks.errors import nearest  # noqa: E402
from tests.mutants.catalogue import FORM, TABLE, choose, table  # noqa: E402
from tests.mutants.hunt import Outcome  # noqa: E402
from tests.mutants.mutant import Mutant  # noqa: E402
from tests.mutants.page import Row, build_page  # noqa: E402
from tests.mutants.plain import NOISE_SEEDS, Pair  # noqa: E402
from tests.mutants.results import Results  # noqa: E402
from tests.mutants.work import Task, run_tasks  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="mutants to run; all where none is given")
    parser.add_argument("--full", action="store_true", help=f"run `st run` too; write {_shown(PAGE)}")
    parser.add_argument("--write", action="store_true", help=f"write {_shown(TABLE)} and run nothing")
    parsed = parser.parse_args(arguments)
    providers = open_store().choose([])
    mutants = {mutant.id: mutant for mutant in choose(providers)}
    if parsed.write:
        TABLE.write_text(table(list(mutants.values())))
        print(f"wrote {_shown(TABLE)}: {len(mutants)} mutants", file=sys.stderr)
        return 0
    unknown = [name for name in parsed.names if name not in mutants]
    if unknown:
        print(f"error: no mutant `{unknown[0]}`; {nearest(unknown[0], mutants)}", file=sys.stderr)
        return 2
    chosen = [mutants[name] for name in parsed.names or mutants]
    run = Run(chosen, verbose=bool(parsed.names))
    if not parsed.names:
        run.calm([contract.provider for contract in providers])
    run.hunt(Results() if parsed.full else None)
    if parsed.full and not parsed.names:
        run.compare([contract.provider for contract in providers], Results())
    return run.end()


class Run:
    """One run: the mutants, what came of each, what was wrong; `verbose` shows what was found."""

    def __init__(self, mutants: Sequence[Mutant], verbose: bool) -> None:
        self.mutants, self.verbose = mutants, verbose
        self.outcomes: dict[str, Outcome] = {}
        self.wrong: list[str] = []
        self.began = time.monotonic()
        self.console = Console(stderr=True, highlight=False, markup=False, emoji=False)

    def calm(self, providers: Sequence[str]) -> None:
        """See that the checks are silent on the right servers."""
        for task, found in self._work("right servers", [Task("calm", p) for p in providers]):
            self._say(f"{'right ' if not found else 'WRONG '}  {task.name}")
            self.wrong += [f"the right server of {task.name} is accused:\n{text}" for text in found]

    def hunt(self, kept: Results | None) -> None:
        """Run the check on each mutant."""
        by_id = {mutant.id: mutant for mutant in self.mutants}
        # What takes longest comes first, so that both processes end together.
        names = sorted(by_id, key=lambda n: by_id[n].check.replace("-", "_") not in CHECKS)
        for task, outcome in self._work("mutants", [Task("hunt", n) for n in names], kept):
            self.outcomes[task.name] = outcome
            mutant, seen = by_id[task.name], bool(outcome.found)
            how = f"{mutant.check}, {outcome.phase or 'not seen'}, {outcome.seconds:.1f} s"
            self._say(f"{'caught' if seen else 'LIVES '}  {mutant.id}  ({how})")
            if self.verbose:
                self._say("\n".join(outcome.found))
            if not seen:
                why = outcome.problem or f"no finding; the defect was met {outcome.touched} times"
                self.wrong.append(
                    f"{mutant.id} lives: {mutant.sketch.defect}; `{mutant.check}` says: {why}"
                )
            elif not outcome.touched:
                self.wrong.append(f"{mutant.id} was accused before its defect was met: a false alarm")

    def compare(self, providers: Sequence[str], kept: Results) -> None:
        """Run plain `st run` on the same mutants, and write the page."""
        noise: dict[str, set[Pair]] = {provider: set() for provider in providers}
        calm = [Task("noise", p, seed=seed) for p in providers for seed in NOISE_SEEDS]
        for task, outcome in self._work("st run on right servers", calm, kept):
            noise[task.name] |= set(outcome.found)
            if outcome.problem:
                self.wrong.append(f"`st run` on the right server of {task.name}: {outcome.problem}")
        sorted_noise = {provider: tuple(sorted(pairs)) for provider, pairs in noise.items()}
        by_id = {mutant.id: mutant for mutant in self.mutants}
        tasks = [Task("plain", m.id, sorted_noise[m.provider]) for m in self.mutants]
        plain = {}
        for task, outcome in self._work("st run on mutants", tasks, kept):
            plain[task.name] = outcome
            self._say(f"{'caught' if outcome.found else 'lives '}  {task.name}  (st run)")
        rows = [Row(by_id[name], self.outcomes[name], plain[name]) for name in by_id]
        PAGE.write_text(build_page(rows, sorted_noise))
        self.console.print(f"wrote {_shown(PAGE)}")

    def end(self) -> int:
        """Say what was wrong, and return the exit code."""
        form = sum(1 for m in self.mutants if m.check in FORM or self.outcomes[m.id].malformed)
        caught = sum(1 for outcome in self.outcomes.values() if outcome.found)
        for text in self.wrong:
            print(text)
        seconds = time.monotonic() - self.began
        print(f"{caught} of {len(self.outcomes)} mutants caught; {form} of wrong form; {seconds:.0f} s")
        return 1 if self.wrong else 0

    def _work(self, title: str, tasks: Sequence[Task], kept: Results | None = None) -> Any:
        """Yield (task, result) of each task, those that are kept first, and show how far it is."""
        known = [(task, kept.get(task)) for task in tasks] if kept else []
        done = [(task, result) for task, result in known if result is not None]
        left = [task for task in tasks if task not in {task for task, _ in done}]
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, disable=not self.console.is_terminal) as bar:
            turn = bar.add_task(title, total=len(tasks), completed=len(done))
            yield from done
            for task, result in run_tasks(left) if left else ():
                if kept is not None:
                    kept.put(task, result)
                bar.advance(turn)
                yield task, result

    def _say(self, text: str) -> None:
        # On a terminal the bar says it.
        if self.verbose or not self.console.is_terminal:
            self.console.print(text, soft_wrap=True)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
