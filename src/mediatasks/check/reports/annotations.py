"""Findings as GitHub's workflow commands, which a run of Actions shows as annotations."""

from collections.abc import Iterator, Sequence

from mediatasks.check.reports.result import ProviderResult

_COMMANDS = {"error": "error", "warning": "warning", "drift": "notice"}


def build_annotations(results: Sequence[ProviderResult]) -> Iterator[str]:
    """Yield a line per finding, and one per reason why checks said nothing."""
    for result in results:
        for finding in result.findings:
            title = f"{finding.provider} {finding.operation}: {finding.rule}"
            source = f" ({finding.source})" if finding.source else ""
            fact = f"\n`{finding.fact}` is {finding.fact_status}{source}" if finding.fact else ""
            said = f"{finding.place}: expected {finding.expected}, got {finding.got}{fact}"
            yield f"::{_COMMANDS[finding.severity]} title={_property(title)}::{_data(said)}"
        for line in result.silences:
            yield f"::notice title={_property(f'{result.provider}: not judged')}::{_data(line)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
