import pytest
import requests
from schemathesis import errors

from mediatasks.check.engine.engine_failure import describe_failure


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (requests.ConnectTimeout("Max retries exceeded"), "no whole reply in time"),
        (requests.ConnectionError("RemoteDisconnected"), "the connection broke, or was refused"),
        (errors.InvalidSchema("Bad items"), "a schema of the contract is not valid"),
        (
            errors.InfiniteRecursiveReference("x", []),
            "a schema of the contract requires itself without end",
        ),
        (KeyError("x"), "the engine failed (KeyError)"),
    ],
)
def test_a_failure_of_the_engine_is_told_in_our_words(error, said):
    assert describe_failure(error) == said


@pytest.mark.parametrize("kind", [requests.exceptions.InvalidJSONError, requests.TooManyRedirects])
def test_each_failure_of_requests_has_words(kind):
    assert "engine failed" not in describe_failure(kind("library's words"))
