"""Defects of what a client sends, how often, and for how long."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from mediatasks_clients import kokoon, livepeer, taskengine, vionlabs

from mediatasks.client import retry, session
from mediatasks.client.operation import Provider
from mediatasks.client.requests import builder, json_body
from mediatasks.client.requests.builder import RequestBuilder
from mediatasks.client.transport import http_client
from mediatasks.contracts.model.envelope import Envelope, RpcCall
from tests.client_contract.mutants import caught_by

SAME = "client_contract/test_requests.py::test_the_request_is_that_of_schemathesis"
MODELS = "client_contract/test_requests.py::test_models_are_sent_as_their_plain_values"
BOTH = "client_contract/test_requests.py::test_both_clients_send_the_same"


def change(target: Any, **values: Any) -> None:
    """Set attributes, those of frozen objects too."""
    for name, value in values.items():
        object.__setattr__(target, name, value)


def change_class(target: type, **values: Any) -> None:
    """Set attributes of a class."""
    for name, value in values.items():
        setattr(target, name, value)


def change_credentials(provider: Provider, **values: Any) -> None:
    """Change every credential of a provider."""
    change(provider, credentials=tuple(replace(c, **values) for c in provider.credentials))


@caught_by(f"{SAME}[taskengine-list_jobs]")
def query_parameter_dropped() -> None:
    """The last query parameter is not sent."""
    change(builder, urlencode=lambda pairs: urlencode(pairs[:-1]))


@caught_by(f"{SAME}[taskengine-list_jobs]")
def empty_query_value_dropped() -> None:
    """A query parameter with an empty value is not sent."""
    change(builder, urlencode=lambda pairs: urlencode([p for p in pairs if p[1]]))


@caught_by(f"{SAME}[vionlabs-list_items]")
def ampersand_left_in_query() -> None:
    """An ampersand in a query value is not escaped."""
    change(builder, urlencode=lambda pairs: urlencode(pairs).replace("%26", "&"))


@caught_by(f"{SAME}[kokoon-list_tasks]")
def query_parameter_under_python_name() -> None:
    """A query parameter bears another name than on the wire."""
    operation = kokoon.KoKoon.operations["list_tasks"]
    renamed = tuple(replace(p, name=p.name.replace("_", "")) for p in operation.parameters)
    change(operation, parameters=renamed)


@caught_by(f"{SAME}[taskengine-list_jobs]")
def bool_sent_as_python_writes_it() -> None:
    """A boolean parameter is sent as `True`."""
    change(builder, parameter_text=lambda name, value: str(value))


@caught_by(f"{SAME}[livepeer-get_task]")
def path_not_escaped() -> None:
    """A path parameter is put into the path as it is."""
    change(builder, path_text=lambda name, value: str(value))


@caught_by(f"{SAME}[vionlabs-get_product_task]")
def path_parameters_swapped() -> None:
    """Two path parameters change places."""
    operation = vionlabs.Vionlabs.operations["get_product_task"]
    first, second, *rest = operation.parameters
    change(operation, parameters=(second, first, *rest))


@caught_by("client/test_request.py::test_a_path_parameter_is_escaped_and_stays_one_segment")
def slash_left_in_path() -> None:
    """A slash in a path parameter is not escaped."""
    change(builder, path_text=lambda name, value: quote(str(value), safe="/"))


@caught_by("client/test_request.py::test_dots_do_not_climb_the_path")
def dots_climb_the_path() -> None:
    """A path parameter `..` leads to another resource."""
    change(builder, path_text=lambda name, value: quote(str(value), safe=""))


@caught_by(f"{SAME}[taskengine-update_job]")
def method_swapped() -> None:
    """An operation is sent with another HTTP method."""
    change(taskengine.TaskEngine.operations["update_job"], method="PUT")


@caught_by(f"{SAME}[taskengine-create_job]")
def content_type_missing() -> None:
    """A body is sent without its content type."""
    finish = RequestBuilder._finish

    def without(*arguments: Any) -> Any:
        built = finish(*arguments)
        headers = {name: v for name, v in built.headers.items() if name != "content-type"}
        return replace(built, headers=headers)

    change_class(RequestBuilder, _finish=without)


@caught_by(f"{SAME}[taskengine-get_job]")
def credential_under_another_name() -> None:
    """A credential travels in a header of another name."""
    change_credentials(taskengine.PROVIDER, name="x-api-key")


@caught_by(f"{SAME}[kokoon-get_task]")
def credential_in_the_query() -> None:
    """A credential travels in the query instead of a header."""
    change_credentials(kokoon.PROVIDER, place="query")


@caught_by(f"{SAME}[livepeer-get_task]")
def bearer_word_missing() -> None:
    """A bearer token is sent without the word before it."""
    change_credentials(livepeer.PROVIDER, place="header")


@caught_by(f"{SAME}[taskengine-get_status]")
def credential_sent_where_none_is_asked() -> None:
    """Credentials go to an operation that takes none."""
    change(taskengine.PROVIDER, own_security={})


@caught_by(f"{SAME}[livepeer-create_transcode]")
def body_member_renamed() -> None:
    """A member of a body bears its Python name."""
    operation = livepeer.Livepeer.operations["create_transcode"]
    change(operation, members=tuple("creator_id" if m == "creatorId" else m for m in operation.members))


@caught_by(f"{SAME}[vionlabs-upsert_item]")
def body_members_swapped() -> None:
    """Two members of a body change places."""
    operation = vionlabs.Vionlabs.operations["upsert_item"]
    names = {"id": "title", "title": "id"}
    change(operation, members=tuple(names.get(m, m) for m in operation.members))


@caught_by(f"{SAME}[livepeer-create_transcode]")
def body_float_truncated() -> None:
    """A fraction in a body is cut off."""
    change_members(lambda value: int(value) if isinstance(value, float) else value)


@caught_by(f"{SAME}[taskengine-update_schedule]")
def body_bool_as_number() -> None:
    """A boolean in a body is sent as 0 or 1."""
    change_members(lambda value: int(value) if isinstance(value, bool) else value)


def change_members(alter: Any) -> None:
    """Alter every scalar of a body."""
    members = RequestBuilder.members

    def deep(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: deep(inner) for name, inner in value.items()}
        return [deep(inner) for inner in value] if isinstance(value, list) else alter(value)

    change_class(RequestBuilder, members=lambda *arguments: deep(members(*arguments)))


@caught_by(f"{SAME}[taskengine-update_job]")
def extra_null_sent() -> None:
    """A member that was not given is sent as null."""

    def members(_: Any, operation: Any, values: tuple[Any, ...]) -> Any:
        return msgspec.to_builtins(dict(zip(operation.members, values, strict=True)))

    change_class(RequestBuilder, members=members)


@caught_by("client_contract/test_requests.py::test_a_required_null_is_sent_and_an_optional_one_is_not")
def required_null_dropped() -> None:
    """Null for a required member is not sent."""
    members = RequestBuilder.members

    def without(builder: Any, operation: Any, values: tuple[Any, ...]) -> Any:
        return members(builder, replace(operation, required=frozenset()), values)

    change_class(RequestBuilder, members=without)


@caught_by(f"{MODELS}[livepeer-create_transcode]")
def model_under_python_names() -> None:
    """A model in a body is sent under its attributes' names."""
    wire_names = json_body._struct_members
    change(
        json_body, _struct_members=lambda value: ((python_name(value, n), v) for n, v in wire_names(value))
    )


