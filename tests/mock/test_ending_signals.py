"""Every signal that asks a process to end ends `mediatasks mock` in order."""

import json
import os
import signal
import subprocess
import sys

import pytest

from mediatasks.signals import ENDING


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_each_ending_signal_ends_the_mock_with_0_and_its_state_saved(tmp_path):
    command = [sys.executable, "-m", "mediatasks", "mock", "kokoon", "--port", "0", "--format", "json"]
    processes = {
        number: subprocess.Popen(
            [*command, "--state", str(tmp_path / f"{number.name}.json")], stdout=subprocess.PIPE, text=True
        )
        for number in ENDING
    }
    for process in processes.values():
        json.loads(process.stdout.readline())
    for number, process in processes.items():
        process.send_signal(number)
    for number, process in processes.items():
        process.communicate(timeout=60)
        assert (number, process.returncode) == (number, 0)
        assert (tmp_path / f"{number.name}.json").stat().st_size
    assert signal.SIGTERM in ENDING
