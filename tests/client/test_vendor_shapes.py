"""Shapes that real servers and customers produce, with values of our own: the client reads and sends them."""

import json
import logging

import httpx2
import pytest

from mediatasks import Boro, KoKoon, Livepeer, TaskEngine, Vionlabs
from mediatasks.client.replies import deviation as deviations

CREDENTIALS = {
    Boro: {"user_id": 4},
    KoKoon: {"token": "t"},
    Livepeer: {"api_key": "k"},
    TaskEngine: {"client": "acme", "api_key": "k"},
    Vionlabs: {"key": "k"},
}


@pytest.fixture(autouse=True)
def _nothing_logged_yet(monkeypatch):
    monkeypatch.setattr(deviations, "_logged", {})


def answering(kind, body, sent=None):
    """Return a client whose every call is answered with `body`; what it sends is added to `sent`."""

    def answer(request):
        if sent is not None:
            sent.append(json.loads(request.content))
        kinds = {"content-type": "application/json"}
        return httpx2.Response(200, content=json.dumps(body), headers=kinds)

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    return kind("http://h.test", http_client=http, max_retries=0, **CREDENTIALS[kind])


def livepeer_task(kind, output=None, **params):
    shown = {"output": {kind: output}} if output is not None else {}
    status = {"phase": "completed", "updatedAt": 1700000000001}
    return {"id": f"{kind}-1", "type": kind, "status": status, "params": {kind: params}, **shown}


VIDEO = {
    "format": "mp4",
    "duration": 12.041667,
    "tracks": [
        {"type": "video", "codec": "hevc", "width": 640, "height": 360, "fps": 23.976, "bitrate": 812345.5},
        {"type": "audio", "codec": "opus", "channels": 1, "sampleRate": 48000, "duration": 12.04},
    ],
}
# What a worker knows of an asset: neither its id nor its source.
ASSET = {"name": "film", "size": 7_000_000_000, "type": "video", "videoSpec": VIDEO}
HASHED = {**ASSET, "hash": [{"hash": "00ff", "algorithm": "sha256"}]}
CLIP = {"playbackId": "pb", "startTime": 1700000000000.125, "endTime": 1700000009999.5}
LIVEPEER = {
    "asset without id and source": livepeer_task("upload", {"assetSpec": HASHED}, url="https://a.test/f"),
    "asset with hash null": livepeer_task(
        "upload", {"assetSpec": {**ASSET, "hash": None}}, thumbnails=True
    ),
    "legacy import": livepeer_task("import", {"assetSpec": HASHED, "videoFilePath": "https://a.test/v"}),
    "clip at fractions of milliseconds": livepeer_task("clip", {"assetSpec": ASSET}, clipStrategy=CLIP),
    "export to IPFS without options": livepeer_task("export", {"ipfs": {"videoFileCid": "Qm1"}}, ipfs={}),
    "transcoding with the worker's own names": {
        **livepeer_task(
            "transcode-file",
            input={"url": "https://a.test/f"},
            storage={"url": "w3s://PROOF@/"},
            outputs={"hls": {"path": "/"}},
        ),
        "output": {
            "transcodeFile": {"hls": {"path": "/i.m3u8"}, "mp4": [{"path": "/a"}], "request_id": "r"}
        },
    },
    "waiting, of another kind than the params": {
        "id": "u",
        "type": "upload",
        "params": {"export": {"ipfs": {}}},
        "status": {"phase": "waiting", "updatedAt": 1, "retries": 0},
    },
}


@pytest.mark.parametrize("shape", LIVEPEER)
def test_a_livepeer_task_is_read_without_a_deviation(shape):
    client = answering(Livepeer, LIVEPEER[shape])
    reply = client.detailed(client.get_task, "x")
    assert (reply.result.id, reply.deviations) == (LIVEPEER[shape]["id"], ())


