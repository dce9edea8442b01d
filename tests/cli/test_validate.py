import io
import json
import sys
from pathlib import Path

import pytest

from mediatasks.cli.main import main

CLEAN = str(Path(__file__).parents[1] / "spec_rules/clean")
ORDER = '{"id": 7, "state": "printed"}'


@pytest.fixture
def validate(tmp_path):
    def run(text, *words):
        file = tmp_path / "body.json"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return main(["validate", *words, str(file), "--contracts", CLEAN])

    return run


def test_a_reply_that_fits_exits_with_0(validate):
    assert validate(ORDER, "shop", "get_order") == 0


def test_a_reply_that_does_not_fit_exits_with_1_and_names_the_place(validate, capsys):
    assert validate('{"id": 7, "state": "lost"}', "shop", "get_order") == 1
    assert capsys.readouterr().out.endswith(
        "body.json: 1 deviation from the reply 200 of `shop` `get_order`\n"
        "  /state\n"
        "    expected one of: waiting, printing, printed, cancelled\n"
        '    got `"lost"`\n'
    )


def test_a_request_is_held_to_the_request_schema(validate):
    assert validate("{}", "shop", "create_order", "--request") == 1


def test_an_error_is_held_to_the_schema_of_its_status(validate):
    assert validate('{"message": 5}', "shop", "get_order", "--status", "404") == 1


def test_standard_input_is_read(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ORDER.encode())))
    assert main(["validate", "shop", "get_order", "-", "--contracts", CLEAN]) == 0


def test_several_files_are_read(tmp_path, capsys):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(ORDER)
    bad.write_text("[]")
    assert main(["validate", "shop", "get_order", str(good), str(bad), "--contracts", CLEAN]) == 1
    assert "good.json: fits" in capsys.readouterr().out


def test_json_lists_every_deviation(validate, capsys):
    validate("[]", "shop", "get_order", "--format", "json")
    report = json.loads(capsys.readouterr().out)
    assert report["files"][0]["deviations"] == [
        {"pointer": "", "keyword": "type", "expected": "object", "got": "an array of 0 items"}
    ]


def test_the_body_of_an_rpc_reply_is_the_whole_envelope(validate):
    assert validate('{"ref": 1, "answer": {"number": 1, "state": "done"}}', "line", "part_state") == 0
    assert validate('{"number": 1, "state": "done"}', "line", "part_state") == 1


def test_the_one_operation_of_the_plain_view_takes_any_call(validate):
    body = '{"token": "x", "ref": 1, "call": "part.state", "with": {"number": 1}}'
    assert validate(body, "line", "post_calls", "--request") == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "got an empty body"),
        ("{", "malformed JSON at byte 1 (line 1, column 2)"),
        ('{"id": NaN}', "`NaN`, which is not a JSON number, at byte 7"),
        ("1e999", "out of range"),
        ('{"id": 1, "id": 2}', "the member `id` twice in one object at byte 10"),
        (b"\xff\xfe{}\x00", "invalid UTF-8 at byte 0"),
        (b'"\xff"', "invalid UTF-8 at byte 1"),
        ("[" * 100_000, "nested deeper than 100 levels"),
        ("1" * 5000, "out of range"),
    ],
)
def test_what_is_no_json_exits_with_2_and_one_message(validate, capsys, text, said):
    assert validate(text, "shop", "get_order") == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shp", "get_order"), "did you mean `shop`?"),
        (("shop", "get_oder"), "did you mean `get_order`?"),
        (("shop", "get_order", "--status", "418"), "declared: 200, 400, 401, 404"),
        (("shop", "cancel_order"), "has no body"),
        (("shop", "get_order", "--request"), "takes no request body"),
    ],
)
def test_a_wrong_name_exits_with_2_and_names_the_right_ones(validate, capsys, words, said):
    assert validate(ORDER, *words) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read_exits_with_2(capsys, name):
    assert main(["validate", "shop", "get_order", name, "--contracts", CLEAN]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_file_longer_than_the_limit_exits_with_2(validate, capsys, monkeypatch):
    monkeypatch.setattr("mediatasks.cli.validate.MAX_BYTES", 10)
    assert validate("[" + "1," * 10 + "1]", "shop", "get_order") == 2
    assert "is longer than the limit" in capsys.readouterr().err


def test_without_jsonschema_rs_the_extra_is_named(validate, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    assert validate(ORDER, "shop", "get_order") == 2
    assert "mediatasks[mock]" in capsys.readouterr().err
