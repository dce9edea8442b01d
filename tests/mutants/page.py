"""The page docs/check-strength.md, made of the results of a full run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import schemathesis

from tests.mutants.catalogue import FEWER, FORM, checks
from tests.mutants.hunt import EXAMPLES, SEED, SEEDS, Outcome
from tests.mutants.mutant import Mutant
from tests.mutants.plain import NOISE_SEEDS, Pair, PlainOutcome


@dataclass(frozen=True)
class Row:
    """One mutant, and what both came to."""

    mutant: Mutant
    ours: Outcome
    plain: PlainOutcome

    @property
    def is_ours(self) -> bool:
        """Whether our named check saw it."""
        return bool(self.ours.found)

    @property
    def is_plain(self) -> bool:
        """Whether plain `st run` reported anything that it does not report of the right server."""
        return bool(self.plain.found)


def build_page(rows: Sequence[Row], noise: Mapping[str, Sequence[Pair]]) -> str:
    """Return the page."""
    return "\n".join(
        [
            "# How strong the checks are",
            "",
            "<!-- Written by `nox -s mutants -- --full`; do not edit. -->",
            "",
            *_summary(rows),
            "",
            "## By provider",
            "",
            *_scores(rows, "provider", lambda row: row.mutant.provider),
            "",
            "## By check",
            "",
            *_scores(rows, "check", lambda row: row.mutant.check, checks()),
            "",
            *_exceptions(),
            "",
            "## How it is measured",
            "",
            *_method(),
            "",
            "What `st run` reports of the right servers, and what is therefore left aside:",
            "",
            *_noise(noise),
            "",
            "## The mutants",
            "",
            "The phase is the one in which our check saw the mutant; under `st run` stands the check that",
            "saw it first, and the operation where that is another one.",
            "",
            "| mutant | what is wrong | check | ours | `st run` |",
            "| --- | --- | --- | --- | --- |",
            *map(_line, rows),
            "",
        ]
    )


def _summary(rows: Sequence[Row]) -> Iterator[str]:
    ours, plain = sum(r.is_ours for r in rows), sum(r.is_plain for r in rows)
    form = [r for r in rows if r.mutant.check in FORM or r.ours.malformed]
    yield f"{len(rows)} servers, each with one defect. Of these the check that is named for the defect"
    yield f"reports **{ours}** ({_percent(ours, len(rows))}), with all other checks switched off. Plain"
    yield f"`st run` of schemathesis {schemathesis.__version__}, all its checks on, reports **{plain}**"
    yield f"({_percent(plain, len(rows))}). In {len(form)} of them ({_percent(len(form), len(rows))}) the form of a"
    yield "reply (status, content type, headers, schema) is wrong, or the status is that of a failing server."


def _scores(
    rows: Sequence[Row], title: str, key: Callable[[Row], str], order: Iterable[str] = ()
) -> Iterator[str]:
    yield f"| {title} | mutants | ours | `st run` |"
    yield "| --- | --- | --- | --- |"
    names = dict.fromkeys([*order, *sorted(map(key, rows))])
    for name in names:
        own = [row for row in rows if key(row) == name]
        if own:
            ours, plain = sum(r.is_ours for r in own), sum(r.is_plain for r in own)
            yield f"| `{name}` | {len(own)} | {ours} | {plain} |"
    ours, plain = sum(r.is_ours for r in rows), sum(r.is_plain for r in rows)
    yield f"| all | {len(rows)} | {ours} | {plain} |"


def _exceptions() -> Iterator[str]:
    yield "Fewer than three mutants, or none:"
    yield ""
    yield from (f"- `{check}`: {reason}." for check, reason in FEWER.items())


def _method() -> Iterator[str]:
    seeds = ", ".join(map(str, NOISE_SEEDS))
    others = " and ".join(map(str, SEEDS[1:]))
    yield "- A mutant is the mock of a provider, which is right, with a defect before it, which changes what"
    yield "  comes in or goes out. Generators in `tests/mutants` walk the contracts and make a mutant"
    yield "  wherever a kind of defect fits; `tests/mutants/catalogue.py` chooses, by rule, which run."
    yield "- Ours: `mediatasks check` with `--rule` of the named check, `--fail-on drift` and"
    yield f"  `--fail-fast`, {EXAMPLES} examples, seed {SEED}; {others} where that finds nothing. A finding of any"
    yield "  severity counts, of that check only."
    yield "  The same checks report nothing of the right servers: each of our own alone by its scenarios, and"
    yield "  all of them by the other phases."
    yield f"- Theirs: `st run --max-failures 1`, its default checks and phases, seed {SEED}, {EXAMPLES} examples, on the"
    yield "  same contract with right credentials (of an RPC provider: the view with a path for each method,"
    yield "  the caller's id fixed to the right one). Whatever it reports counts, of any check at any operation,"
    yield "  errors too, unless it reports that check at that operation of the right server as well:"
    yield f"  such pairs, found with the seeds {seeds} until none is new, are switched off in its configuration."
    yield "- `nox -s mutants` runs ours, up to the first finding of each; `nox -s mutants -- --full` runs"
    yield "  both and writes this page. What was run is kept in `build/mutants.json`, so that an ended run goes on."
    yield "  `nox -s mutants -- NAME…` runs single mutants and prints what was found."


def _noise(noise: Mapping[str, Sequence[Pair]]) -> Iterator[str]:
    yield "| provider | check | operations |"
    yield "| --- | --- | --- |"
    for provider, pairs in noise.items():
        for check in sorted({check for check, _ in pairs}):
            operations = sorted({f"`{operation}`" for c, operation in pairs if c == check})
            yield f"| `{provider}` | `{check}` | {', '.join(operations)} |"
        if not pairs:
            yield f"| `{provider}` | none | |"


def _line(row: Row) -> str:
    mutant = row.mutant
    ours = row.ours.phase if row.is_ours else "**lives**"
    plain = ", ".join(_seen(row.plain.found[0], mutant)) if row.is_plain else row.plain.problem[:40] or "–"
    defect = mutant.sketch.defect.replace("|", "\\|")
    return f"| `{mutant.id}` | {defect} | `{mutant.check}` | {ours} | {plain} |"


def _seen(pair: Pair, mutant: Mutant) -> Iterator[str]:
    check, operation = pair
    yield f"`{check}`"
    if operation not in ("", mutant.operation):
        yield f"`{operation}`"


def _percent(part: int, whole: int) -> str:
    # Rounded down: 100 % are all.
    return f"{100 * part // whole} %" if whole else "–"
