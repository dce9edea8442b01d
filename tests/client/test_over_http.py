"""Every generated client, synchronous and asynchronous, against the mock behind a real port."""

import asyncio

import pytest

import mediatasks
from mediatasks.errors import AuthenticationFailed
from mediatasks.mock import Mock, MockServer
from tests.client.calls import CALLS
from tests.contracts.test_store import FIVE


@pytest.fixture
def server(store):
    with MockServer(Mock(store.choose([]), check_replies=True)) as server:
        yield server


def client_of(store, server, provider, prefix=""):
    contract = store.contract(provider)
    kind = getattr(mediatasks, prefix + contract.name)
    credentials = {c.argument: c.example for c in contract.credentials}
    return kind(server.url_of(provider), **credentials)


@pytest.mark.parametrize("provider", FIVE)
def test_the_calls_reach_every_operation(store, provider):
    assert {name for name, _, _ in CALLS[provider]} == set(store.contract(provider).operations)


@pytest.mark.parametrize("provider", FIVE)
def test_every_operation_answers_what_its_type_says(store, server, provider):
    with client_of(store, server, provider) as client:
        for name, arguments, keywords in CALLS[provider]:
            reply = client.detailed(getattr(client, name), *arguments, **keywords)
            assert 200 <= reply.status < 300


@pytest.mark.parametrize("provider", FIVE)
def test_the_asynchronous_client_answers_the_same(store, provider):
    def results(run):
        with MockServer(Mock(store.choose([provider]), seed=1)) as server:
            return run(server)

    def run(server):
        with client_of(store, server, provider) as client:
            return [type(getattr(client, name)(*a, **k)) for name, a, k in CALLS[provider]]

    def run_async(server):
        async def calls():
            async with client_of(store, server, provider, "Async") as client:
                return [type(await getattr(client, name)(*a, **k)) for name, a, k in CALLS[provider]]

        return asyncio.run(calls())

    assert results(run) == results(run_async)


@pytest.mark.parametrize("provider", [p for p in FIVE if p != "boro"])
def test_a_wrong_credential_is_refused(store, server, provider):
    contract = store.contract(provider)
    kind = getattr(mediatasks, contract.name)
    credentials = {c.argument: "wrong" for c in contract.credentials}
    name, arguments, keywords = CALLS[provider][1]
    with (
        kind(server.url_of(provider), **credentials) as client,
        pytest.raises(AuthenticationFailed),
    ):
        getattr(client, name)(*arguments, **keywords)


def test_a_created_job_is_read_back(store, server):
    with client_of(store, server, "taskengine") as engine:
        accepted = engine.create_job(
            client="demo-client", job={"workflow": "vodcapture"}, parameters={"content_id": "demo_1"}
        )
        job = engine.get_job(int(accepted.id))
    assert job.workflow == "vodcapture"


def test_two_rpc_calls_travel_in_one_request(store, server):
    with client_of(store, server, "boro") as boro:
        with boro.batch() as batch:
            tasks = batch.add(boro.task_report, project_id=2, task_ids=[2213])
            templates = batch.add(boro.template_list, project_id=2)
        assert tasks.result()[0].task_id == 2213
        assert templates.result()[0].template_id
