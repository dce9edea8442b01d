"""The official package's half of `vendor_call.py`: runs in its own virtual environment.

For each line N on standard input it makes N calls and prints the seconds that they took.
"""

import sys
import time

from livepeer import Livepeer  # type: ignore[import-not-found, unused-ignore]


def main() -> None:
    """Call the base URL and the task id of the command line."""
    url, task_id = sys.argv[1:]
    client = Livepeer(api_key="key", server_url=url)
    for line in sys.stdin:
        started = time.perf_counter()
        for _ in range(int(line)):
            assert client.task.get(task_id=task_id).task is not None
        print(time.perf_counter() - started, flush=True)


main()
