"""The rules of KoKoon SR that its contract cannot say; each test names the source."""

import pytest

PATH = "/kokoon/api/sr/v4/task"
REQUEST = {
    "task_type": "SR",
    "ai_model_name": "bluewhale",
    "use_film_grain": True,
    "use_color_grading": True,
    "vid": "my-film",
    "width": 1280,
    "height": 720,
}


@pytest.fixture
def service(call):
    return call("kokoon")


@pytest.fixture
def task(service):
    """Return a new task after so many seconds."""

    def make(seconds, **members):
        ids = service("POST", PATH, json={**REQUEST, **members}).json()
        service.clock.advance(seconds)
        return service("GET", f"{PATH}/{ids['tid']}").json()

    return make


def test_without_credit_no_task_is_made(service):
    # v3 pages: {"message": "insufficient credit"}
    reply = service("POST", PATH, json={**REQUEST, "vid": "mock-no-credit"})
    assert (reply.status_code, reply.json()) == (400, {"message": "insufficient credit"})


def test_a_preview_that_is_done_has_addresses(task):
    # vendor document: preview_orig_url and preview_sr_url of preview tasks
    done = task(30, task_type="SR_PREVIEW")
    assert done["preview_sr_url"].endswith(f"/my-film/preview/sr_{done['tid']}.mp4")
    assert (done["sr_nb_frames"], done["progress"]) == ("5", "5")
    assert "preview_sr_url" not in task(30)


@pytest.mark.parametrize(
    ("part", "frames"),
    [
        ({}, "300"),
        ({"start_pos": 2000, "duration": 1000}, "30"),
        ({"start_pos": 9500, "duration": 5000}, "15"),
        ({"start_pos": -1000, "duration": -1000}, "0"),
    ],
)
def test_frames_are_those_of_the_asked_part(task, part, frames):
    # v4 page, start_pos and duration in ms, both 0: the whole file
    assert task(30, **part)["sr_nb_frames"] == frames


def test_progress_counts_frames_while_the_task_runs(task):
    # vendor document: progress
    assert task(3 + 2.5, start_pos=2000, duration=1000)["progress"] == "15"


def test_each_converted_video_has_an_id_of_its_own(service):
    # v4 page: {tid, in_vid, out_vid}
    replies = [service("POST", PATH, json=REQUEST).json() for _ in range(2)]
    assert len({reply["out_vid"] for reply in replies}) == 2


def test_a_trimmed_original_gets_a_new_id(task):
    # v4 page: example, where the request trims and in_vid is not its vid
    part = {"start_pos": 2000, "duration": 1000}
    assert task(0, **part, use_trim_orig=False)["in_vid"] == "my-film"
    assert task(0, **part, use_trim_orig=True)["in_vid"] != "my-film"


@pytest.mark.parametrize("step", ["error", "cancel", "unknown"])
def test_a_task_ends_as_arranged(task, step):
    # vendor document: step
    assert task(30, vid=f"mock-{step}")["step"] == step
