import httpx2
import pytest

from mediatasks import AsyncTaskEngine, Boro, TaskEngine


class Server:
    """Answers every request with `answer` and keeps what was asked."""

    def __init__(self):
        self.requests = []
        self.answer = httpx2.Response(200, json={})

    def __call__(self, request):
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @property
    def request(self):
        return self.requests[-1]


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def engine(server):
    http = httpx2.Client(transport=httpx2.MockTransport(server))
    with TaskEngine(
        "http://engine.test", client="demo-client", api_key="s3cret", http_client=http
    ) as engine:
        yield engine
    http.close()


@pytest.fixture
def async_engine(server):
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    return AsyncTaskEngine("http://engine.test", client="demo-client", api_key="s3cret", http_client=http)


@pytest.fixture
def boro(server):
    http = httpx2.Client(transport=httpx2.MockTransport(server))
    with Boro("http://boro.test", user_id=1, http_client=http) as boro:
        yield boro
    http.close()
