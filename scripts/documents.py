"""The documents that are generated: docs/extensions.md, docs/lifecycles.md, and tables in other pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lifecycle_diagram import draw_lifecycle

from mediatasks.check.engine.settings import CHECKS
from mediatasks.contracts.compose.extensions import read_extensions
from mediatasks.contracts.compose.files import read_text
from mediatasks.contracts.lifecycle.resource import Resource
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.provenance.facts import count, facts
from mediatasks.diff import SECTIONS
from mediatasks.errors import ContractError
from mediatasks.judge.rule import RUN_RULES, read_rules

ROOT = Path(__file__).resolve().parents[1]
MADE_UP = ROOT / "tests/made_up"
# Where a generated table stands in a page: the page → its name in the markers.
PROVIDERS, RULES, CHANGES = "providers", "checks", "kinds"
_NOTICE = "<!-- Generated from {source} by scripts/generate.py; do not edit. -->\n\n"


def write_documents(contracts: Iterable[Contract], root: Path = ROOT) -> dict[str, str]:
    """Return path below `root` → text of every generated document; nothing is written.

    README.md and docs/contract-changes.md are among them where they exist. Raises ContractError where
    their markers are missing.
    """
    chosen = list(contracts)
    documents = {
        "docs/extensions.md": describe_extensions(read_extensions()),
        "docs/lifecycles.md": describe_lifecycles(chosen),
    }
    tables = {
        "README.md": (PROVIDERS, tabulate_providers(chosen)),
        "docs/check.md": (RULES, tabulate_rules()),
        "docs/contract-changes.md": (CHANGES, tabulate_kinds()),
    }
    for name, (marker, table) in tables.items():
        if (root / name).is_file():
            documents[name] = fill_table(name, read_text(root / name), marker, table)
    return documents


def describe_extensions(document: Mapping[str, Any]) -> str:
    """Return docs/extensions.md: what each `x-` key is for, where it stands, and its JSON Schema."""
    extensions, definitions = document["extensions"], document["definitions"]
    text = _NOTICE.format(source="src/mediatasks/contracts/compose/extensions.yaml")
    text += "# Extensions\n\nEvery `x-` key that a contract may hold. The spec lint refuses any other, "
    text += "one that stands elsewhere, and one of another shape; `--contracts` refuses any other too.\n\n"
    text += f"{_examples()}\n## Keys\n\n"
    text += _table(
        ("key", "purpose", "stands on", "read by"),
        [
            (f"[`{key}`](#{key})", data["purpose"], ", ".join(data["place"]), data["reader"])
            for key, data in extensions.items()
        ],
    )
    text += "\nShapes are JSON Schema 2020-12. `#/$defs/NAME` is a definition of the last section.\n"
    for key, data in extensions.items():
        text += f"\n## {key}\n\n{data['purpose'].strip()}\n\n{_json(data['shape'])}"
    text += "\n## Definitions\n"
    for name, definition in definitions.items():
        text += f"\n### {name}\n\n{_json(definition)}"
    return text


def quote_member(path: Path, member: str) -> str:
    """Return a top-level member of a YAML file as it is written. Raises ContractError if there is none."""
    found = re.search(rf"^{re.escape(member)}:.*\n(?:(?:[ #].*)?\n)*", read_text(path), re.MULTILINE)
    if found is None:
        raise ContractError(str(path), f"has no member `{member}`", "the generated documents quote it")
    return f"```yaml\n{found[0].rstrip()}\n```\n"


def describe_lifecycles(contracts: Iterable[Contract]) -> str:
    """Return docs/lifecycles.md: a diagram and a table of states per provider."""
    text = _NOTICE.format(source="the contracts' `x-lifecycle`")
    text += "# Lifecycles\n\nHow each provider's task moves. A move without a label happens by itself; "
    text += "a label names the operation that causes it.\n"
    for contract in contracts:
        if contract.task is not None:
            text += f"\n## {contract.provider}\n\n{_task(contract.task)}"
    return text


def tabulate_providers(contracts: Iterable[Contract]) -> str:
    """Return the provider table of the README, in Markdown."""
    rows = []
    for contract in contracts:
        info = contract.document["info"]
        numbers = [str(n) for n in count(facts(contract)).values()]
        title = f"`{contract.provider}`"
        operations = ", ".join(f"`{name}`" for name in contract.operations)
        rows.append((title, info["title"], f"`{contract.name}`", operations, " / ".join(numbers)))
    heading = ("provider", "API", "client", "operations", "facts")
    note = "\nFacts: documented / published / observed / inferred.\n"
    return _table(heading, rows) + note


def tabulate_rules() -> str:
    """Return the table of checks of docs/check.md, in Markdown."""
    own = [(f"`{rule.id}`", rule.title, "mediatasks") for rule in read_rules().values()]
    theirs = [(f"`{name.replace('_', '-')}`", claim, "schemathesis") for name, claim in CHECKS.items()]
    run = [(f"`{name}`", claim, "the run") for name, claim in RUN_RULES.items()]
    return _table(("check", "what must be so", "made by"), [*own, *theirs, *run])


def fill_table(name: str, page: str, marker: str, table: str) -> str:
    """Return `page` with `table` between its markers. Raises ContractError where one is missing."""
    first, last = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    start, end = page.find(first), page.find(last)
    if start < 0 or end < start:
        advice = f"put `{first}` and `{last}` where the table belongs"
        raise ContractError(name, f"has no place for the table of {marker}", advice)
    return f"{page[: start + len(first)]}\n{table}{page[end:]}"


def tabulate_kinds() -> str:
    """Return the kinds of contract changes, a table a section, in Markdown."""
    text = ""
    for section, kinds in SECTIONS.items():
        cells = [(f"`{k.id}`", k.what, _effect(k.clients), _effect(k.servers), k.why) for k in kinds]
        table = _table(("kind", "what changed", "for clients", "for servers", "why"), cells)
        text += f"\n### {section}\n\n{table}"
    return f"{text}\n"


def _effect(breaking: bool) -> str:
    return "breaking" if breaking else "compatible"


def _examples() -> str:
    """Return the worked examples, quoted from contracts that the tests run."""
    return (
        "## A lifecycle, worked\n\nThe whole `x-lifecycle` of a made-up provider that prints. One "
        "resource, `Print` (a component schema), is told apart by its `key` and is in the first of its "
        "`states` whose `when` holds. The mock moves it along `next` by itself, `lasts` seconds a state, "
        "unless `by` names the operation that must be called; a client waits, reading every `poll` "
        "seconds, until a state is `final`. `operations` says what each operation does to it.\n\n"
        + quote_member(MADE_UP / "press/openapi.yaml", "x-lifecycle")
        + "\n## An RPC envelope, worked\n\nThe `x-rpc` of a made-up provider: where method, params and "
        "number of a call stand in the request body, and result and error in the reply.\n\n"
        + quote_member(MADE_UP / "render/envelope.yaml", "x-rpc")
    )


def _task(task: Resource) -> str:
    text = f"```mermaid\n{draw_lifecycle(task)}```\n\n"
    rows = []
    for name, state in task.states.items():
        following = ", ".join(dict.fromkeys(move.to for move in state.moves)) or "–"
        note = state.data.get("note", "")
        rows.append((f"`{name}`", state.phase, "yes" if state.final else "no", following, note))
    return text + _table(("state", "phase", "final", "next", "note"), rows)


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = [_cell(cell) for cell in heading]
    lines = [titles, ["---"] * len(titles), *([_cell(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def _json(value: Any) -> str:
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```\n"
