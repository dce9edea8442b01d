"""What a provider sends by itself comes from its contract: callbacks, webhooks, `x-delivery`."""

import json
import subprocess
import sys
import time

import pytest

from mediatasks.client.webhooks.webhooks import Webhooks
from mediatasks.contracts.compose.store import ContractStore
from mediatasks.errors import ControlError
from mediatasks.mock import Clock, Mock, MockServer
from mediatasks.mock.store.state_file import StateFile
from tests.conftest import MADE_UP

SIGNATURE = {
    "header": "X-Signature",
    "format": "at={timestamp} hmac={signature}",
    "algorithm": "hmac-sha256-hex",
    "signs": "body",
    "timestamp": {"at": "/sent", "unit": "unix-s"},
}


def webhook(schema="Print", signature=None, **delivery):
    """Return a path item."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    post = {"operationId": "receive_it", "requestBody": {"content": content}, "responses": {}}
    item = {"x-delivery": delivery, "post": post}
    return {**item, "x-signature": signature} if signature else item


def set_webhooks(**webhooks):
    return lambda document: document.update(webhooks=webhooks)


def set_address(key, **delivery):
    """Give the callback of the press another key and `x-delivery`."""

    def change(document):
        callback = document["paths"]["/prints"]["post"]["callbacks"]["ended"]
        (item,) = callback.values()
        callback.clear()
        callback[key] = {**item, "x-delivery": delivery} if delivery else item

    return change


def send_print(press, receiver, **members):
    """Create a print that tells the receiver of its end; return its number."""
    made = press("POST", "/prints", json={"title": "A", "notify": receiver.url, **members})
    return made.json()["number"]


def test_a_callback_of_a_contract_without_code_is_sent_when_the_task_ends(press, receiver):
    number = send_print(press, receiver)
    press.clock.advance(2.9)
    press.mock.settle()
    assert receiver.bodies == []
    press.clock.advance(0.1)
    assert press.mock.settle()
    (body,) = receiver.bodies
    assert body == press("GET", f"/prints/{number}").json()
    assert (body["stage"], body["title"]) == ("printed", "A")


def test_a_request_without_an_address_is_told_to_nobody(press, receiver):
    press("POST", "/prints", json={"title": "A"})
    press.clock.advance(60)
    press.mock.settle()
    assert press.mock.control.outgoing() == []


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("$request.body#/notify", "/"),
        ("{$request.body#/notify}/done/{$response.body#/number}", "/done/2"),
        ("{$request.body#/notify}/{$request.body#/title}", "/A"),
    ],
)
def test_the_key_of_a_callback_gives_its_address(press_with, receiver, key, path):
    press = press_with(set_address(key))
    send_print(press, receiver)
    press.clock.advance(60)
    press.mock.settle()
    assert receiver.paths == [path]


def test_a_callback_is_told_what_its_delivery_says(press_with, receiver):
    delivery = {"entered": {"printing": {"/reason": "begun"}}, "body": {"/number": "$resource#/number"}}
    press = press_with(set_address("{$request.body#/notify}", **delivery))
    number = send_print(press, receiver)
    press.clock.advance(60)
    press.mock.settle()
    # `stage` is required by the schema of the body, and nothing gives it.
    assert receiver.bodies == [{"number": number, "reason": "begun", "stage": "waiting"}]


def test_a_callback_of_an_operation_that_creates_nothing_is_of_what_it_addresses(press_with, receiver):
    def change(document):
        callbacks = document["paths"]["/prints"]["post"].pop("callbacks")
        document["paths"]["/prints/{number}"]["get"]["callbacks"] = callbacks
        callbacks["ended"] = {f"{receiver.url}/{{$request.path.number}}": {"post": {}}}

    press = press_with(change)
    for _ in range(2):
        press("POST", "/prints", json={"title": "A"})
    press("GET", "/prints/3")
    press.clock.advance(60)
    press.mock.settle()
    assert receiver.paths == ["/3"]


def test_a_resource_gives_the_addresses_of_a_webhook(press_with, receiver):
    item = webhook(to="$resource#/reason", created={}, entered={"printed": {}})
    press = press_with(set_webhooks(moved=item))
    press.mock.services["press"].store.collections["Print"].create({"number": 5, "reason": receiver.url})
    press.mock.control.advance(60)
    press.mock.settle()
    assert [body["stage"] for body in receiver.bodies] == ["waiting", "printed"]


def test_many_addresses_are_cut_short(press_with, receiver):
    press = press_with(set_webhooks(moved=webhook(to="$resource#/reason", created={})))
    urls = [f"{receiver.url}/{n}" for n in range(200)]
    collection = press.mock.services["press"].store.collections["Print"]
    collection.create({"number": 5, "reason": [*urls, *urls, 7, None, ""]})
    press.mock.control.advance(1)
    press.mock.settle()
    assert receiver.paths == [f"/{n}" for n in range(50)]


@pytest.fixture
def told(press_with, receiver):
    """A press with the webhooks `made` and `moved`, and `receiver` registered for them."""
    moved = webhook(entered={"printing": {}, "printed": {"/reason": "done"}})
    press = press_with(set_webhooks(made=webhook(created={}), moved=moved))
    press.register = lambda *events, secret=None: press.mock.control.register(
        "press", f"{receiver.url}/{','.join(events)}", secret, events
    )
    return press


def test_a_registered_receiver_hears_of_every_change(told, receiver):
    told.register()
    told("POST", "/prints", json={"title": "A"})
    told.clock.advance(60)
    told.mock.settle()
    assert [body["stage"] for body in receiver.bodies] == ["waiting", "printing", "printed"]
    assert [body.get("reason") for body in receiver.bodies] == [None, None, "done"]


def test_each_event_shows_the_task_as_it_was_then(told, receiver):
    told.register()
    told("POST", "/prints", json={"title": "A"})
    told("POST", "/prints/2/withdrawal")
    told.mock.settle()
    assert [body["stage"] for body in receiver.bodies] == ["waiting"]


def test_a_receiver_may_choose_its_events(told, receiver):
    told.register("made")
    told("POST", "/prints", json={"title": "A"})
    told.clock.advance(60)
    told.mock.settle()
    assert receiver.paths == ["/made"]


def test_an_event_that_there_is_not_is_refused_with_the_nearest(told):
    with pytest.raises(ControlError, match="no event `maed`; did you mean `made`"):
        told.register("maed")


def test_a_receiver_can_be_removed(told, receiver):
    told.mock.control.unregister("press", told.register().id)
    told("POST", "/prints", json={"title": "A"})
    told.mock.settle()
    assert receiver.heard == []
    with pytest.raises(ControlError, match="no receiver `7`"):
        told.mock.control.unregister("press", "7")


def test_receivers_are_bounded(told):
    for _ in range(100):
        told.register()
    with pytest.raises(ControlError, match="at most 100 receivers"):
        told.register()


def test_a_receiver_needs_an_address(told):
    with pytest.raises(ControlError, match="expected an address like"):
        told.mock.control.register("press", "film.mp4")


def test_no_receiver_is_taken_where_the_contract_says_where_callbacks_go(press, render):
    with pytest.raises(ControlError, match="its requests say where its callbacks go"):
        press.mock.control.register("press", "http://127.0.0.1/")
    with pytest.raises(ControlError, match="has no webhooks"):
        render.mock.control.register("render", "http://127.0.0.1/")


def test_the_secret_of_a_receiver_is_shown_nowhere(told):
    told.register(secret="hush-hush")
    told("POST", "/prints", json={"title": "A"})
    told.mock.settle()
    control = told.mock.control
    assert "hush-hush" not in repr(control.receivers()) + repr(control.outgoing())
    assert [r.signed for r in control.receivers("press")] == [True]


def test_a_reset_forgets_receivers_and_what_waits(told, receiver):
    told.register()
    told("POST", "/prints", json={"title": "A"})
    receiver.status = 500
    told.mock.reset()
    told("POST", "/prints", json={"title": "B"})
    told.clock.advance(60)
    told.mock.settle()
    assert [body["title"] for body in receiver.bodies] in ([], ["A"])
    assert told.mock.control.receivers() == []


SIGNED = {
    "created": {},
    "occurred": {"at": "/created", "unit": "date-time"},
    "sent": {"at": "/sent", "unit": "unix-s"},
    "event_id": "/id",
    "receiver_id": "/to",
    "repeats": {"times": 2, "first": 10, "factor": 3},
}


@pytest.fixture
def signed(press_with, receiver):
    """A press whose webhook is signed, and its receiver."""
    press = press_with(set_webhooks(made=webhook(signature=SIGNATURE, **SIGNED)))
    press.receiver = press.mock.control.register("press", receiver.url, "hush")
    press("POST", "/prints", json={"title": "A"})
    press.mock.settle()
    return press


def test_a_signed_webhook_is_verified_by_the_client(signed, receiver):
    _, _, headers, body = receiver.heard[0]
    event = Webhooks(dict, signature=SIGNATURE).parse(body, headers, secret="hush")
    assert (event["to"], event["title"]) == (signed.receiver.id, "A")


def test_only_the_moment_by_which_age_is_judged_is_real_time(signed, receiver):
    (body,) = receiver.bodies
    assert body["created"] == "2026-02-02T02:40:00.000Z"
    assert abs(body["sent"] - time.time()) < 60


def test_a_repetition_has_the_id_of_its_event_and_a_signature_of_its_own(signed, receiver):
    receiver.heard.clear()
    receiver.status = 500
    signed("POST", "/prints", json={"title": "B"})
    for wait in (0, 10, 30, 90):
        signed.clock.advance(wait)
        signed.mock.settle()
    assert len(receiver.bodies) == 3
    assert len({body["id"] for body in receiver.bodies}) == 1
    for _, _, headers, body in receiver.heard:
        Webhooks(dict, signature=SIGNATURE).parse(body, headers, secret="hush")


def test_who_listens_does_not_change_the_ids_of_tasks(told, press_with):
    told.register()
    ids = [p("POST", "/prints", json={"title": "A"}).json()["number"] for p in (told, press_with())]
    assert ids[0] == ids[1]


def test_time_moves_tasks_that_somebody_waits_to_hear_of(made_up, receiver):
    mock = Mock([made_up.contract("press")], Clock(100))
    with MockServer(mock) as server:
        import httpx2

        body = {"title": "A", "notify": receiver.url}
        headers = {"authorization": "Bearer demo-token"}
        httpx2.post(f"{server.url_of('press')}/prints", json=body, headers=headers)
        _until(lambda: receiver.heard)
    assert receiver.bodies[0]["stage"] == "printed"


def test_steering_a_task_tells_of_it(press, receiver):
    number = send_print(press, receiver)
    press.mock.control.finish("press", str(number))
    press.mock.settle()
    assert [body["stage"] for body in receiver.bodies] == ["printed"]


def test_the_addresses_outlive_the_process(made_up, receiver, tmp_path):
    contracts, path = [made_up.contract("press")], tmp_path / "mock.db"
    with StateFile(path) as file:
        mock = Mock(contracts, file.clock(0))
        file.keep(mock)
        _ask(mock, {"title": "A", "notify": receiver.url})
    with StateFile(path) as file:
        mock = Mock(contracts, file.clock(0))
        file.keep(mock)
        mock.clock.advance(60)
        mock.settle()
    assert [body["stage"] for body in receiver.bodies] == ["printed"]


def _ask(mock, body):
    import httpx2

    headers = {"authorization": "Bearer demo-token"}
    with httpx2.Client(transport=mock.transport()) as client:
        assert client.post("http://mock/press/prints", json=body, headers=headers).is_success


def test_the_addresses_of_callbacks_are_not_shown(press, receiver):
    number = send_print(press, receiver)
    task = press.mock.control.task("press", str(number))
    assert receiver.url not in json.dumps(task.value)
    assert receiver.url not in press("GET", f"/prints/{number}").text


def test_a_mock_starts_without_what_only_sending_needs():
    code = (
        "import sys; from mediatasks.mock import Mock;"
        "from mediatasks.contracts.compose.store import ContractStore;"
        "from pathlib import Path;"
        f"Mock(ContractStore(Path({str(MADE_UP)!r})).choose([]));"
        "print([m for m in ('httpcore2', 'mediatasks.mock.webhooks.sender') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("delivery", "problem"),
    [
        ({"entered": {"prited": {}}}, "there is no state `prited`"),
        ({"resource": "Prnt"}, "there is no resource `Prnt`"),
        ({"to": "$resorce#/notify"}, "no such runtime expression"),
        ({"repeats": 3}, "expected"),
        ({"when": {}}, "expected"),
    ],
)
def test_a_delivery_that_makes_no_sense_is_told_at_the_start(tmp_path, delivery, problem):
    import yaml

    document = yaml.safe_load((MADE_UP / "press" / "openapi.yaml").read_text())
    document["webhooks"] = {"made": webhook(**delivery)}
    (tmp_path / "press").mkdir()
    (tmp_path / "press" / "openapi.yaml").write_text(yaml.safe_dump(document))
    from mediatasks.errors import ContractError

    with pytest.raises(ContractError, match=problem):
        ContractStore(tmp_path).contract("press")


def _until(holds):
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)
