"""The five contracts: against themselves nothing changed, and no constraint changes without a word."""

import copy
import json

import pytest

from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.nodes import nodes
from mediatasks.contracts.pointer import get, split
from mediatasks.diff import compare_contracts
from mediatasks.diff.schema.meaning import is_prose
from mediatasks.diff.schema.pair import pair_of
from mediatasks.diff.schema.part import Part
from mediatasks.diff.schema.schemas import SchemaComparison
from tests.contracts.test_store import FIVE

NEVER = {"not": {}}
OTHER = "another-value"


def copied(contract):
    calls = copy.deepcopy(contract.document) if contract.envelope else None
    return Contract(contract.provider, copy.deepcopy(contract.plain), calls)


@pytest.mark.parametrize("name", FIVE)
def test_nothing_changes_between_a_contract_and_itself(store, name):
    assert compare_contracts(store.contract(name), copied(store.contract(name))) == []


def test_nothing_changes_between_made_up_contracts_and_themselves(made_up):
    for contract in made_up.choose([]):
        assert compare_contracts(contract, copied(contract)) == []


def other_type(stated):
    if isinstance(stated, list):
        return stated[:-1]
    return "integer" if stated == "string" else "string"


def drop_first_member(members):
    return dict(list(members.items())[1:])


# These say which side does not send a member, so that one side sees no change; they have rows of their own.
SENDERS = ("readOnly", "writeOnly")
# Keyword → what it becomes. Of a schema without properties no member can be dropped.
MUTANTS = {
    "$ref": lambda _: "https://example.org/elsewhere",
    "type": other_type,
    "enum": lambda values: values[1:] or [OTHER],
    "const": lambda _: OTHER,
    "items": lambda _: NEVER,
    "prefixItems": lambda items: [NEVER, *items[1:]],
    "anyOf": lambda branches: branches[1:],
    "oneOf": lambda branches: branches[1:],
    "properties": drop_first_member,
    "required": lambda names: names[1:],
    "additionalProperties": lambda schema: schema is False,
    "not": lambda _: {"const": OTHER},
    "default": lambda _: OTHER,
    "format": lambda _: OTHER,
    "pattern": lambda _: OTHER,
    "contentMediaType": lambda _: OTHER,
    "contentSchema": lambda _: NEVER,
    **dict.fromkeys(("minimum", "minLength", "minItems"), lambda limit: limit + 1),
    **dict.fromkeys(("maximum", "maxLength", "maxItems"), lambda limit: limit - 1),
}


def sites(document):
    """Yield (pointer of a schema, keyword) of every constraint of a document."""
    for node in nodes(document):
        if node.is_schema:
            keywords = [k for k in node.value if not is_prose(k) and k not in SENDERS]
            yield from ((node.pointer, keyword) for keyword in keywords)


def mutate(schema, keyword):
    """Change one keyword of a schema, in place."""
    value = schema[keyword]
    schema[keyword] = MUTANTS[keyword](value)
    if keyword == "properties":
        schema["required"] = [name for name in schema.get("required", []) if name in schema[keyword]]


def owner(pointer):
    """Return the pointer of the component schema that a schema stands in, of itself where it is in none."""
    tokens = split(pointer)
    return f"/components/schemas/{tokens[2]}" if tokens[:2] == ("components", "schemas") else pointer


@pytest.mark.parametrize("name", FIVE)
def test_every_schema_of_a_contract_is_compared(store, name):
    other = copied(store.contract(name))
    places = [node.pointer for node in nodes(other.document) if node.is_schema]
    for number, place in enumerate(places):
        get(other.document, place)[f"unheard-of-{number}"] = True
    told = {change.place for change in compare_contracts(store.contract(name), other)}
    assert [p for number, p in enumerate(places) if f"{p}/unheard-of-{number}" not in told] == []


def silent_sides(document, other, place):
    """Return the sides on which nothing is told of a schema; one may be, where members are not sent."""
    parts = [Part(get(whole, place), place, whole) for whole in (document, other)]
    sides = [s for s in ("request", "response") if not SchemaComparison().compare([pair_of(*parts, s)])]
    one_sided = any(f'"{word}"' in json.dumps(parts[0].value) for word in SENDERS)
    return sides if len(sides) > one_sided else []


@pytest.mark.parametrize("name", FIVE)
def test_no_constraint_of_a_schema_changes_without_a_word(store, name):
    document = store.contract(name).document
    other = copy.deepcopy(document)
    silent = []
    for pointer, keyword in sites(document):
        schema = get(other, pointer)
        before = copy.copy(schema)
        mutate(schema, keyword)
        silent += [f"{pointer}/{keyword} {s}" for s in silent_sides(document, other, owner(pointer))]
        schema.clear()
        schema.update(before)
    assert silent == []