def python_name(model: msgspec.Struct, wire_name: str) -> str:
    """Return the attribute of a model that a member of the wire is."""
    return next(f.name for f in msgspec.structs.fields(model) if f.encode_name == wire_name)


@caught_by(f"{SAME}[boro-task_report]")
def envelope_id_missing() -> None:
    """An RPC call is sent without its id."""
    change(session, request_call=lambda operation, params: RpcCall(operation.rpc_method, params))


@caught_by(f"{SAME}[boro-task_stop]")
def envelope_method_renamed() -> None:
    """An RPC call names its method as Python does."""
    change(session, request_call=lambda operation, params: RpcCall(operation.id, params, 1))


@caught_by(f"{SAME}[boro-template_list]")
def envelope_credential_missing() -> None:
    """An RPC request is sent without the credential in its body."""
    wrap = Envelope.wrap
    change_class(Envelope, wrap=lambda envelope, calls, credentials: wrap(envelope, calls, {}))


@caught_by(f"{BOTH}[taskengine-create_job]")
def async_body_missing() -> None:
    """The asynchronous client sends no body."""
    send = http_client.AsyncHttpClientTransport.send

    async def without(transport: Any, request: Any, moment: float, limit: int) -> Any:
        return await send(transport, replace(request, content=None), moment, limit)

    change_class(http_client.AsyncHttpClientTransport, send=without)


@caught_by("client_contract/test_limits.py::test_a_call_that_is_not_safe_is_sent_once")
def unsafe_call_repeated() -> None:
    """A call that may have had its effect is sent again."""
    start = retry.RetryPolicy.__init__

    def always(policy: Any, budget: Any, repeatable: bool, retries: int, moment: float) -> None:
        start(policy, budget, True, retries, moment)

    change_class(retry.RetryPolicy, __init__=always)


@caught_by("client_contract/test_limits.py::test_a_dripping_body_ends_at_the_deadline")
def deadline_ignored() -> None:
    """A body that drips is read to its end."""
    change(http_client, _until=lambda chunks, moment: chunks)


@caught_by("client/test_credentials.py::test_a_missing_credential_is_an_error_before_any_request")
def missing_credential_ignored() -> None:
    """A client without its credentials is made all the same."""
    change(session, find_credentials=lambda provider, given: {k: v for k, v in given.items() if v})


@caught_by("client_contract/test_limits.py::test_no_key_of_the_query_is_logged")
def secret_logged() -> None:
    """The log holds the key of the query."""
    change_class(RequestBuilder, shown=lambda builder, request: request.target)
