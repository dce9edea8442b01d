"""Start Prism on a contract and let it answer the documented requests."""

from __future__ import annotations

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from portability_process import started, tail

from mediatasks.contracts.model.contract import Contract
from mediatasks.mock.control.samples import Sample, samples

START_SECONDS = 60
REPLY_SECONDS = 20


def ask(command: list[str], folder: Path, contract: Contract) -> list[str]:
    """Start `command`, send it every documented request and return what went wrong."""
    # Without the calls view the operations are those of the document that Prism reads.
    operations = Contract(contract.provider, contract.plain, None).operations.values()
    requests = [sample for operation in operations for sample in samples(operation)]
    if not requests:
        return ["the contract documents no request"]
    port, log = _free_port(), folder / "prism.log"
    with started([*command, "--port", str(port)], folder, log) as process:
        if not _listens(process, log):
            code = process.poll()
            ended = (
                f"did not listen within {START_SECONDS} s"
                if code is None
                else f"ended with exit code {code}"
            )
            return [f"Prism {ended}\n{tail(log)}"]
        return [problem for sample in requests for problem in _send(sample, port)]


def _send(sample: Sample, port: int) -> Iterator[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REPLY_SECONDS)
    try:
        connection.request(sample.method, sample.target, sample.body or None, dict(sample.headers))
        reply = connection.getresponse()
        body = reply.read(2000).decode("utf-8", "replace")
        if str(reply.status) not in sample.operation.responses or not 200 <= reply.status < 300:
            wanted = sample.operation.success
            yield f"`{sample.operation.id}`: expected {wanted}, got {reply.status}: {body}"
    except (OSError, http.client.HTTPException) as error:
        yield f"`{sample.operation.id}`: no reply: {error!r}"
    finally:
        connection.close()


def _listens(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Wait until Prism itself says that it listens: another server may answer on its port."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if b"Prism is listening" in log.read_bytes():
            return True
        time.sleep(0.2)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
