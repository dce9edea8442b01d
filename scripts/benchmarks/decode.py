"""Bytes to a typed task, against openapi-python-client's default models."""

from __future__ import annotations

import json

from mediatasks_clients.livepeer.client import GET_TASK

from benchmarks import task
from benchmarks.default_client import default_client, load_task
from benchmarks.measurement import Benchmark, Ratios, interleave, timed
from mediatasks.client.replies.reply import read_reply

ROUNDS, DECODES, DEFAULT_DECODES = 61, 400, 30


def measure() -> Ratios:
    """Decode the documented example by the client's own path, its checks included, and by theirs."""
    body = task.documented()
    with default_client() as folder:
        model = load_task(folder)
        ours = timed(lambda: read_reply(GET_TASK, 200, {}, body), DECODES)
        theirs = timed(lambda: model.from_dict(json.loads(body)), DEFAULT_DECODES)
        return interleave(ours, theirs, ROUNDS)


BENCHMARK = Benchmark("decode", "typed decode alone", "default attrs models", 0.10, measure)
