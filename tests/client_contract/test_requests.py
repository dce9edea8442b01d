"""The request that a client builds is the one that schemathesis builds."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from mediatasks_clients import taskengine

from mediatasks.client.operation import OperationSpec
from mediatasks.client.requests.builder import RequestBuilder
from mediatasks.contracts.pointer import get
from mediatasks.errors import StatusError
from tests.client_contract.agreement import same
from tests.client_contract.arguments import arguments_of, as_model, fit_case, members_of
from tests.client_contract.generation import FEW, MODEST, requests
from tests.client_contract.marks import answer, every_operation
from tests.client_contract.sent import check_same, sent_by_client, sent_by_schemathesis
from tests.client_contract.subjects import BASE_URL, LOOP, Subject, alternatives_of, client_of


def send(subject: Subject, arguments: dict[str, Any], alternative: Any = None, run: Any = None) -> Any:
    """Return the request that a public method sends; what it makes of the answer is not asked."""
    client, wire = client_of(subject.contract.provider, False, run is not None, alternative)
    wire.answer = answer(404, {})
    try:
        result = getattr(client, subject.operation.id)(**arguments)
        if run:
            run(result)
    except StatusError:
        return wire.requests.pop()
    raise AssertionError("a 404 raised nothing")


@every_operation
@given(data=st.data())
@MODEST
def test_the_request_is_that_of_schemathesis(subject: Subject, data: st.DataObject) -> None:
    case = data.draw(requests(subject))
    alternative = data.draw(st.sampled_from(alternatives_of(subject.contract)))
    fit_case(subject, case, alternative)
    ours = send(subject, arguments_of(subject, case), alternative)
    theirs = case.as_transport_kwargs(base_url=BASE_URL)
    check_same(sent_by_client(ours), sent_by_schemathesis(theirs))


@every_operation
@given(data=st.data())
@FEW
def test_models_are_sent_as_their_plain_values(subject: Subject, data: st.DataObject) -> None:
    case = data.draw(requests(subject))
    fit_case(subject, case)
    arguments = arguments_of(subject, case)
    expected = {}
    for name, value in members_of(subject, case).items():
        arguments[subject.keyword(name)], expected[name] = as_model(value, subject.hint(name))
    request = send(subject, arguments)
    if expected:
        envelope = subject.contract.envelope
        body = json.loads(request.content)
        members = get(body, envelope.params_pointer()) if envelope else body
        assert same(members, expected)


@every_operation
@given(data=st.data())
@FEW
def test_both_clients_send_the_same(subject: Subject, data: st.DataObject) -> None:
    case = data.draw(requests(subject))
    fit_case(subject, case)
    arguments = arguments_of(subject, case)
    ours, theirs = send(subject, arguments), send(subject, arguments, run=LOOP.run_until_complete)
    assert (ours.method, ours.url, ours.content) == (theirs.method, theirs.url, theirs.content)
    assert ours.headers.items() == theirs.headers.items()


def test_a_required_null_is_sent_and_an_optional_one_is_not() -> None:
    operation: OperationSpec[Any] = OperationSpec(
        "x", "POST", "/", members=("a", "b"), required=frozenset({"a"})
    )
    builder = RequestBuilder(taskengine.PROVIDER, "http://engine.test", {}, {})
    assert builder.members(operation, (None, None)) == {"a": None}
