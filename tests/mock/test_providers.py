"""The five providers: every documented request gets a reply that fits the contract."""

import pytest

from mediatasks.contracts.compose.store import open_store
from mediatasks.mock.control.samples import samples

CASES = [
    pytest.param(contract.provider, sample, id=f"{contract.provider}-{operation.id}-{number}")
    for contract in open_store().choose([])
    for operation in contract.operations.values()
    for number, sample in enumerate(samples(operation), 1)
]


@pytest.mark.parametrize(("provider", "sample"), CASES)
def test_a_documented_request_is_accepted(call, provider, sample):
    # Replies are checked against the contract: a wrong one is a 500.
    reply = call(provider).send_sample(sample)
    assert reply.is_success, reply.text


@pytest.mark.parametrize("contract", open_store().choose([]), ids=lambda c: c.provider)
def test_every_seeded_task_is_in_a_state_of_the_lifecycle(call, contract):
    collection = (
        call(contract.provider).mock.services[contract.provider].store.collections[contract.task.name]
    )
    assert [item.key for item in collection.items.values() if item.state is None] == []


@pytest.mark.parametrize("contract", open_store().choose([]), ids=lambda c: c.provider)
def test_a_created_task_runs_to_its_end_with_every_reply_valid(call, contract):
    caller = call(contract.provider)
    creates = [*contract.task.operations_with("create"), *contract.task.operations_with("upsert")][0]
    before = len(held(caller, contract))
    assert caller.send_sample(next(samples(contract.operation(creates)))).is_success
    task = held(caller, contract)[before]
    reads = [*contract.task.operations_with("read"), *contract.task.operations_with("list")]
    for _ in range(30):
        caller.clock.advance(1)
        for read in reads:
            assert all(caller.send_sample(s).is_success for s in samples(contract.operation(read)))
    assert contract.task.phase_of(task.value) == "succeeded"


def held(caller, contract):
    """Return the tasks that the mock holds, in order of creation."""
    return list(
        caller.mock.services[contract.provider].store.collections[contract.task.name].items.values()
    )


def test_taskengine_lists_the_last_ten_jobs_first(call):
    ids = [job["id"] for job in call("taskengine")("GET", "/jobs").json()]
    assert (len(ids), ids) == (10, sorted(ids, reverse=True))


def test_taskengine_filters_by_the_ids_of_states(call):
    jobs = call("taskengine")("GET", "/jobs?limit=3&client=demo-client&state=2").json()
    assert {job["queue_state"] for job in jobs} == {"completed"}


def test_taskengine_breaks_the_old_job_on_a_rerun(call):
    engine = call("taskengine")
    rerun = engine("POST", "/jobs/123/rerun").json()
    assert isinstance(rerun["id"], str)
    assert engine("GET", "/jobs/123").json()["queue_state"] == "broken"


def test_livepeer_pages_by_link_until_the_documented_end(call):
    livepeer = call("livepeer")
    seen, reply = [], livepeer("GET", "/task?limit=2")
    while "cursor=undefined" not in reply.links["next"]["url"] and len(seen) < 50:
        seen += [task["id"] for task in reply.json()]
        reply = livepeer.client.get(reply.links["next"]["url"], headers=livepeer.headers)
    seen += [task["id"] for task in reply.json()]
    service = livepeer.mock.services["livepeer"]
    own = [
        item for item in held(livepeer, service.contract) if service.store.collections["Task"].is_own(item)
    ]
    assert len(seen) == len(set(seen)) == len(own)


def test_livepeer_refuses_a_retry_of_a_task_that_did_not_fail(call):
    livepeer = call("livepeer")
    task = next(t for t in livepeer("GET", "/task").json() if t["status"]["phase"] == "completed")
    reply = livepeer("POST", f"/task/{task['id']}/retry")
    assert (reply.status_code, reply.json()) == (400, {"errors": ["task is not in a retryable state"]})


def test_vionlabs_has_one_task_on_both_of_its_paths(call):
    vionlabs = call("vionlabs")
    key = {"key": "vionlabs-example-key"}
    body = {"inventory_id": "movie-001", "product": "emotions", "version": "1.0.1"}
    vionlabs("POST", "/task", json=body, params=key)
    vionlabs.clock.advance(2)
    path = "/tasks/catalog-item/movie-001/product/emotions/version/1.0.1"
    assert vionlabs("GET", path, params=key).json()["status"] == "processing"


def test_kokoon_counts_frames(call):
    kokoon = call("kokoon")
    create = kokoon.mock.services["kokoon"].contract.operation("create_task")
    tid = kokoon.send_sample(next(samples(create))).json()["tid"]
    kokoon.clock.advance(3 + 2.5)
    # The documented request asks for one second of 30 frames.
    assert kokoon("GET", f"/kokoon/api/sr/v4/task/{tid}").json()["progress"] == "15"
