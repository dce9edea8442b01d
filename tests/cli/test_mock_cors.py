"""`mediatasks mock --cors`: which pages may call the mock that is served."""

import pytest

from mediatasks.cli import main, mock
from tests.conftest import MADE_UP


@pytest.fixture
def served(monkeypatch):
    """Return what runs the command without a port, and returns the mock that would be served."""
    found = []
    monkeypatch.setattr(mock, "serve", lambda mock, host, port, ready: found.append(mock))

    def run(*words):
        code = main.main(["mock", "--contracts", str(MADE_UP), *words])
        return found.pop() if code == 0 else code

    return run


@pytest.mark.parametrize(
    ("words", "origins"),
    [
        ([], set()),
        (["--cors", "https://a.example"], {"https://a.example"}),
        (
            ["--cors", "https://a.example", "http://10.0.0.1:3000"],
            {"https://a.example", "http://10.0.0.1:3000"},
        ),
        (["--cors", "https://a.example", "--cors", "null"], {"https://a.example", "null"}),
        (["--cors", "*"], {"*"}),
    ],
)
def test_the_origins_that_are_named_are_let_in(served, words, origins):
    cors = served(*words).cors
    assert (cors.is_on, cors.origins) == (True, origins)


@pytest.mark.parametrize(
    "words", [["press", "--cors", "https://a.example"], ["--cors", "https://a.example", "press"]]
)
def test_providers_may_stand_before_and_after(served, words):
    assert [*served(*words).services] == ["press"]


@pytest.mark.parametrize("words", [["--cors", "none"], ["--cors", "none", "press"]])
def test_no_page_is_let_in_where_none_is_said(served, words):
    assert not served(*words).cors.is_on


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["app.example"], "--cors: `app.example` is no origin"),
        (["https://a.example/", "http://x"], "did you mean `https://a.example`?"),
        (["none", "https://a.example"], "--cors: expected origins or `none`, got both"),
    ],
)
def test_what_is_no_origin_ends_in_one_message_and_exit_2(served, capsys, words, message):
    assert served("--cors", *words) == 2
    assert message in capsys.readouterr().err
