"""One page on a whole run: operations × checks, each cell leading to its evidence; what was reached.

A file of its own without scripts: it opens from a pipeline's artefacts as it opens from a disk.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from string import Template

from mediatasks.check.reports.result import OperationResult, ProviderResult, summarise
from mediatasks.contracts.wording import count_of
from mediatasks.errors import UsageError
from mediatasks.judge.finding import SEVERITIES, Finding

_PAGE = Path(__file__).with_name("summary.html")
_MISSED = 200


def build_summary(results: Sequence[ProviderResult], seed: int) -> str:
    """Return the page."""
    total = summarise(results)
    said = f"{count_of(total['errors'], 'error')}, {count_of(total['warnings'], 'warning')}"
    said += f", {total['drift']} × drift, {total['known']} known"
    heading = (
        f"{count_of(total['providers'], 'provider')}, {count_of(total['operations'], 'operation')}, "
        f"{count_of(total['cases'], 'case')}: {said} (seed {seed})"
    )
    body = "\n".join(_provider(result) for result in results)
    return Template(_PAGE.read_text("utf-8")).substitute(heading=escape(heading), body=body)


def write_summary(results: Sequence[ProviderResult], seed: int, folder: Path) -> Path:
    """Write the page into `folder` and return its path. Raises UsageError where it cannot be written."""
    path = folder / "index.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(build_summary(results, seed), "utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def _provider(result: ProviderResult) -> str:
    failing = {rule for o in result.operations for rule in _rules(o)}
    judged = {rule for o in result.operations for rule in o.judged}
    # What was found comes first: the rest may lie beyond the edge of the window.
    checks = [*sorted(failing), *sorted(judged - failing)]
    head = "".join(f'<th scope="col"><span>{escape(rule)}</span></th>' for rule in checks)
    rows = "\n".join(_row(result.provider, o, checks) for o in result.operations)
    advice = f"<p>{escape(result.advice)}</p>" if result.advice else ""
    evidence = "\n".join(_evidence(result.provider, result.operations))
    reached = "\n".join(_reached(o) for o in result.operations)
    return f"""<section id="{escape(result.provider)}">
<h2>{escape(result.provider)} <small>{escape(result.url)}, {result.seconds:.1f} s</small></h2>
{advice}
<div class="wide"><table class="matrix"><thead><tr><th scope="col">operation</th><th scope="col">cases</th>
<th scope="col">accepted</th>{head}</tr></thead><tbody>
{rows}
</tbody></table></div>
<h3>Findings</h3>
{evidence or "<p>None.</p>"}
{_silences(result)}
<h3>What was reached</h3>
<table class="reached"><tbody>
{reached}
</tbody></table>
</section>"""


def _silences(result: ProviderResult) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in result.silences)
    return f"<h3>Not judged</h3><ul>{items}</ul>" if items else ""


def _row(provider: str, operation: OperationResult, checks: Sequence[str]) -> str:
    cells = "".join(_cell(provider, operation, rule) for rule in checks)
    name = f'<th scope="row">{escape(operation.operation)}</th>'
    return f"<tr>{name}<td>{operation.cases}</td><td>{operation.accepted}</td>{cells}</tr>"


def _cell(provider: str, operation: OperationResult, rule: str) -> str:
    found = [f for f in operation.findings if f.rule == rule]
    known = [f for f in operation.known if f.rule == rule]
    if found or known:
        level = min((f.severity for f in found), key=SEVERITIES.index, default="known")
        sign = {"error": "✗", "warning": "!", "drift": "~", "known": "k"}[level]
        label = f"{level}, {rule}, {operation.operation}"
        link = f'<a href="#{_anchor(provider, operation.operation, rule)}" aria-label="{escape(label)}">'
        return f'<td class="{level}">{link}{sign} {len(found) or len(known)}</a></td>'
    judged = operation.judged.get(rule, 0)
    # Nothing was judged: the check does not apply here, or the run never came to it.
    return f'<td class="right" title="{judged} judged">✓</td>' if judged else '<td class="none">·</td>'


def _evidence(provider: str, operations: Sequence[OperationResult]) -> Iterator[str]:
    for operation in operations:
        for rule in _rules(operation):
            of_rule = [f for f in (*operation.findings, *operation.known) if f.rule == rule]
            items = "\n".join(map(_finding, of_rule))
            anchor = _anchor(provider, operation.operation, rule)
            heading = f"<h4>{escape(operation.operation)}: {escape(rule)}</h4>"
            yield f'<article id="{anchor}">{heading}{items}</article>'


def _finding(finding: Finding) -> str:
    said = [("place", finding.place), ("expected", finding.expected), ("got", finding.got)]
    said.append(("fact", f"{finding.fact or 'contract'}: {finding.fact_status}. {finding.source}"))
    said += [("note", finding.note)] if finding.note else []
    rows = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in said)
    command = f"<pre>{escape(finding.reproduce)}</pre>" if finding.reproduce else ""
    seen = f"{finding.severity}, seen in {count_of(finding.times, 'case')}"
    return f'<div class="finding {finding.severity}"><p>{seen}</p><dl>{rows}</dl>{command}</div>'


def _reached(operation: OperationResult) -> str:
    cells = []
    for kind, data in operation.exercised.items():
        numbers = f"{data['covered']} of {escape(count_of(data['of'], kind))}"
        missed = data["missed"][:_MISSED]
        if missed:
            names = ", ".join(escape(name) for name in missed)
            cells.append(f"<details><summary>{numbers}</summary>not reached: {names}</details>")
        else:
            cells.append(f"<span>{numbers}</span>")
    note = f"<span>{escape(operation.note)}</span>" if operation.note else ""
    return f'<tr><th scope="row">{escape(operation.operation)}</th><td>{note}{"".join(cells)}</td></tr>'


def _rules(operation: OperationResult) -> list[str]:
    return list(dict.fromkeys(f.rule for f in (*operation.findings, *operation.known)))


def _anchor(provider: str, operation: str, rule: str) -> str:
    return escape(f"{provider}-{operation}-{rule}".replace(" ", "_"))
