"""The clients of these tests live as long as the run; what they opened is closed at its end."""

from collections.abc import Iterator

import pytest

from tests.client_contract.subjects import LOOP, SUBJECTS, client_of


@pytest.fixture(scope="session", autouse=True)
def _close_loop() -> Iterator[None]:
    yield
    for subject in SUBJECTS:
        client, _ = client_of(subject.contract.provider, False, True)
        LOOP.run_until_complete(client._transport._client.aclose())
    client_of.cache_clear()
    LOOP.close()
