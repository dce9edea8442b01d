"""Judging alone, one process, mixed traffic of all providers: against the floor of judging.

`python -m benchmarks.judging`, in the folder `scripts`, prints where the time goes (cProfile), what a
task with many acts costs beside a fresh one, and what is kept of each resource.
"""

from __future__ import annotations

import cProfile
import gc
import json
import pstats
import statistics
import sys
import time
import tracemalloc

from benchmarks.judge_floor import floor_turn, fresh_exchange
from benchmarks.judge_traffic import Sender, Taken, mixed_traffic
from benchmarks.measurement import Benchmark, Ratios, interleave
from mediatasks.contracts.compose.store import open_store
from mediatasks.contracts.model.contract import Contract
from mediatasks.contracts.pointer import get
from mediatasks.exchange.credentials import Credentials
from mediatasks.exchange.documented_request import documented_requests
from mediatasks.exchange.exchange import Exchange
from mediatasks.exchange.redaction import Redactor
from mediatasks.judge.judgement import Judgement
from mediatasks.judge.rule import choose_rules
from mediatasks.judge.tracks.history import History

ROUNDS, SHOWN = 5, 45
# At least 0.09 of the floor's throughput.
LIMIT = 1 / 0.09
ACTS, RESOURCES, PROVIDER = 4000, 2000, "livepeer"


def judgement_of(contract: Contract) -> Judgement:
    """Return a judgement that has seen nothing."""
    credentials = Credentials(contract, {c.argument: c.example for c in contract.credentials})
    history = History(True, credentials)
    return Judgement(contract, choose_rules(()), history, Redactor(credentials.all))


def judge_turn() -> float:
    """Return the seconds that judging takes for the mixed traffic."""
    seconds = 0.0
    for taken in mixed_traffic().values():
        judgement = judgement_of(taken[0][0].contract)
        fresh = [(operation, fresh_exchange(exchange)) for operation, exchange in taken]
        began = time.process_time()
        for operation, exchange in fresh:
            judgement.take(operation, exchange)
        seconds += time.process_time() - began
    return seconds


def measure() -> Ratios:
    """Compare the time of judging with the floor's."""
    return interleave(judge_turn, floor_turn, ROUNDS)


def acts_ratio() -> float:
    """Return what an exchange of a task costs after ACTS acts on it, beside the first ones."""
    judgement, taken = _acted()
    seconds = []
    for operation, exchange in taken:
        began = time.process_time()
        judgement.take(operation, exchange)
        seconds.append(time.process_time() - began)
    few = 200
    return statistics.median(seconds[-few:]) / statistics.median(seconds[few : 2 * few])


def _acted() -> tuple[Judgement, list[Taken]]:
    """Return a judgement, and ACTS acts on one task with a read after each."""
    contract = open_store().contract(PROVIDER)
    sender = Sender(contract)
    task = contract.task
    assert task is not None
    create = contract.operations[task.operations_with("create")[0]]
    made = sender.send(next(documented_requests(create)))
    shown = next(r for seen in sender.observer.observe(*made) for r in seen.resources)
    turns = []
    for name in (task.operations_with("move")[0], task.readers[0]):
        request = next(documented_requests(contract.operations[name]))
        for pointer, expression in task.operations[name]["where"].items():
            request = request.having(expression, get(shown.value, pointer))
        turns.append(sender.send(request))
    judgement = judgement_of(contract)
    judgement.take(*made)
    return judgement, [(o, fresh_exchange(e)) for _ in range(ACTS) for o, e in turns]


def kept_bytes() -> float:
    """Return the bytes that a judgement keeps of one resource, each shown in a page of a list and read."""
    contract = open_store().contract(PROVIDER)
    judgement = judgement_of(contract)
    taken = mixed_traffic()[PROVIDER]
    for operation, exchange in taken:
        judgement.take(operation, fresh_exchange(exchange))
    task = contract.task
    assert task is not None
    name = task.operations_with("read")[0]
    operation, exchange = next((o, e) for o, e in taken if o.id == name and e.status == 200)
    document = json.loads(exchange.reply)
    old = document[task.key[0].lstrip("/")]
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in range(RESOURCES):
        new = f"{str(old)[:-6]}{i:06}"
        judgement.take(
            operation,
            Exchange(
                exchange.method,
                exchange.url.replace(str(old), new),
                exchange.headers,
                None,
                200,
                exchange.reply_headers,
                exchange.reply.replace(str(old).encode(), new.encode()),
            ),
        )
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return kept / RESOURCES


def main() -> None:
    """Print the figures, and the dearest functions."""
    judge_turn()
    if "profile" in sys.argv:
        profiler = cProfile.Profile()
        profiler.runcall(judge_turn)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(SHOWN)
    print(f"a task with {ACTS} acts: {acts_ratio():.2f} of a fresh one's time an exchange")
    print(f"{kept_bytes():,.0f} bytes kept a resource")


BENCHMARK = Benchmark(
    "judge", "judging of all providers' traffic", "decoding, routing, validating it", LIMIT, measure
)

if __name__ == "__main__":
    main()
