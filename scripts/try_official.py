"""Try random instances of a vendor's official OpenAPI document on a contract and its client.

    python scripts/try_official.py livepeer DOCUMENT [--examples N] [--seed N]

schemathesis makes instances of the official schemas; the contract's own schema must accept each, and the
client must read each without a deviation. Every refusal is counted with its place and reason. Exit codes:
0 where at least 99 % of each schema pass, 1 below, 2 could not run. The document stays the user's.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from mediatasks.client.replies.reading import Unreadable, read_value
from mediatasks.contracts.compose.files import read_json, read_yaml
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import split
from mediatasks.contracts.schema.validation import Validator
from mediatasks.errors import MediatasksError, UsageError

LEAST = 0.99


@dataclass(frozen=True)
class Pair:
    """An official schema and the component of the contract that stands for it.

    `required` are members (with dots for inner ones) that are required besides: what identifies the
    resource and its state. `reply` says that the client reads it.
    """

    official: str
    component: str
    required: tuple[str, ...] = ()
    reply: bool = True


PAIRS = {
    "livepeer": (
        Pair("task", "Task", ("id", "status.phase")),
        Pair("asset", "Asset"),
        Pair("transcode-payload", "TranscodeCreate", reply=False),
    )
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("provider", choices=sorted(PAIRS))
    parser.add_argument("document", type=Path, help="the vendor's official OpenAPI document, YAML or JSON")
    parser.add_argument("--examples", type=int, default=800, help="instances of each schema (800)")
    parser.add_argument("--seed", type=int, default=1)
    parsed = parser.parse_args(arguments)
    try:
        return try_document(parsed.provider, parsed.document, parsed.examples, parsed.seed)
    except MediatasksError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def try_document(provider: str, path: Path, examples: int, seed: int) -> int:
    """Print a line for each pair and its refusals; return the exit code."""
    document = read_json(path) if path.suffix == ".json" else read_yaml(path)
    schemas = document.get("components", {}).get("schemas", {}) if isinstance(document, dict) else {}
    contract, code = open_store().contract(provider), 0
    for pair in PAIRS[provider]:
        if pair.official not in schemas:
            raise UsageError(f"{path} has no schema `{pair.official}`; is it the document of `{provider}`?")
        refusals: Counter[str] = Counter()
        total = passed = 0
        for instance in make_instances(document, pair, examples, seed):
            found = list(refusals_of(contract, pair, instance))
            refusals.update(set(found))
            total, passed = total + 1, passed + (not found)
        share = passed / total if total else 0.0
        code = code if total and share >= LEAST else 1
        print(
            f"{pair.official} → {pair.component}: {passed} of {total} pass ({share:.1%}), least {LEAST:.0%}"
        )
        for refusal, count in refusals.most_common(40):
            print(f"  {count} times: {refusal}")
    return code


def refusals_of(contract: Contract, pair: Pair, instance: Any) -> Iterator[str]:
    """Yield why the contract refuses an instance, and what the typed client cannot read of it."""
    for found in _validator(contract, pair.component).deviations(instance):
        yield f"contract: {_general(found.pointer)}: expected {found.expected}, got {found.got}"
    if pair.reply:
        kind = getattr(import_module(f"mediatasks_clients.{contract.provider}.models"), pair.component)
        try:
            deviations = read_value(kind, instance, pair.component)[1]
        except Unreadable as error:
            deviations = (error.deviation,)
        for told in deviations:
            yield f"client: {told.pattern}: expected {told.expected}, got {told.got}"


@cache
def _validator(contract: Contract, component: str) -> Validator:
    return Validator.of(contract, {"$ref": f"#/components/schemas/{component}"})


def _general(pointer: str) -> str:
    """Return a pointer with `*` for the indexes, so that equal refusals count as one."""
    return "".join("/*" if token.isdecimal() else f"/{token}" for token in split(pointer)) or "/"


def make_instances(document: Mapping[str, Any], pair: Pair, examples: int, seed: int) -> list[Any]:
    """Return random instances of an official schema, the same for the same seed."""
    import hypothesis
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.config import SchemathesisConfig

    components = _mended(copy.deepcopy(document["components"]))
    wanted = components["schemas"][pair.official]
    for path in pair.required:
        _require(wanted, path.split("."))
    # There is no public call from a schema to instances: it stands as the body of a made-up request.
    body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{pair.official}"}}}
    made = {
        "openapi": "3.1.0",
        "info": {"title": "instances", "version": "1"},
        "components": components,
        "paths": {
            "/": {"post": {"requestBody": {"required": True, "content": body}, "responses": {"200": _OK}}}
        },
    }
    config = SchemathesisConfig.from_dict({"generation": {"mode": "positive"}})
    operation = schemathesis.openapi.from_dict(made, config=config)["/"]["POST"]
    found: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def collect(case: Any) -> None:
        found.append(json.loads(json.dumps(case.body)))

    collect()
    return found


_OK = {"description": "ok"}


def _require(schema: dict[str, Any], steps: Sequence[str]) -> None:
    """Require a member, and in it the next one."""
    schema["required"] = sorted({*schema.get("required", ()), steps[0]})
    if steps[1:]:
        _require(schema["properties"][steps[0]], steps[1:])


def _mended(components: Any) -> Any:
    """Return components that mean what they seem to.

    A schema with `properties` and no type is an object. A `$ref` among `properties` stands for the
    members of another schema. `readOnly` and `writeOnly` go, or a body would lack members.
    """
    for schema in _walk(components):
        if isinstance(schema.get("properties"), dict) and not isinstance(schema.get("type"), str | list):
            schema["type"] = "object"
        for key in ("readOnly", "writeOnly"):
            if isinstance(schema.get(key), bool):
                del schema[key]
        properties = schema.get("properties")
        if isinstance(properties, dict) and isinstance(properties.get("$ref"), str):
            reference = properties.pop("$ref")
            target: Any = {"components": components}
            for token in split(reference.removeprefix("#")):
                target = target[token]
            properties.update(copy.deepcopy(target))
    return components


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in list(value.values()):
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


if __name__ == "__main__":
    sys.exit(main())
