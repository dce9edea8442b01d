import pytest

from mediatasks.contracts.expression import Scope, evaluate, expand
from mediatasks.contracts.pointer import MISSING

SCOPE = Scope(
    path={"id": 7},
    query={"limit": 3},
    header={"client": "demo"},
    body={"job": {"workflow": "vodcapture"}},
    response=[{"id": 9}],
    resource={"state": "queued"},
    each={"uri": "file:///a"},
    total=12,
    count=5,
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$request.path.id", 7),
        ("$request.query.limit", 3),
        ("$request.header.Client", "demo"),
        ("$request.body#/job/workflow", "vodcapture"),
        ("$request.body", {"job": {"workflow": "vodcapture"}}),
        ("$response.body#/0/id", 9),
        ("$resource#/state", "queued"),
        ("$each#/uri", "file:///a"),
        ("$total", 12),
        ("$count", 5),
        ("queued", "queued"),
        (4, 4),
    ],
)
def test_an_expression_stands_for_its_value(expression, value):
    assert evaluate(expression, SCOPE) == value


def test_a_parameter_that_was_not_sent_is_missing():
    assert evaluate("$request.query.state", SCOPE) is MISSING


def test_an_unknown_expression_is_refused():
    with pytest.raises(ValueError, match=r"\$request.cookie.a"):
        evaluate("$request.cookie.a", SCOPE)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("$request.body#/job/workflow", "vodcapture"),
        ("{$request.body#/job}", {"workflow": "vodcapture"}),
        ("https://host/{$request.path.id}?w={$request.body#/job/workflow}", "https://host/7?w=vodcapture"),
        ("https://host/fixed", "https://host/fixed"),
        ("{$request.body#/nothing}", MISSING),
        ("https://host/{$request.body#/nothing}", MISSING),
        ("https://host/{$request.body#/job}", MISSING),
    ],
)
def test_the_key_of_a_callback_stands_for_its_address(key, value):
    assert expand(key, SCOPE) == value
