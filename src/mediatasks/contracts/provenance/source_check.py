"""Whether the names, values, examples and locators of a contract occur in its source documents."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.provenance.source_claims import Claim, read_claims, read_locators
from mediatasks.contracts.provenance.source_text import SourceText
from mediatasks.errors import UsageError

_FIELDS = ("property", "parameter", "header")


@dataclass(frozen=True)
class Disagreement:
    """A claim that its source document does not bear out. `place` is a pointer into the contract."""

    place: str
    kind: str
    name: str
    source: str
    expected: str
    got: str
    advice: str


@dataclass
class SourceReport:
    """What was compared with the documents: numbers by kind, and what could not be, with the reason."""

    provider: str
    documents: list[str] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    unchecked: Counter[str] = field(default_factory=Counter)


def check_sources(contract: Contract, folder: Path) -> SourceReport:
    """Compare a contract with the documents that its `info.x-sources` name.

    Raises UsageError where `folder` is no folder, ContractError where one of them
    cannot be read.
    """
    sources: Mapping[str, Any] = contract.document["info"].get("x-sources", {})
    report = SourceReport(contract.provider)
    texts, reasons = _read_documents(sources, folder)
    report.documents = [sources[name]["document"] for name in texts]
    for fact in read_locators(contract):
        if fact.source in texts:
            _check_locator(report, texts[fact.source], fact)
    for claim in read_claims(contract, report.unchecked):
        text = texts.get(claim.source)
        if text is None:
            reason = reasons.get(claim.source, f"`{claim.source}` is no source of `x-sources`")
            report.unchecked[reason] += 1
        else:
            _check_claim(report, text, claim)
    return report


def _read_documents(
    sources: Mapping[str, Any], folder: Path
) -> tuple[dict[str, SourceText], dict[str, str]]:
    """Return source → text, and source → why there is none."""
    if not folder.is_dir():
        raise UsageError(f"`{folder}` is no folder; give the folder that holds the source documents")
    texts, reasons = {}, {}
    for name, source in sources.items():
        document = source.get("document")
        if document is None:
            reasons[name] = f"source `{name}` names no document"
        elif not (folder / document).is_file():
            reasons[name] = f"source `{name}`: its document `{document}` is not in the folder"
        else:
            texts[name] = SourceText.read(folder / document)
    return texts, reasons


def _check_locator(report: SourceReport, text: SourceText, claim: Claim) -> None:
    report.checked["locator"] += 1
    _, part = text.locate(claim.locator)
    if part:
        expected = f"`{part}` in the document"
        advice = "take headings and field names as the document has them: `Heading, field`"
        got = f"locator `{claim.locator}`, which leads nowhere"
        report.disagreements.append(
            Disagreement(claim.place, "locator", claim.name, claim.source, expected, got, advice)
        )


def _check_claim(report: SourceReport, text: SourceText, claim: Claim) -> None:
    report.checked[claim.kind] += 1
    start = text.locate(claim.locator)[0] or 0
    behind = f" behind `{claim.locator}`" if start else ""
    advice = "correct the claim or its locator, or state the source that has it (`inferred` where none has)"
    missing = _missing(text, claim, start)
    if missing:
        place = (claim.place, claim.kind, claim.name, claim.source)
        expected = f"`{missing}`{behind}"
        report.disagreements.append(Disagreement(*place, expected, "no such text", advice))


def _missing(text: SourceText, claim: Claim, start: int) -> str:
    """Return the first text of a claim that does not occur, or an empty text."""
    if claim.route:
        return "" if text.has_route(*claim.route, start) else " ".join(claim.route)
    if claim.kind in _FIELDS:
        missing = (name for name in claim.texts if not text.has_field(name, start, claim.fold))
        return next(missing, "")
    for wanted in claim.texts:
        found = text.find(wanted, start, fold=claim.fold)
        if claim.either and found is not None:
            return ""
        if found is None and not claim.either:
            return wanted
        # The texts of an example stand in the order of the document.
        start = found if claim.kind == "example" and found is not None else start
    return " or ".join(claim.texts) if claim.either else ""
