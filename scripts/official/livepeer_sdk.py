"""Call a Livepeer server with the official Python SDK; run by the Python that has it installed.

    python livepeer_sdk.py URL KEY PAYLOAD FAILED

PAYLOAD is a file with the body of a transcode request, FAILED the id of a task that may be retried. Prints
a line for each step; the first error ends it with exit code 1.
"""

import json
import sys
import time
from pathlib import Path

from livepeer import Livepeer
from livepeer.models.components import TranscodePayload
from livepeer.utils import BackoffStrategy, RetryConfig

# Milliseconds; the exponent is 1.
RETRIES = RetryConfig("backoff", BackoffStrategy(50, 200, 1.0, 10_000), True)


def main() -> int:
    """Run the steps."""
    url, key, payload, failed = sys.argv[1:]
    sdk = Livepeer(api_key=key, server_url=url, retry_config=RETRIES)
    tasks = sdk.task.get_all().data or []
    print(f"list: {len(tasks)} tasks")
    for task in tasks:
        assert sdk.task.get(task_id=task.id).task.id == task.id
    print(f"get: {len(tasks)} tasks")
    request = TranscodePayload.model_validate(json.loads(Path(payload).read_text("utf-8")))
    created = sdk.transcode.create(request=request).task
    print(f"create: {created.status.phase.value}")
    for _ in range(200):
        task = sdk.task.get(task_id=created.id).task
        if task.status.phase.value in ("completed", "failed", "cancelled"):
            break
        time.sleep(0.05)
    print(f"wait: {task.status.phase.value}, output {task.output is not None}")
    # The SDK has no call for it; the request is made with the SDK's own HTTP client.
    reply = sdk.sdk_configuration.client.post(
        f"{url}/task/{failed}/retry", headers={"Authorization": f"Bearer {key}"}
    )
    assert reply.status_code == 200, reply.text
    print(f"retry: {sdk.task.get(task_id=failed).task.status.phase.value}")
    return 0 if task.status.phase.value == "completed" else 1


if __name__ == "__main__":
    sys.exit(main())
