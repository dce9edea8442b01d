import pytest

from mediatasks.contracts.compose.files import read_json, read_yaml
from mediatasks.errors import ContractError


@pytest.fixture
def file(tmp_path):
    return tmp_path / "openapi.yaml"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1,\n", "is malformed YAML at column 1"),
        ("a: \x01", "a character that YAML forbids"),
        ("a: 1\na: 2\n", "the key `a` stands twice"),
        ("responses:\n  200: x\n", "the key `200` is not a string"),
        ("a: &x [1]\nb: *x\n", "uses an alias"),
        ("a: !!python/object/apply:os.system [echo]\n", "uses a tag or a value that contracts do not have"),
        ("a: " + "[" * 200 + "]" * 200, "nested deeper"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(file, text, problem):
    file.write_text(text)
    with pytest.raises(ContractError, match=problem) as caught:
        read_yaml(file)
    assert str(file) in str(caught.value)


def test_dates_stay_strings(file):
    file.write_text("date: 2025-12-14\n")
    assert read_yaml(file) == {"date": "2025-12-14"}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ContractError, match="cannot be read"):
        read_yaml(tmp_path / "nowhere.yaml")


def test_a_file_over_the_limit_is_refused(file, monkeypatch):
    monkeypatch.setattr("mediatasks.contracts.compose.files.MAX_BYTES", 10)
    file.write_text("a: 123456789\n")
    with pytest.raises(ContractError, match="the limit is 10"):
        read_yaml(file)


def test_broken_json_is_refused_with_its_line(tmp_path):
    (tmp_path / "a.json").write_text("{\n  oops\n}")
    with pytest.raises(ContractError, match=r"a\.json:2: is malformed JSON at column"):
        read_json(tmp_path / "a.json")


def test_text_that_is_not_utf8_is_refused(file):
    file.write_bytes(b"a: \xff\n")
    with pytest.raises(ContractError, match="is not UTF-8 at byte 3"):
        read_yaml(file)
