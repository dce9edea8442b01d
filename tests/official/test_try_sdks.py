import sys
from pathlib import Path

import pytest
import try_sdks
from try_sdks import Sdk, find_sdks

# Stands for the driver of an SDK: it calls the mock once, and again where that failed.
DRIVER = """
import sys, urllib.error, urllib.request
url, key, payload, failed = sys.argv[1:]
for _ in range({times}):
    request = urllib.request.Request(url + "/task", headers={{"Authorization": "Bearer " + key}})
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        print(error.code)
sys.exit({code})
"""


def test_sdks_that_are_not_installed_are_named_with_what_to_give(tmp_path):
    python, node = find_sdks(None, tmp_path)
    assert "--python" in python.lacks
    assert node.lacks


def test_an_interpreter_without_the_package_is_told():
    python, _ = find_sdks(Path(sys.executable), None)
    assert "`livepeer` is not installed" in python.lacks


def test_nothing_to_try_exits_with_2(capsys):
    assert try_sdks.main([]) == 2
    assert "livepeer for JavaScript" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("times", "code", "told"),
    [(2, 0, "no error"), (1, 0, "did not repeat"), (2, 1, "the exit code of its calls is 1")],
)
def test_an_sdk_that_fails_or_does_not_repeat_is_told(times, code, told, tmp_path, capsys):
    driver = tmp_path / "driver.py"
    driver.write_text(DRIVER.format(times=times, code=code), "utf-8")
    skipped = Sdk("other", lacks="`other` is not installed")
    result = try_sdks.try_sdks([Sdk("made up", (sys.executable, str(driver))), skipped], tmp_path)
    out = capsys.readouterr().out
    assert (result, told in out) == (int(told != "no error"), True)
    assert "other: skipped, `other` is not installed" in out
