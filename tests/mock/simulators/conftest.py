import pytest


@pytest.fixture
def engine(call):
    return call("taskengine")


@pytest.fixture
def submit(engine):
    """Return the id of a new job; keyword arguments go into `job`, but for `parameters`."""

    def send(parameters=None, workflow="vodstream", **job):
        body = {
            "client": "demo-client",
            "job": {"workflow": workflow, **job},
            "parameters": parameters or {},
        }
        return engine("POST", "/job", json=body).json()["id"]

    return send
