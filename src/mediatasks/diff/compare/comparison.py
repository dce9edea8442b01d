"""The comparison of contracts: of two, and of two sets of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mediatasks.contracts.compose.extensions import understand
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.provenance.facts import facts
from mediatasks.diff.change import Change
from mediatasks.diff.compare.endpoint import Endpoint, events, operations
from mediatasks.diff.compare.lifecycle import compare_lifecycles
from mediatasks.diff.compare.operations import compare_event, compare_operation, match_endpoints
from mediatasks.diff.compare.promise import compare_promises
from mediatasks.diff.compare.rpc import compare_envelopes
from mediatasks.diff.compare.security import compare_security
from mediatasks.diff.compare.servers import compare_servers
from mediatasks.diff.compare.subject import name_subject
from mediatasks.diff.compare.unknown import compare_unknown
from mediatasks.diff.kinds.table import KINDS
from mediatasks.diff.schema.difference import Difference
from mediatasks.diff.schema.pair import Pair, Step
from mediatasks.diff.schema.part import Part, root
from mediatasks.diff.schema.schemas import SchemaComparison
from mediatasks.errors import ContractError

Document = Mapping[str, Any]


def compare_sets(old: Mapping[str, Contract], new: Mapping[str, Contract]) -> list[Change]:
    """Return the changes of every provider, by name. Raises ContractError."""
    changes = []
    for name in sorted({*old, *new}):
        if name in old and name in new:
            changes += compare_contracts(old[name], new[name])
        else:
            kind = KINDS["provider-added" if name in new else "provider-removed"]
            changes.append(Change(name, kind, name, "", name not in new))
    return changes


def compare_contracts(old: Contract, new: Contract) -> list[Change]:
    """Return the changes from `old` to `new`, in the order of the document. Raises ContractError.

    RPC providers are compared method by method, and by what a whole request may hold where that shows
    nothing.
    """

    def compare() -> list[Change]:
        if old.envelope is None or new.envelope is None:
            return _Comparison(new.provider, old.plain, new.plain).changes()
        by_method = _Comparison(new.provider, old.document, new.document).changes()
        return by_method or _Comparison(new.provider, old.plain, new.plain).changes()

    try:
        return understand(new.provider, compare)
    except ContractError as error:
        # A place that begins with `#` lacks the document.
        place = f"{new.provider}{error.place}" if error.place[:1] == "#" else error.place
        raise ContractError(place, error.problem, error.advice) from None


class _Comparison:
    """Gathers findings, and joins those that several operations have in common."""

    def __init__(self, provider: str, old: Document, new: Document) -> None:
        self.provider, self.old, self.new = provider, old, new
        self.schemas = SchemaComparison()
        self.findings: dict[tuple[str, str, bool, str, str], tuple[Difference, list[str]]] = {}

    def changes(self) -> list[Change]:
        self._take("", _compare_root(self.old, self.new, self.provider))
        self._take_all("operation", operations, self._compare_operation)
        self._take_all("webhook", events, compare_event)
        return [self._change(finding, names) for finding, names in self.findings.values()]

    def _take_all(
        self,
        word: str,
        read: Callable[[Document], list[Endpoint]],
        compare: Callable[[Endpoint, Endpoint], Step],
    ) -> None:
        """Compare all operations, or all webhooks; `word` begins the kinds of those without a match."""
        pairs, gone, added = match_endpoints(read(self.old), read(self.new))
        for one, other in pairs:
            self._take(other.name, compare(one, other))
        for one in gone:
            place = f"{one.method} {one.path}"
            self._take(one.name, [Difference(f"{word}-removed", one.part.pointer, True, old=place)])
        for other in added:
            place = f"{other.method} {other.path}"
            self._take(other.name, [Difference(f"{word}-added", other.part.pointer, new=place)])

    def _compare_operation(self, old: Endpoint, new: Endpoint) -> Step:
        yield from compare_operation(old, new)
        yield from compare_security(old, new)
        yield from compare_servers(old, new)
        yield from compare_promises("failure-answer", _failures(old), _failures(new))

    def _take(self, operation: str, steps: Iterable[Difference | Pair]) -> None:
        """Keep the findings of one operation, and those of the schemas that it leads to."""
        pairs = []
        for step in steps:
            if isinstance(step, Pair):
                pairs.append(step)
            else:
                self._keep(operation, step)
        for finding in self.schemas.compare(pairs):
            self._keep(operation, finding)

    def _keep(self, operation: str, finding: Difference) -> None:
        _, names = self.findings.setdefault(finding.identity, (finding, []))
        if operation and operation not in names:
            names.append(operation)

    def _change(self, finding: Difference, names: list[str]) -> Change:
        document = self.old if finding.gone else self.new
        return Change(
            self.provider,
            KINDS[finding.kind],
            name_subject(document, finding.pointer),
            finding.pointer,
            finding.gone,
            finding.old,
            finding.new,
            tuple(names),
        )


def _failures(operation: Endpoint) -> dict[str, Part]:
    """Return `x-errors` of an operation over that of the root."""
    holders = (root(operation.part.document), operation.part)
    return {name: part for holder in holders for name, part in holder.members("x-errors")}


def _compare_root(old: Document, new: Document, provider: str) -> Iterator[Difference]:
    names = [Contract(provider, dict(document), None).name for document in (old, new)]
    if names[0] != names[1]:
        place = root(new).member("info", "x-name")
        yield Difference("client-renamed", place.pointer if place else "/info", False, *names)
    yield from compare_envelopes(old, new)
    yield from compare_lifecycles(old, new)
    yield from compare_unknown(old, new)
    before, after = (_statuses(Contract(provider, dict(document), None)) for document in (old, new))
    for key, (pointer, status) in after.items():
        if key in before and before[key][1] != status:
            yield Difference("provenance-changed", pointer, False, before[key][1], status)


def _statuses(contract: Contract) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (kind, name) → (pointer, status) of every fact."""
    return {(fact.kind, fact.name): (fact.place, fact.status) for fact in facts(contract)}
