import copy

import httpx2
import pytest

from mediatasks.contracts.model.contract import Contract
from mediatasks.mock.application import Mock
from mediatasks.mock.store.clock import Clock
from tests.mock.receiver import receiving

START = 1_770_000_000.0


class Caller:
    """An httpx2 client of one provider of a mock whose clock is stopped, with its credentials."""

    def __init__(self, contract, **options):
        self.clock = Clock(0, START)
        self.mock = Mock([contract], self.clock, check_replies=True, **options)
        self.url = f"http://mock/{contract.provider}"
        self.client = httpx2.Client(transport=self.mock.transport(), follow_redirects=False)
        self.headers = {}

    def __call__(self, method, path, **options):
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.request(method, self.url + path, headers=headers, **options)

    def send_sample(self, sample):
        """Send a documented request, with the credentials that it holds itself."""
        url = self.url + sample.target
        return self.client.request(sample.method, url, headers=dict(sample.headers), content=sample.body)


class RpcCaller(Caller):
    """The same for an RPC provider: calls are wrapped by its envelope."""

    def __init__(self, contract, **options):
        super().__init__(contract, **options)
        self.envelope = contract.envelope
        self.credentials = {n: c["example"] for n, c in self.envelope.credentials.items()}

    def send(self, body):
        return self("POST", self.envelope.path, json=body).json()

    def calls(self, *calls):
        return self.envelope.replies(self.send(self.envelope.wrap(calls, self.credentials)))


def change_of(contract):
    """Return the contract again, with `change(document)` applied to a copy."""

    def build(change):
        document = copy.deepcopy(contract.document)
        change(document)
        return Contract(contract.provider, document, None)

    return build


@pytest.fixture
def press_with(made_up):
    """Return a caller of the `press` whose contract was changed."""

    def build(change=lambda document: None):
        caller = Caller(change_of(made_up.contract("press"))(change))
        caller.headers = {"authorization": "Bearer demo-token"}
        return caller

    return build


@pytest.fixture
def press(press_with):
    return press_with()


@pytest.fixture
def render(made_up):
    return RpcCaller(made_up.contract("render"))


@pytest.fixture
def call(store):
    """Return a caller of one of the five providers that sends what its contract documents."""

    def build(provider, **options):
        contract = store.contract(provider)
        caller = (RpcCaller if contract.envelope else Caller)(contract, **options)
        for scheme in contract.security_schemes.values():
            for given in scheme["x-credential"].values():
                if scheme["type"] == "apiKey" and scheme["in"] == "header":
                    caller.headers[scheme["name"]] = given["example"]
                elif scheme.get("scheme") == "bearer":
                    caller.headers["authorization"] = f"Bearer {given['example']}"
        return caller

    return build


@pytest.fixture
def receiver():
    """A real HTTP receiver on loopback."""
    with receiving() as receiver:
        yield receiver
