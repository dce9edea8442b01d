"""What a reply costs of which one member does not fit: it is read member by member."""

from __future__ import annotations

import json

from mediatasks_clients.livepeer.client import GET_TASK, LIST_TASKS

from benchmarks import task
from benchmarks.default_client import default_client, load_task
from benchmarks.measurement import Benchmark, NotRun, Ratios, interleave, timed
from mediatasks.client.replies.reply import read_reply

ROUNDS, TASKS = 61, 100
_FITS, _ODD = '"createdAt":', '"createdAt":"soon","_":'


def measure_task() -> Ratios:
    """Read the documented example with one odd member; the default models read it as it is."""
    body, odd = task.documented(), odd_task()
    with default_client() as folder:
        model = load_task(folder)
        ours = timed(lambda: read_reply(GET_TASK, 200, {}, odd), 100)
        theirs = timed(lambda: model.from_dict(json.loads(body)), 30)
        return interleave(ours, theirs, ROUNDS)


def measure_page() -> Ratios:
    """Read a page of tasks of which one has an odd member, and the same page without."""
    body = task.documented()
    odd_page = b"[" + b",".join([odd_task(), *[body] * (TASKS - 1)]) + b"]"
    page = b"[" + b",".join([body] * TASKS) + b"]"
    ours = timed(lambda: read_reply(LIST_TASKS, 200, {}, odd_page), 4)
    theirs = timed(lambda: read_reply(LIST_TASKS, 200, {}, page), 8)
    return interleave(ours, theirs, ROUNDS)


def odd_task() -> bytes:
    """Return the documented example with text where the task's `createdAt` has a number. Raises NotRun."""
    text = task.documented().decode().replace(_FITS, _ODD, 1)
    reply = read_reply(GET_TASK, 200, {}, text.encode())
    if [found.expected for found in reply.deviations] != ["an integer"]:
        raise NotRun("the example has no `createdAt` that can be made odd")
    return text.encode()


BENCHMARKS = (
    Benchmark("decode-odd", "typed decode, one odd member", "default attrs models", 0.75, measure_task),
    Benchmark("page-odd", "a page of 100 tasks, one odd member", "the page that fits", 6.00, measure_page),
)
