"""A restart goes on where it was also for what the simulators keep besides resources."""

import pytest

from mediatasks.mock.application import Mock
from mediatasks.mock.store.state_file import StateFile


@pytest.mark.parametrize("provider", ["taskengine", "livepeer", "kokoon", "vionlabs", "boro"])
def test_all_that_a_provider_holds_is_there_again(store, tmp_path, provider):
    def held(mock):
        state = mock.services[provider].store
        items = {
            name: [
                (i.number, i.key, i.value, i.state, i.entered, i.due, i.private)
                for i in collection.ordered()
            ]
            for name, collection in state.collections.items()
        }
        return items, state.behaviour.memory

    with StateFile(tmp_path / "mock.db") as file:
        mock = Mock([store.contract(provider)], file.clock(0.0))
        file.keep(mock)
        before = held(mock)
    with StateFile(tmp_path / "mock.db") as file:
        mock = Mock([store.contract(provider)], file.clock(0.0))
        file.keep(mock)
        assert held(mock) == before
