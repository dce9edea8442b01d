"""Contracts go to the processes of a check: what they say of resources goes along."""

from __future__ import annotations

import pickle

from mediatasks.contracts.compose.store import ContractStore


def test_resources_that_were_used_can_be_pickled(store: ContractStore) -> None:
    for contract in store.choose([]):
        for name, resource in contract.resources.items():
            resource.state_of({})
            again = pickle.loads(pickle.dumps(contract)).resources[name]
            assert (again.name, again.key, list(again.states)) == (
                name,
                resource.key,
                list(resource.states),
            )
