"""Defects of how a reply is read."""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import msgspec.inspect
from mediatasks_clients import livepeer, taskengine, vionlabs

from mediatasks import errors
from mediatasks.client import AsyncClient, Deviation, paging, session
from mediatasks.client.operation import OperationSpec
from mediatasks.client.replies import deviation, model, reading, reply, strict
from mediatasks.client.transport import http_client
from mediatasks.contracts.model.envelope import Envelope
from mediatasks.contracts.pointer import MISSING
from tests.client_contract.mutants import caught_by
from tests.client_contract.request_mutants import change, change_class

ALLOWED = "client_contract/test_allowed_replies.py::test_an_allowed_reply_decodes_to_its_wire_values"
FAILURE = "client_contract/test_allowed_replies.py::test_an_error_holds_the_providers_own_body"
STRICT = "client_contract/test_forbidden_replies.py::test_strict_refuses_a_reply_with_one_constraint_broken"
BROKEN = "client_contract/test_forbidden_replies.py::test_a_broken_reply_is_never_read_as_a_wrong_type"
ODD = "client_contract/test_deviations.py::test_only_identity_and_state_cost_a_reply"
UNLISTED = "client_contract/test_tolerance.py::test_an_unlisted_value_is_unknown_and_keeps_its_raw_value"
EXTRA = "client_contract/test_tolerance.py::test_members_that_the_contract_lacks_pass_and_stay_reachable"
NULL = "client_contract/test_tolerance.py::test_null_for_an_optional_member_is_none"
INTEGRAL = "client_contract/test_tolerance.py::test_integral_floats_read_as_integers"
BOTH = "client_contract/test_both_clients.py::test_both_clients_read_a_reply_alike"


def remake(kind: type, **options: Any) -> Any:
    """Return a model of the same name and members, but for `options` of `defstruct` and `fields`."""
    hints = typing.get_type_hints(kind)
    alter = options.pop("alter", lambda name, wire, hint: (name, hint, wire))
    members = []
    for field in msgspec.structs.fields(kind):
        name, hint, wire = alter(field.name, field.encode_name, hints[field.name])
        default = {} if field.required else {"default": None}
        members.append((name, hint, msgspec.field(name=wire, **default)))
    return msgspec.defstruct(kind.__name__, members, kw_only=True, **options)


def change_reply(operation: OperationSpec[Any], kind: Any) -> None:
    """Let an operation read its 200 as another type."""
    change(operation, replies={**operation.replies, 200: kind})


def change_results(alter: Callable[[Any], Any]) -> None:
    """Alter what every body is decoded to."""
    decode = reply.decode

    def altered(*arguments: Any) -> Any:
        result, deviations = decode(*arguments)
        return alter(result), deviations

    change(reply, decode=altered)


@caught_by(f"{ALLOWED}[taskengine-get_job]")
def reply_member_renamed() -> None:
    """A member of a reply is looked for under another name."""
    kind = taskengine.models.Job
    renamed = remake(kind, alter=lambda n, wire, hint: (n, hint, wire.replace("_", "-")))
    change_reply(taskengine.TaskEngine.operations["get_job"], renamed)


@caught_by(f"{ALLOWED}[taskengine-update_setting]")
def reply_member_missing() -> None:
    """A model lacks a member of the contract."""
    lacking = msgspec.defstruct("SettingUpdated", [])
    change_reply(taskengine.TaskEngine.operations["update_setting"], lacking)


@caught_by(f"{ALLOWED}[livepeer-get_task]")
def reply_float_truncated() -> None:
    """A fraction in a reply is cut off."""

    def cut(value: Any) -> Any:
        if isinstance(value, msgspec.Struct):
            for name in value.__struct_fields__:
                setattr(value, name, cut(getattr(value, name)))
        return float(int(value)) if isinstance(value, float) else value

    change_results(cut)


@caught_by(f"{ALLOWED}[kokoon-get_task]")
def moment_without_its_offset() -> None:
    """A date-time is read as if its offset were none."""

    def strip(value: Any) -> Any:
        for name in getattr(value, "__struct_fields__", ()):
            moment = getattr(value, name)
            if hasattr(moment, "tzinfo"):
                setattr(value, name, moment.replace(tzinfo=None))
        return value

    change_results(strip)


