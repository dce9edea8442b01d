"""Each reply of an RPC call bears the id of its call."""

from __future__ import annotations

from collections.abc import Iterator

from mediatasks.check.claim import Claim, Verdict
from mediatasks.check.ledger import Ledger
from mediatasks.check.observation import Observation
from mediatasks.check.sources import operation_fact
from mediatasks.contracts.document import Contract
from mediatasks.contracts.lifecycle import same
from mediatasks.contracts.pointer import MISSING


def applies(contract: Contract) -> bool:
    """Whether calls and replies have ids."""
    envelope = contract.envelope
    return envelope is not None and "id" in envelope.request and "id" in envelope.reply


def judge(seen: Observation, ledger: Ledger) -> Iterator[Verdict]:
    """Judge each reply to a call with an id."""
    if seen.call is None or seen.reply is None or seen.call.id is MISSING or not seen.accepted:
        return
    if same(seen.call.id, seen.reply.id):
        yield None
        return
    got = "no id" if seen.reply.id is MISSING else f"`{seen.reply.id}`"
    yield Claim(seen.place, f"the id of the call: `{seen.call.id}`", got, operation_fact(seen.operation))