def test_livepeer_tasks_are_read_without_a_deviation_in_a_list():
    client = answering(Livepeer, list(LIVEPEER.values()))
    reply = client.detailed(client.list_tasks)
    assert ([task.id for task in reply.result], reply.deviations) == (
        [t["id"] for t in LIVEPEER.values()],
        (),
    )


def test_a_fraction_of_a_millisecond_is_kept():
    task = answering(Livepeer, LIVEPEER["clip at fractions of milliseconds"]).get_task("x")
    assert task.params.clip.clip_strategy.start_time == CLIP["startTime"]


def test_a_kokoon_task_that_v3_created_is_read_without_a_deviation():
    request = {
        "option": {"face_enhance": False, "denoise": True},
        "task_type": "SR",
        "category": "film",
        "use_sr": True,
        "input_quality": "low",
        "vid": "v-1",
        "width": 1920,
        "height": 1080,
    }
    task = {"tid": "t-1", "uid": "u-1", "task_type": "SR", "step": "done", "request_body": request}
    client = answering(KoKoon, task)
    reply = client.detailed(client.get_task, "t-1")
    assert (reply.result.request_body.vid, reply.deviations) == ("v-1", ())


FILE = {"file_uri": "s3://bucket.test/m.mp4"}
EPISODE = {
    "series_id": "s",
    "series_title": "S",
    "season_id": "s-2",
    "season_number": 2,
    "episode_number": 5,
}


@pytest.mark.parametrize(
    "item",
    [
        {"id": "m", "type": "standalone", "title": "Film", "asset_info": FILE},
        {"id": "e", "type": "episode", "title": "E", "asset_info": FILE, "extended_episodic_info": EPISODE},
        {"id": "m", "type": "standalone", "title": "No file yet"},
    ],
    ids=["standalone", "episode", "without a file"],
)
def test_a_vionlabs_item_is_sent_as_customers_register_it(item):
    sent = []
    answering(Vionlabs, None, sent).upsert_item(**item)
    assert sent == [item]


def test_a_scheduled_job_is_sent_without_parameters():
    job = {
        "workflow": "vodcapture",
        "run_at": "2041-01-02T03:04:05.000",
        "semaphore_url": "https://s.test/",
    }
    sent = []
    client = answering(TaskEngine, {"id": 5, "result": "accepted"}, sent)
    assert client.create_job(client="acme", job=job).result == "accepted"
    assert sent == [{"client": "acme", "job": job}]


def chains(*result):
    return {"reply": [{"method": "TaskStatus", "result": list(result)}]}


TESTED = {"task_id": 9, "initial_task_id": 9, "status": "Completed", "test_results": {"total": "Failed"}}


def test_the_verdict_of_a_boro_task_is_read_from_its_test_results():
    client = answering(Boro, chains({"initial_task_id": 9, "tasks": [TESTED]}))
    (chain,) = client.task_status(project_id=2, task_ids=[9])
    assert chain.tasks[0].test_results.total == "Failed"


def test_detailed_test_results_of_boro_are_read():
    results = {"total": "Failed", "file_summary": "Passed", "video_quality": "Failed"}
    client = answering(Boro, chains({"initial_task_id": 9, "tasks": [{**TESTED, "test_results": results}]}))
    (chain,) = client.task_status(project_id=2, task_ids=[9], detailed_test_results=True)
    assert chain.tasks[0].test_results.video_quality == "Failed"


def test_a_boro_task_in_the_place_of_a_chain_is_loud_and_no_chain_without_tasks(caplog):
    flat = answering(Boro, chains(TESTED, {"initial_task_id": 9, "tasks": [TESTED]}))
    with caplog.at_level(logging.WARNING):
        reply = flat.detailed(flat.task_status, project_id=2, task_ids=[9])
    assert [chain and chain.initial_task_id for chain in reply.result] == [None, 9]
    assert [(d.pointer, d.expected) for d in reply.deviations] == [
        ("/reply/0/result/0", "the member `tasks`")
    ]
    assert "expected the member `tasks`" in caplog.text