@caught_by(f"{INTEGRAL}[taskengine-get_job]")
def integral_float_refused() -> None:
    """`23.0` is not read as an integer."""
    integers = reading._KINDS[msgspec.inspect.IntType]
    reading._KINDS[msgspec.inspect.IntType] = integers._replace(takes=(int,))


@caught_by(f"{ODD}[livepeer-get_task]")
def odd_member_costs_the_reply() -> None:
    """One member that does not fit makes the whole reply fail."""
    change(reading, read_value=_refuse)


def _refuse(kind: Any, value: Any, operation: str, place: str = "") -> Any:
    raise reading.Unreadable(Deviation(operation, place, "a reply that fits", "another"))


@caught_by(f"{BROKEN}[livepeer-get_task]")
def odd_member_left_as_it_is() -> None:
    """A member that does not fit stands under its attribute as it was sent."""
    change_class(reading._Reader, _misfit=lambda reader, place, expected, got: got)


@caught_by(f"{BROKEN}[taskengine-get_job]")
def deviation_not_listed() -> None:
    """What reads as None is not listed."""
    read = reading.read_value
    change(reading, read_value=lambda *arguments: (read(*arguments)[0], ()))


@caught_by("client/test_deviations.py::test_an_odd_element_reads_as_none_in_its_place")
def odd_element_dropped() -> None:
    """An element that does not fit is left out of its array."""
    array = reading._Reader._array

    def without(*arguments: Any) -> Any:
        found = array(*arguments)
        return found if found is reading._MISFIT else [e for e in found if e is not None]

    change_class(reading._Reader, _array=without)


@caught_by("client/test_deviations.py::test_a_state_that_may_be_missing_must_be_read_where_it_is_sent")
def unreadable_state_is_none() -> None:
    """A state that does not fit reads as None."""
    change_class(livepeer.models.Task, __essential__=())


@caught_by("client/test_deviations.py::test_each_kind_is_logged_once_without_values")
def deviation_logged_every_time() -> None:
    """Each deviation is logged, and again with each reply."""
    log = deviation.log_once

    def log_all(*arguments: Any) -> None:
        deviation._logged.clear()
        log(*arguments)

    change(deviation, log_once=log_all)


@caught_by("client/test_deviations.py::test_strict_refuses_any_deviation")
def strict_lets_deviations_pass() -> None:
    """`strict=True` raises for what breaks the schema only."""
    change_class(session.Session, refuse=lambda *arguments: None)


@caught_by(f"{BROKEN}[taskengine-get_job]")
def strings_read_as_numbers() -> None:
    """A string where an integer belongs is read as the integer."""
    lax = lambda operation, status: msgspec.json.Decoder(operation.reply_type(status), strict=False)  # noqa: E731
    change_class(OperationSpec, decoder=lax)


@caught_by(f"{BROKEN}[livepeer-get_task]")
def types_not_checked() -> None:
    """A reply is taken as it is, whatever its type."""
    change_class(OperationSpec, decoder=lambda operation, status: msgspec.json.Decoder())


@caught_by(f"{UNLISTED}[livepeer-get_task]")
def unlisted_value_refused() -> None:
    """A new enumeration value makes the whole reply fail."""
    change_class(model.OpenStrEnum, _missing_=classmethod(lambda cls, value: None))


@caught_by(f"{UNLISTED}[kokoon-get_task]")
def unlisted_value_forgotten() -> None:
    """A new enumeration value reads as one without its raw value."""
    change_class(
        model._OpenEnum, _missing_=classmethod(lambda cls, value: next(iter(cls.__members__.values())))
    )


@caught_by(f"{UNLISTED}[kokoon-get_task]")
def unlisted_value_called_known() -> None:
    """A new enumeration value says that it is known."""
    change_class(model.OpenStrEnum, is_known=property(lambda member: True))


@caught_by(f"{EXTRA}[taskengine-get_job]")
def raw_body_rewritten() -> None:
    """The raw body holds known members only."""
    read = http_client.HttpClientTransport.send

    def send(*arguments: Any) -> Any:
        found = read(*arguments)
        known = msgspec.json.decode(found.body, type=taskengine.models.Job)
        return replace(found, body=msgspec.json.encode(known))

    change_class(http_client.HttpClientTransport, send=send)


