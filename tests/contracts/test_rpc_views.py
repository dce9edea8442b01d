import shutil
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from mediatasks.contracts.compose.composition import compose
from mediatasks.contracts.compose.rpc_views import pascal_case, snake_case
from mediatasks.contracts.model.envelope import Envelope, RpcCall, RpcReply
from mediatasks.contracts.pointer import MISSING

RENDER = Path(__file__).parents[1] / "made_up" / "render"


@pytest.mark.parametrize("provider", ["boro", "render"])
def test_both_views_are_valid_openapi(request, provider):
    store = request.getfixturevalue("store" if provider == "boro" else "made_up")
    contract = store.contract(provider)
    for document in (contract.plain, contract.document):
        validate(document)


def test_plain_has_the_one_real_path(store):
    assert list(store.contract("boro").plain["paths"]) == ["/ctrl_api/v1/json"]


def test_calls_has_a_fragment_path_for_each_method(store):
    assert sorted(store.contract("boro").document["paths"]) == [
        f"/ctrl_api/v1/json#{method}"
        for method in ("TaskReport", "TaskStart", "TaskStatus", "TaskStop", "TemplateList")
    ]


def test_links_point_into_the_envelope(made_up):
    operation = made_up.contract("render").operations["frame_add"]
    link = operation.responses["200"]["links"]["read"]
    assert link["requestBody"]["with"] == {"frame": "$response.body#/outcome/frame"}


def test_an_example_of_a_pair_carries_the_envelope(made_up):
    operation = made_up.contract("render").operations["frame_add"]
    assert dict(operation.reply_examples("200"))["frame_add_first_reply"] == {
        "ticket": 1,
        "outcome": {"frame": 8, "scene": "dusk", "mark": "open"},
    }


def test_lifecycle_operations_bear_operation_ids(made_up):
    assert set(made_up.contract("render").task.operations) == {"frame_add", "frame_read"}


@pytest.mark.parametrize(("wire", "ids"), [("frame.add", "frame_add"), (["frame.add"], ["frame_add"])])
def test_causes_of_a_move_bear_operation_ids(tmp_path, wire, ids):
    shutil.copytree(RENDER, tmp_path / "render")
    file = tmp_path / "render" / "openrpc.yaml"
    file.write_text(file.read_text().replace("next: {shut: {}}", f"next: {{shut: {{by: {wire}}}}}"))
    states = compose(tmp_path / "render")["calls"]["x-lifecycle"]["Frame"]["states"]
    assert states["open"]["next"]["shut"]["by"] == ids


@pytest.mark.parametrize(
    ("wire", "snake", "pascal"),
    [
        ("TaskReport", "task_report", "TaskReport"),
        ("frame.add", "frame_add", "FrameAdd"),
        ("getURL", "get_url", "GetUrl"),
    ],
)
def test_names_of_methods(wire, snake, pascal):
    assert (snake_case(wire), pascal_case(wire)) == (snake, pascal)


@pytest.mark.parametrize("provider", ["boro", "render"])
def test_an_envelope_reads_what_it_wrote(request, provider):
    store = request.getfixturevalue("store" if provider == "boro" else "made_up")
    envelope = Envelope(store.contract(provider).plain["x-rpc"])
    call = RpcCall("M", {"a": 1}, 4)
    read = envelope.calls(envelope.wrap([call], {}))[0]
    assert (read.method, read.params, read.id) == ("M", {"a": 1}, 4)
    reply = envelope.replies(envelope.wrap_replies([RpcReply("M", 4, [1])]))[0]
    assert (reply.id, reply.result, reply.error) == (4, [1], MISSING)


def test_an_envelope_of_one_call_takes_no_batch(made_up):
    envelope = Envelope(made_up.contract("render").plain["x-rpc"])
    with pytest.raises(ValueError, match="one call a request"):
        envelope.wrap([RpcCall("a", {}), RpcCall("b", {})], {})
