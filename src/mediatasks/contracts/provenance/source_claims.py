"""What of a contract has to occur in its sources: names, values, examples, and the locators themselves."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.nodes import nodes
from mediatasks.contracts.pointer import MISSING, get, join, split
from mediatasks.contracts.provenance.facts import ContractFact, facts, name_of_value

_INFERRED = "inferred: no source states it"
# Members that hold data, in which `x-provenance` would be no extension.
_DATA = ("value", "example", "examples", "default", "const")
_LISTS = ("enum", "examples", "responses", "members", "required", "keywords")


@dataclass(frozen=True)
class Claim:
    """Texts that have to occur behind the place that a locator leads to, in their order."""

    place: str
    kind: str
    name: str
    source: str
    locator: str
    texts: tuple[str, ...] = ()
    route: tuple[str, str] | None = None
    # One of the texts is enough.
    either: bool = False
    # Case does not count: names of headers, schemes.
    fold: bool = False


def read_claims(contract: Contract, unchecked: Counter[str]) -> Iterator[Claim]:
    """Yield what has a text of its own; what has none is counted in `unchecked`."""
    for fact in facts(contract):
        if not fact.source:
            unchecked[_INFERRED] += 1
            continue
        claim = _claim(contract, fact)
        if claim is None:
            unchecked[f"{fact.kind}: has no text of its own"] += 1
        else:
            yield claim
        yield from _single_examples(contract, fact, unchecked)
        yield from _repeats(contract, fact)
    yield from _examples(contract, unchecked)


def _claim(contract: Contract, fact: ContractFact) -> Claim | None:
    """Return what has to occur for a fact; None where it has no text of its own."""
    tokens = split(fact.place)
    value = _value(contract, fact.place)
    texts: list[str] = []
    route = None
    if fact.kind == "operation":
        path, method = tokens[1:3]
        # The path of an RPC method ends in `#METHOD`.
        route = None if "#" in path else (method.upper(), path)
        texts = [path.partition("#")[2]]
    elif fact.kind in ("property", "header"):
        texts = [tokens[-1]]
    # A placeholder of a path may have any name.
    elif fact.kind == "parameter" and value["in"] != "path":
        texts = [value["name"]]
    elif fact.kind in ("value", "default"):
        texts = [name_of_value(value)]
    elif fact.kind == "status" and "#" not in tokens[1]:
        texts = [tokens[-1], f"{tokens[-1][0]}xx"]
    elif fact.kind == "securityScheme":
        texts = [value.get("name") or value.get("scheme", "")]
    if not any(texts) and route is None:
        return None
    fold = fact.kind in ("header", "securityScheme")
    return Claim(
        *(fact.place, fact.kind, fact.name, fact.source, fact.locator, tuple(texts), route),
        either=fact.kind == "status",
        fold=fold,
    )


def _value(contract: Contract, place: str) -> Any:
    found = get(contract.document, place)
    return get(contract.plain, place) if found is MISSING else found


def _examples(contract: Contract, unchecked: Counter[str]) -> Iterator[Claim]:
    for node in nodes(contract.document):
        stated = node.value.get("x-provenance")
        if node.kind != "example" or not isinstance(stated, dict) or "$ref" in node.value:
            continue
        if "source" not in stated:
            unchecked[_INFERRED] += 1
            continue
        texts = tuple(_leaves(node.value.get("value")))
        source, locator = str(stated["source"]), str(stated.get("locator", ""))
        yield Claim(node.pointer, "example", node.name, source, locator, texts)


def _single_examples(contract: Contract, fact: ContractFact, unchecked: Counter[str]) -> Iterator[Claim]:
    """Yield the examples that stand beside a parameter or a property."""
    if fact.kind not in ("parameter", "property"):
        return
    value = _value(contract, fact.place)
    examples = value.get("examples", [])
    shown = examples if isinstance(examples, list) else []
    places = {f"{fact.place}/examples/{i}": example for i, example in enumerate(shown)}
    if "example" in value:
        places[f"{fact.place}/example"] = value["example"]
    listed = value.get("x-provenance", {}).get("examples", {})
    for place, example in places.items():
        stated = listed.get(name_of_value(example))
        source, locator = (fact.source, fact.locator)
        if stated:
            source, locator = stated.get("source", ""), stated.get("locator", "")
        if source:
            yield Claim(place, "example", fact.name, source, locator, tuple(_leaves(example)))
        else:
            unchecked[_INFERRED] += 1


def _repeats(contract: Contract, fact: ContractFact) -> Iterator[Claim]:
    """Yield the numbers of a webhook's repetitions."""
    if fact.kind != "webhook":
        return
    place = join([*split(fact.place)[:-1], "x-delivery"])
    delivery = get(contract.document, place)
    if delivery is MISSING or "repeats" not in delivery:
        return
    stated = delivery.get("x-provenance", {"source": fact.source, "locator": fact.locator})
    source, locator = stated.get("source", ""), stated.get("locator", "")
    numbers = tuple(json.dumps(number) for number in delivery["repeats"].values())
    yield Claim(f"{place}/repeats", "repeats", fact.name, source, locator, numbers)


def _leaves(value: Any) -> Iterator[str]:
    """Yield the names and single values of an example, in their order."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, str):
        if value:
            yield value
    else:
        yield json.dumps(value)


def read_locators(contract: Contract) -> Iterator[Claim]:
    """Yield every statement of a source with its locator, those of single values included, each once."""
    seen = set()
    for document in (contract.document, contract.plain):
        for pointer, stated in _walk(document, ""):
            key = (stated.get("source"), stated.get("locator"))
            if all(isinstance(part, str) for part in key) and key not in seen:
                seen.add(key)
                name = split(pointer)[-2] if pointer.count("/") > 1 else pointer
                yield Claim(pointer, "locator", name, str(key[0]), str(key[1]))


def _walk(value: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from _walk(item, f"{pointer}/{i}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            place = pointer + join([key])
            if key == "x-provenance" and isinstance(inner, dict):
                yield place, inner
                if isinstance(inner.get("default"), dict):
                    yield f"{place}/default", inner["default"]
                for part in _LISTS:
                    for name, fact in inner.get(part, {}).items():
                        yield place + join([part, name]), fact
            elif key == "x-left-out" and not pointer and isinstance(inner, list):
                for i, entry in enumerate(inner):
                    yield f"{place}/{i}", entry
            elif key not in _DATA or pointer == "/components":
                yield from _walk(inner, place)