@caught_by(f"{EXTRA}[vionlabs-get_task]")
def unknown_member_refused() -> None:
    """A member that the contract lacks makes the reply fail."""
    closed = remake(vionlabs.models.Task, forbid_unknown_fields=True)
    change_reply(vionlabs.Vionlabs.operations["get_task"], closed)


@caught_by(f"{NULL}[taskengine-get_job]")
def null_refused() -> None:
    """Null for an optional member makes the reply fail."""

    def narrow(name: str, wire: str, hint: Any) -> Any:
        kinds = [k for k in typing.get_args(hint) if k is not type(None)]
        return name, typing.Union[tuple(kinds)] if kinds else hint, wire  # noqa: UP007

    kind = remake(taskengine.models.Job, alter=narrow)
    change_reply(taskengine.TaskEngine.operations["get_job"], kind)


@caught_by(f"{ALLOWED}[boro-task_status]")
def rpc_error_swallowed() -> None:
    """The error of a whole RPC request is passed over."""
    change_class(Envelope, request_error=lambda envelope, body: MISSING)


@caught_by(f"{ALLOWED}[boro-task_start]")
def partial_errors_swallowed() -> None:
    """The errors beside a result are passed over."""
    replies = Envelope.replies

    def without(envelope: Envelope, body: Any) -> Any:
        return [replace(element, errors=MISSING) for element in replies(envelope, body)]

    change_class(Envelope, replies=without)


@caught_by(f"{FAILURE}[livepeer-get_task-404]")
def not_found_of_another_class() -> None:
    """A 404 raises the class of the other refusals."""
    change(reply, status_error=errors.RequestRefused)


@caught_by(f"{FAILURE}[taskengine-get_job-400]")
def error_body_left_raw() -> None:
    """The provider's error body is not decoded."""
    made = errors.status_error
    change(
        reply, status_error=lambda name, status, body, raw, headers: made(name, status, raw, raw, headers)
    )


@caught_by(f"{STRICT}[kokoon-get_task]")
def strict_skips_the_body() -> None:
    """`strict=True` validates nothing."""
    change_class(strict.StrictReader, check=lambda *arguments: None)


@caught_by(f"{STRICT}[taskengine-get_job]")
def strict_skips_formats() -> None:
    """`strict=True` lets a date-time pass that is none."""
    start = strict.StrictReader.__init__

    def without(reader: Any, provider: Any) -> None:
        start(reader, provider)
        validator = reader._validator_class
        reader._validator_class = lambda document, **_: validator(document, validate_formats=False)

    change_class(strict.StrictReader, __init__=without)


@caught_by(f"{BOTH}[taskengine-get_job]")
def async_reply_not_decoded() -> None:
    """The asynchronous client returns plain values."""
    perform = AsyncClient._perform

    async def without(client: Any, call: Any) -> Any:
        found = await perform(client, call)
        return replace(found, result=found.json())

    change_class(AsyncClient, _perform=without)


@caught_by(f"{BOTH}[livepeer-get_task]")
def async_strict_skipped() -> None:
    """The asynchronous client does not validate."""
    start = AsyncClient.__init__

    def without(client: Any, *arguments: Any, **options: Any) -> None:
        start(client, *arguments, **options)
        client._strict = None

    change_class(AsyncClient, __init__=without)


@caught_by("client/test_paging.py::test_a_server_that_repeats_its_page_does_not_hold_the_client")
def next_link_followed_for_ever() -> None:
    """A page that brings nothing new is taken for a new one."""
    change_class(paging.Pager, take=lambda pager, found: True)


@caught_by("client/test_reply.py::test_a_body_over_the_limit_is_refused")
def reply_limit_ignored() -> None:
    """A body of any length is read."""
    read = http_client.HttpClientTransport.send
    change_class(http_client.HttpClientTransport, send=lambda t, r, moment, _: read(t, r, moment, 1 << 40))


@caught_by("client/test_reply.py::test_a_body_that_is_not_json_shows_its_start")
def page_in_place_of_json_is_none() -> None:
    """A body that is not JSON reads as nothing."""
    decode = reply.decode

    def lenient(operation: Any, status: int, raw: bytes) -> Any:
        return (None, ()) if raw[:1] == b"<" else decode(operation, status, raw)

    change(reply, decode=lenient)
