"""Documents that are no contracts: the comparison says so, and never stumbles."""

import copy
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediatasks.contracts.compose.sources import read_source
from mediatasks.diff.report import build_json, describe_changes
from mediatasks.errors import ContractError, MediatasksError
from tests.diff.edits import BASE, changes, edited, with_schemas

JUNK = [
    None,
    True,
    0,
    -1.5,
    "",
    "x",
    "\ud800",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"": None},
    10**400,
    float("nan"),
]
JUNK += [{"$ref": 1}, {"$ref": "#/paths"}, {"$ref": "#/paths/x"}, {"type": [1]}, {"type": {}}, {"enum": 3}]
JUNK += [
    {"enum": [{}]},
    {"required": "ab"},
    {"required": [1]},
    {"properties": [1]},
    {"properties": {"a": 0}},
]
JUNK += [
    {"anyOf": {}},
    {"anyOf": [None]},
    {"allOf": "x"},
    {"multipleOf": 0},
    {"pattern": 5},
    {"nullable": "yes"},
]
JUNK += [{"minimum": 10**400}, {"maximum": float("inf")}, {"multipleOf": 10**400}, {"const": float("nan")}]


def places(node):
    """Return (holder, key) of every node below."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place for key, inner in items for place in ((node, key), *places(inner))]


@st.composite
def mutated(draw):
    """Return the base contract with a few nodes replaced by junk or by one another, or gone."""
    document = copy.deepcopy(BASE)
    for _ in range(draw(st.integers(1, 3))):
        found = places(document)
        holder, key = draw(st.sampled_from(found))
        way = draw(st.sampled_from(["junk", "junk", "other", "gone"]))
        if way == "gone":
            del holder[key]
        elif way == "junk":
            holder[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))
        else:
            other, place = draw(st.sampled_from(found))
            holder[key] = copy.deepcopy(other[place]) if place in other or isinstance(other, list) else None
    return document


@settings(max_examples=250, deadline=None, derandomize=True)
@given(mutated(), st.booleans())
def test_a_document_with_any_faults_is_compared_or_refused(document, is_old):
    pair = (document, BASE) if is_old else (BASE, document)
    try:
        found = changes(*pair)
    except MediatasksError:
        return
    "\n".join(describe_changes(found)).encode()
    build_json("old", "new", found, found, False)


@pytest.mark.parametrize("keyword", ["minimum", "maximum", "multipleOf", "minLength", "maxItems", "const"])
def test_a_number_of_any_size_is_compared(keyword):
    schema = {keyword: 10**400}
    assert changes(BASE, with_schemas(schema, schema))


DEEP = json.dumps(edited({"/components/schemas/Crate/properties/value": "HERE"}))
HUGE = DEEP.replace('"HERE"', '{"minimum": %s}' % ("1" * 5000))


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.json", b"", "malformed JSON"),
        ("a.json", b"\0", "malformed JSON"),
        ("a.json", b"\xff", "not UTF-8"),
        ("a.json", b"[]", "no OpenAPI document"),
        ("a.json", HUGE.encode(), "too many digits"),
        ("a.yaml", HUGE.encode(), "too many digits"),
        ("a.yaml", b"a: !!int x", "not what its tag says"),
        ("a.yaml", b"a: !!timestamp x", "not what its tag says"),
        ("a.yaml", b"a: !!python/object:os.system x", "a tag or a value"),
        ("a.yaml", b"a: [", "malformed YAML"),
        ("a.yaml", b"200: {}", "not a string"),
    ],
)
def test_a_file_that_is_no_contract_is_refused_in_our_words(tmp_path, name, content, problem):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ContractError, match=problem):
        read_source(str(tmp_path / name))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode),
    suffix=st.sampled_from(["json", "yaml"]),
)
def test_a_file_of_any_bytes_is_read_or_refused(tmp_path_factory, content, suffix):
    place = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    place.write_bytes(content)
    with pytest.raises(ContractError):
        read_source(str(place))


@pytest.mark.parametrize("options", [(), ("--format", "json")])
def test_a_console_that_lacks_characters_shows_the_report(tmp_path, options):
    snow = {
        "/components/schemas/Crate/properties/state": {"type": "string", "const": "☃ → 雪", "maxLength": 1}
    }
    for name, document in (("old", BASE), ("new", edited(snow))):
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    command = [sys.executable, "-m", "mediatasks", "diff", "old.json", "new.json", *options]
    environment = {"PYTHONIOENCODING": "cp1252", "PATH": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    shown = done.stdout.decode("cp1252")
    if options:
        assert "☃ → 雪" in json.dumps(json.loads(shown), ensure_ascii=False)
    else:
        assert "response-enum-added `Crate.state` (none) ? " in shown
