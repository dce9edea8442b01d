"""Which requests meet which fault: rules, as a file, an option or Python gives them."""

import json
import threading
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

from mediatasks.contracts.compose import files as contract_files
from mediatasks.contracts.model.contract import Operation
from mediatasks.contracts.schema.validation import Validator
from mediatasks.contracts.wording import quoted
from mediatasks.errors import UsageError, nearest
from mediatasks.mock.faults.answers import ContentType, Failure, RateLimit, Status
from mediatasks.mock.faults.breach import Breach
from mediatasks.mock.faults.fault import Fault, read_value
from mediatasks.mock.faults.stuck import Stuck
from mediatasks.mock.faults.travel import Drip, Latency, Lost, Reset, Truncate

FAULTS: dict[str, type[Fault]] = {
    kind.name: kind
    for kind in (
        *(Breach, ContentType, Drip, Failure, Latency, Lost),
        *(RateLimit, Reset, Status, Stuck, Truncate),
    )
}
_UNKNOWN = "unevaluatedProperties"
_WHERE = ("fault", "provider", "operation", "name", "kind", "rate", "times", "after")


class FaultRule:
    """One fault and the requests that it meets. `data` is a rule of `faults.schema.json`."""

    def __init__(self, data: Mapping[str, Any], place: str) -> None:
        self.place = place
        self.provider: str | None = data.get("provider")
        self.operation: str | None = data.get("operation")
        self.name: str | None = data.get("name")
        self.kind: str | None = data.get("kind")
        self.rate: float = data.get("rate", 1)
        self.times: int | None = data.get("times")
        self.after: int = data.get("after", 0)
        members = {name: value for name, value in data.items() if name not in _WHERE}
        self.fault = FAULTS[data["fault"]](**members)
        self._kinds: dict[int, str] = {}
        self._lock = threading.Lock()
        self.rewind("")

    def rewind(self, seed: str | None) -> None:
        """Begin again; what is drawn comes from `seed`."""
        self.rng = Random(seed)
        self._seen = self._met = 0

    def covers(self, operation: Operation) -> bool:
        """Whether requests to the operation may meet the fault."""
        return (
            self.provider in (None, operation.contract.provider)
            and self.operation in (None, operation.id, operation.rpc_method)
            and self.kind in (None, self.kind_for(operation))
        )

    def kind_for(self, operation: Operation) -> str:
        """Return `documented` or `breaking`."""
        key = id(operation)
        if key not in self._kinds:
            self._kinds[key] = self.fault.kind(operation)
        return self._kinds[key]

    def draw(self) -> Random | None:
        """Count a request; return a source of its chances if it meets the fault, else None."""
        with self._lock:
            self._seen += 1
            over = self.times is not None and self._met >= self.times
            if self._seen <= self.after or over or (self.rate < 1 and self.rng.random() >= self.rate):
                return None
            self._met += 1
            return Random(self.rng.getrandbits(64))


def read_rules(path: Path) -> list[FaultRule]:
    """Return the rules of a YAML or JSON file. Raises ContractError or UsageError."""
    read = contract_files.read_json if path.suffix == ".json" else contract_files.read_yaml
    document = read(path)
    _judge(document, "", str(path))
    return [FaultRule(data, f"{path}: `/faults/{i}`") for i, data in enumerate(document["faults"])]


def make_rule(given: str | Mapping[str, Any]) -> FaultRule:
    """Return a rule from a mapping, or `[PROVIDER[.OPERATION]=]NAME[:ARG][@RATE]`. Raises UsageError."""
    place = f"the fault `{given[:200]}`" if isinstance(given, str) else "the fault"
    data = read_short(given) if isinstance(given, str) else given
    _judge(data, "rule", place)
    return FaultRule(data, place)


def read_short(text: str) -> dict[str, Any]:
    """Return the rule that the short form stands for, not yet judged. Raises UsageError."""
    where, equals, what = text.strip().partition("=")
    if not equals or ":" in where:
        where, equals, what = "", "", text.strip()
    what, at, rate = what.rpartition("@") if "@" in what else (what, "", "")
    name, _, argument = what.partition(":")
    if name not in FAULTS:
        raise UsageError(f"the fault `{text[:200]}`: no fault `{name[:60]}`; {nearest(name[:60], FAULTS)}")
    rule: dict[str, Any] = {"fault": name}
    if equals:
        provider, _, operation = where.partition(".")
        rule |= {"provider": provider} | ({"operation": operation} if operation else {})
    if at:
        rule["rate"] = read_value(rate)
    return rule | FAULTS[name].read(argument)


def _judge(data: Any, part: str, place: str) -> None:
    """Raise UsageError where `data` breaks the schema, or that `part` of it."""
    try:
        json.dumps(data, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        raise UsageError(f"{place}: holds a value that JSON does not know") from None
    found = _validator(part).deviations(data)
    if not found:
        return
    breach = max(found, key=lambda d: len(d.steps) - (d.keyword == _UNKNOWN))
    if breach.keyword == _UNKNOWN:
        extra = ", ".join(quoted(d.steps[-1]) for d in found if d.keyword == _UNKNOWN)
        raise UsageError(f"{place}: this fault takes no {extra}")
    raise UsageError(f"{place}: at `{breach.pointer or '/'}`: expected {breach.expected}, got {breach.got}")


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a file of faults."""
    text = files("mediatasks.mock.faults").joinpath("faults.schema.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


@cache
def _validator(part: str) -> Validator:
    document = schema()
    whole = {keyword: value for keyword, value in document.items() if not keyword.startswith("$")}
    return Validator({"$ref": f"#/$defs/{part}"} if part else whole, {"$defs": document["$defs"]})
