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
        ({"start_pos": 1e308, "duration": 1e308}, "0"),
    ],
)
def test_frames_are_those_of_the_asked_part(task, part, frames):
    # v4 page, start_pos and duration in ms, both 0: the whole file
    assert task(30, **part)["sr_nb_frames"] == frames


def test_progress_counts_frames_while_the_task_runs(task):
    # vendor document: progress
    assert task(3 + 2.5, start_pos=2000, duration=1000)["progress"] == "15"


def test_a_task_held_at_running_tells_its_frames_and_how_far_it_is(service, task):
    # vendor document: sr_nb_frames, progress
    tid = task(0)["tid"]
    assert service.mock.control.hold("kokoon", tid, "running").progress == 0
    held = service("GET", f"{PATH}/{tid}").json()
    assert (held["step"], held["progress"], held["sr_nb_frames"]) == ("running", "0", "300")


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


def test_a_task_goes_through_the_documented_steps(service, task):
    # vendor document: step
    tid = task(0)["tid"]
    seen = []
    for _ in range(10):
        step = service("GET", f"{PATH}/{tid}").json()["step"]
        seen += [step] if step not in seen else []
        service.clock.advance(1)
    assert seen == ["ready", "preparing", "prepared", "running", "done"]


def test_a_done_task_says_success(task):
    # vendor document: result_message
    done = task(30)
    assert (done["result_message"], done["progress"]) == ("success", "300")


def test_numbers_travel_as_text(task):
    # vendor document: bitrate, nb_frames, sr_nb_frames, progress
    done = task(30)
    assert [type(done[name]) for name in ("bitrate", "nb_frames", "sr_nb_frames", "progress")] == [str] * 4


def test_a_task_that_does_not_exist_cannot_be_read(service):
    # vendor document: error response
    assert service("GET", f"{PATH}/nobody").json() == {"message": "fail to get result."}


LIST = "/kokoon/api/sr/v3/task"


@pytest.fixture
def listed(service):
    """Return a page of the list, of five further tasks besides the seeded ones."""
    for _ in range(5):
        service("POST", PATH, json=REQUEST)

    return lambda **query: service("GET", LIST, params=query).json()


def test_a_page_counts_itself_and_all(listed):
    # v3 page of the list: all_count, curr_count; page_size and page_num come back as text
    page = listed(page_num=1, page_size=5)
    assert (page["all_count"], page["curr_count"], len(page["sr_tasks"])) == (10, 5, 5)
    assert (page["page_num"], page["page_size"]) == ("1", "5")


def test_pages_are_counted_from_0_and_do_not_overlap(listed):
    # v3 page of the list, request query parameter: page_num
    pages = [listed(page_num=n, page_size=3)["sr_tasks"] for n in range(4)]
    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert len({task["tid"] for page in pages for task in page}) == 10


def test_without_page_parameters_the_whole_list_comes(listed):
    # v3 page of the list
    assert listed()["curr_count"] == 10


@pytest.mark.parametrize(
    ("query", "missing"), [({"page_size": 2}, "page_num"), ({"page_num": 1}, "page_size")]
)
def test_page_num_and_page_size_need_each_other(service, listed, query, missing):
    # v3 page of the list, request query parameter
    assert listed(**query)["curr_count"] == 10
    (violation,) = service.mock.control.violations()
    assert violation.place == f"query parameter `{missing}`"


@pytest.mark.parametrize(("step", "count"), [("ready", 5), ("done", 4), ("ready,done", 9), ("running", 0)])
def test_steps_to_list_are_separated_by_commas(listed, step, count):
    # v3 page of the list, request query parameter: step
    page = listed(step=step)
    assert (page["all_count"], page["step"]) == (count, step)


def test_a_task_that_was_made_through_v3_is_listed_and_read(service):
    # get_page_v3: request_body has other members
    listed = service("GET", LIST).json()["sr_tasks"]
    tasks = [service("GET", f"{PATH}/{shown['tid']}").json() for shown in listed]
    (old,) = [task for task in tasks if "use_sr" in task.get("request_body", {})]
    assert (old["step"], "ai_model_name" in old["request_body"]) == ("done", False)


def test_a_list_holds_tasks_of_one_kind(listed):
    # v3 page of the list, request query parameter: task_type
    assert (listed(task_type="SR")["all_count"], listed(task_type="SR_PREVIEW")["all_count"]) == (8, 2)


def test_a_listed_task_lacks_its_request_and_results(listed):
    # v3 page of the list: sr_tasks
    absent = {"request_body", "result_message", "bitrate", "fps", "preview_orig_url", "preview_sr_url"}
    assert not any(absent & task.keys() for task in listed()["sr_tasks"])
