"""`--state FILE`: what was accepted is still there after a restart, however the process ended.

The file is written before the reply leaves.
"""

import os
import sqlite3
import subprocess
import sys
import time

import httpx2
import pytest

from mediatasks.errors import UsageError
from mediatasks.mock.application import Mock
from mediatasks.mock.store.state_file import VERSION, StateFile
from tests.conftest import MADE_UP

TOKEN = {"authorization": "Bearer demo-token"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mock.db"


@pytest.fixture
def serving(made_up, path):
    """Return a caller of the press on the file; the one before is gone as after kill -9."""
    left = []

    def start(speed=0.0, seed=0):
        for file in left:
            file._database.close()
        file = StateFile(path)
        left.append(file)
        mock = Mock([made_up.contract("press")], file.clock(speed), seed, check_replies=True)
        file.keep(mock)
        client = httpx2.Client(transport=mock.transport(), base_url="http://mock/press", headers=TOKEN)
        client.mock = mock
        return client

    yield start
    for file in left:
        file.close()


def run_on(path):
    program = "import sys; from mediatasks.cli.main import main; sys.exit(main())"
    words = ["mock", "--contracts", str(MADE_UP), "--port", "0", "--state", str(path)]
    command = [sys.executable, "-c", program, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def database_of(client):
    """Return the file's connection, to disturb it."""
    return client.mock.services["press"].store.lock._save.__self__.database


def add(client, title="A"):
    return client.post("/prints", json={"title": title}).json()


def test_a_created_resource_outlives_the_process(serving):
    created = add(serving(), "Leaflet")
    assert serving().get(f"/prints/{created['number']}").json() == created


def test_what_a_client_changed_outlives_the_process(serving):
    client = serving()
    number = add(client)["number"]
    client.post(f"/prints/{number}/withdrawal")
    assert serving().get(f"/prints/{number}").json()["stage"] == "withdrawn"


def test_ids_go_on_where_they_were(serving):
    add(serving())
    assert add(serving())["number"] == 3


def test_an_id_is_not_given_again_after_its_resource_is_gone(serving):
    client = serving()
    collection = client.mock.services["press"].store.collections["Print"]
    number = add(client)["number"]
    with client.mock.services["press"].store.lock:
        collection.remove(collection.items[(str(number),)])
    again = serving()
    assert again.get(f"/prints/{number}").status_code == 404
    assert add(again)["number"] == number + 1


def test_random_ids_do_not_come_again_after_a_restart(serving):
    ids = [serving().mock.services["press"].store.collections["Print"].rng.random() for _ in range(3)]
    assert len(set(ids)) == 3


def test_the_clock_goes_on_where_it_was(serving):
    client = serving()
    client.mock.clock.advance(3600)
    moment = client.mock.clock.now()
    assert serving().mock.clock.now() == moment


def test_a_running_clock_has_run_on_while_nothing_was_served(serving, monkeypatch):
    client = serving(speed=60.0)
    moment = client.mock.clock.now()
    later = time.time() + 10
    monkeypatch.setattr("mediatasks.mock.store.state_file.time.time", lambda: later)
    assert serving(speed=60.0).mock.clock.now() == pytest.approx(moment + 600, abs=30)


def test_a_resource_is_due_when_it_was(serving):
    client = serving()
    number = add(client)["number"]
    client.mock.clock.advance(0.9)
    client = serving()
    assert client.get(f"/prints/{number}").json()["stage"] == "waiting"
    client.mock.clock.advance(0.2)
    assert client.get(f"/prints/{number}").json()["stage"] == "printing"


def test_a_reset_is_kept(serving):
    client = serving()
    add(client)
    client.mock.reset()
    assert [p["number"] for p in serving().get("/prints").json()] == [1]


def test_a_write_that_fails_is_no_accepted_one_and_leaves_nothing_half_written(serving, path):
    client = serving()
    file = database_of(client)
    file.execute(
        "CREATE TRIGGER full BEFORE INSERT ON collections BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    assert client.post("/prints", json={"title": "A"}).status_code == 500
    assert client.get("/prints").status_code == 500
    assert file.execute("SELECT count(*) FROM resources").fetchone() == (1,)


def test_a_provider_that_the_file_does_not_know_begins_with_its_seeds(serving, made_up, path):
    client = serving()
    add(client)
    database_of(client).close()
    with StateFile(path) as file:
        mock = Mock([made_up.contract("press"), made_up.contract("render")], file.clock(0.0))
        file.keep(mock)
        held = {
            name: sum(len(s.items) for s in v.store.collections.values())
            for name, v in mock.services.items()
        }
    assert held == {"press": 2, "render": 1}


def test_two_processes_cannot_have_one_file(serving, path):
    serving()
    done = run_on(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "another process uses it" in done.stderr


def other_version(path):
    StateFile(path).close()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version={VERSION + 1}")
    database.close()


def other_database(path):
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE things (name TEXT)")
    database.close()


def damaged(path):
    StateFile(path).close()
    path.write_bytes(path.read_bytes()[:100] + b"\x00" * 8000)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (other_version, f"version {VERSION + 1}, and this mock reads version {VERSION}"),
        (other_database, "a database of something else"),
        (lambda path: path.write_bytes(b"no database at all" * 100), "is not a database"),
        (damaged, "is damaged"),
        (lambda path: path.mkdir(), "cannot be opened"),
    ],
)
def test_a_file_that_is_no_state_file_is_told_in_one_message(path, make, message):
    make(path)
    with pytest.raises(UsageError, match=message) as caught:
        StateFile(path)
    assert str(path) in str(caught.value)


def test_a_file_that_cannot_be_used_ends_the_command_with_exit_2(path):
    other_version(path)
    done = run_on(path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_a_file_of_other_contracts_is_told(serving, path):
    add(serving())
    file = database_of(serving())
    file.execute("UPDATE resources SET state = 'lost'")
    with pytest.raises(
        UsageError, match="does not fit the contracts: it holds a Print in the state `lost`"
    ):
        serving()


def test_without_a_file_sqlite_is_not_even_imported():
    program = "import sys, mediatasks.cli.mock; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], env=os.environ, check=False).returncode == 0
