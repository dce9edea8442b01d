"""Where the time of handling a request goes: cProfile over the mock's own functions, without a network.

`python -m benchmarks.mock_profile get|post|list`, in the folder `scripts`. The profiler makes small
functions dearer than they are: it shows where to look, not what can be won.
"""

from __future__ import annotations

import cProfile
import pstats
import sys

from benchmarks.mock_servers import PROVIDER, sample_of
from mediatasks.contracts.compose.store import open_store
from mediatasks.mock.application import Mock
from mediatasks.mock.http.messages import MockRequest

REQUESTS, SHOWN = 20_000, 40


def profile(name: str) -> pstats.Stats:
    """Return what so many requests `name` cost, each function with what it calls first."""
    sample = sample_of(name)
    path, headers = f"/{PROVIDER}{sample.target}", {n.lower(): v for n, v in sample.headers.items()}
    mock = Mock(open_store().choose([PROVIDER]), sends=False)
    profiler = cProfile.Profile()
    for _ in range(REQUESTS):
        request = MockRequest(sample.method, path, [], headers, sample.body)
        reply = profiler.runcall(mock.handle, request)
        if reply.status >= 300:
            sys.exit(f"error: the mock answered {reply.status}")
    return pstats.Stats(profiler).sort_stats("cumulative")


def main() -> None:
    """Print the dearest functions."""
    if len(sys.argv) != 2 or sys.argv[1] not in ("get", "post", "list"):
        sys.exit("error: expected get, post or list")
    profile(sys.argv[1]).print_stats("mediatasks", SHOWN)


if __name__ == "__main__":
    main()
