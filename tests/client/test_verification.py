"""Signed webhooks: what is accepted, and that nothing else is."""

import hashlib
import hmac
import math
import random
import shutil
import subprocess
import time
from email.message import Message

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks import Livepeer
from mediatasks.client.webhooks import verification
from mediatasks.client.webhooks.verification import check_age, read_secrets, verify_signature
from mediatasks.errors import UsageError, WebhookError
from mediatasks.exchange.http.signing import sign_webhook
from tests.client.events import SECRET, body_of, headers_of, signature_of, signed

RULES = Livepeer.webhooks.signature
OTHER = "0" * 64
GOOD = "{good}"


def parse(body, headers, secret=SECRET, **options):
    return Livepeer.webhooks.parse(body, headers, secret=secret, **options)


@pytest.mark.parametrize(
    "secret",
    [
        *("", " ", "\n", "\t \r\n", "\u00a0", "\ufeff", "\u200b", "\0", b"", b" \n", b"\0" * 64),
        *([], (), [""], ["hush", ""], ["hush", None], [None], [b""], iter([])),
    ],
)
def test_a_blank_secret_is_a_usage_error(secret):
    body, headers = signed("")
    with pytest.raises(UsageError, match="secret"):
        parse(body, headers, secret)
    with pytest.raises(UsageError, match="secret"):
        Livepeer.webhooks.app(print, secret=secret)


@pytest.mark.parametrize(
    "secret", [7, True, {"hush": 1}, object(), "\ud800", bytearray(b"hush"), ["hush", 7]]
)
def test_a_secret_of_another_kind_is_a_usage_error_that_does_not_show_it(secret):
    with pytest.raises(UsageError, match="`secret`") as caught:
        parse(*signed(), secret)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("options", [{}, {"secret": None}, {"verify": None}, {"verify": 0}, {"verify": ""}])
def test_no_secret_for_a_provider_that_signs_is_a_usage_error(options):
    with pytest.raises(UsageError, match="give the webhook's `secret`"):
        Livepeer.webhooks.parse(*signed(), **options)
    with pytest.raises(UsageError, match="give the webhook's `secret`"):
        Livepeer.webhooks.app(print, **options)


def test_the_caller_may_say_that_nothing_is_verified():
    assert Livepeer.webhooks.parse(body_of(age=9999), verify=False).id == "e1"


def test_a_secret_that_would_not_be_used_is_a_usage_error():
    with pytest.raises(UsageError, match="not both"):
        parse(*signed(), verify=False)


@pytest.mark.parametrize(
    "header",
    [
        "t=1,v1={good}",
        "v1={good},t=1",
        "t=1, v1={good}",
        "  t=1 ,\tv1={good}  ",
        "t = 1, v1 = {good}",
        "v0={other},t=1,v1={good}",
        "t=1,v1={good},v0={other},v2=zz,scheme",
        "t=1,v1={other},v1={good}",
        "t=1,v1={good},v1={other}",
        "t=1,v1={good},t=2",
        "t=1,v1={good},",
        "t=1;v1={good}",
    ],
)
def test_every_form_of_the_header_is_read(header):
    body = body_of()
    value = header.format(good=signature_of(body), other=OTHER)
    assert parse(body, {"Livepeer-Signature": value}).id == "e1"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("", "unsigned"),
        (GOOD, "unsigned"),
        ("t=1", "unsigned"),
        ("v1={good}", "unsigned"),
        ("t=,v1={good}", "unsigned"),
        ("t=now,v1={good}", "unsigned"),
        ("t=١,v1={good}", "unsigned"),
        ("t=1,v1=", "unsigned"),
        ("t=1,v0={good}", "unsigned"),
        ("t=1,v11={good}", "unsigned"),
        ("t=1,xv1={good}", "unsigned"),
        ("t=1,V1={good}", "unsigned"),
        ("t=1,v1={other}", "forged"),
        ("t=1,v0={good},v1={other}", "forged"),
        ("t=1,v1={good}0", "forged"),
        ("t=1,v1=x{good}", "forged"),
        ('t=1,v1="{good}"', "forged"),
        ("t=1,v1=ä\ud800", "forged"),
    ],
)
def test_a_header_without_the_right_signature_is_refused(header, kind):
    body = body_of()
    value = header.format(good=signature_of(body), other=OTHER)
    with pytest.raises(WebhookError) as caught:
        parse(body, {"Livepeer-Signature": value})
    assert caught.value.kind == kind
    assert signature_of(body) not in str(caught.value)


@pytest.mark.parametrize("used", ["old", "new"])
@pytest.mark.parametrize("secret", [["old", "new"], ("new", b"old"), {"old", "new"}])
def test_both_secrets_are_accepted_while_one_replaces_the_other(used, secret):
    assert parse(*signed(used), secret).id == "e1"


def test_a_secret_that_is_not_listed_is_not_accepted():
    with pytest.raises(WebhookError, match="does not fit"):
        parse(*signed("hush"), ["old", "new"])


@pytest.mark.parametrize("change", [bytes, bytearray, memoryview, bytes.decode])
def test_a_body_is_bytes_or_text(change):
    body, headers = signed(id="ä")
    assert parse(change(body), headers).id == "ä"


@pytest.mark.parametrize("body", [None, {}, {"id": "e1"}, 7, [1], object()])
def test_a_body_that_was_decoded_before_is_a_usage_error(body):
    with pytest.raises(UsageError, match="raw body"):
        parse(body, {})


def test_text_that_is_no_unicode_is_no_event():
    with pytest.raises(WebhookError, match="not valid Unicode"):
        parse("\ud800", {})


def message(name, value):
    headers = Message()
    headers[name] = value
    return headers


@pytest.mark.parametrize(
    "shape",
    [
        lambda n, v: {n: v},
        lambda n, v: {n.upper(): v},
        lambda n, v: {n.lower().encode(): v.encode()},
        lambda n, v: {n: [v]},
        lambda n, v: [(n, v)],
        lambda n, v: ((n.encode(), v.encode()) for _ in "1"),
        lambda n, v: [["host", "me"], [n, v]],
        lambda n, v: {"host": "me", n: v}.items(),
        lambda n, v: [(n, "t=1,v1=" + OTHER), (n, v)],
        lambda n, v: [(n, v), (n.lower(), "t=1,v1=" + OTHER)],
        lambda n, v: {n: v, n.lower(): "nonsense"},
        lambda n, v: {n: ["nonsense", v]},
        lambda n, v: httpx2.Headers([(n, "t=1,v1=" + OTHER), (n, v)]),
        message,
    ],
)
def test_headers_are_a_mapping_or_pairs_of_any_kind(shape):
    body, headers = signed()
    ((name, value),) = headers.items()
    assert parse(body, shape(name, value)).id == "e1"


@pytest.mark.parametrize("headers", [None, {}, [], {"Livepeer": "x"}, {"X-Livepeer-Signature": "x"}])
def test_a_webhook_without_the_header_is_refused(headers):
    with pytest.raises(WebhookError, match="is missing") as caught:
        parse(body_of(), headers)
    assert caught.value.kind == "unsigned"


@pytest.mark.parametrize(
    "headers", ["Livepeer-Signature", 7, ["x"], [("a", "b", "c")], {"livepeer-signature": 7}]
)
def test_headers_of_another_shape_are_a_usage_error(headers):
    with pytest.raises(UsageError, match="header"):
        parse(body_of(), headers)


@given(st.binary(min_size=1), st.text(min_size=1).filter(str.isalnum), st.randoms(use_true_random=False))
def test_what_is_signed_is_verified_and_any_bit_that_changes_is_refused(body, secret, choice):
    headers = sign_webhook(RULES, body, secret, 0)
    keys = read_secrets(secret)
    verify_signature(RULES, body, headers, keys)
    at, bit = choice.randrange(len(body)), 1 << choice.randrange(8)
    changed = body[:at] + bytes([body[at] ^ bit]) + body[at + 1 :]
    with pytest.raises(WebhookError):
        verify_signature(RULES, changed, headers, keys)
    value = headers["Livepeer-Signature"].encode()
    at = choice.randrange(value.index(b"v1="), len(value))
    changed = value[:at] + bytes([value[at] ^ (1 << choice.randrange(8))]) + value[at + 1 :]
    with pytest.raises(WebhookError):
        verify_signature(RULES, body, [("livepeer-signature", changed)], keys)


VALUES = st.text(alphabet="tv01=,; {}abé\n") | st.binary(max_size=60)


@given(st.binary(max_size=60) | st.text(), st.lists(st.tuples(st.just("livepeer-signature"), VALUES)))
def test_no_made_up_webhook_is_accepted_and_none_crashes(body, headers):
    with pytest.raises(WebhookError):
        parse(body, headers)


ELEMENTS = st.sampled_from(["v0=ff", "v2=ff", "v1=" + OTHER, "v1=x", "t=3", "other", "", " a = b "])


@given(
    st.lists(ELEMENTS, max_size=5),
    st.randoms(use_true_random=False),
    st.sampled_from([",", ", ", " ,", ";"]),
)
def test_other_elements_in_any_order_change_nothing(elements, choice, separator):
    body = body_of()
    genuine = ["t=1", "v1=" + signature_of(body)]
    both = [*elements, *genuine]
    choice.shuffle(both)
    assert parse(body, {"livepeer-signature": separator.join(both)}).id == "e1"
    without = [e for e in both if e != genuine[1]]
    with pytest.raises(WebhookError):
        parse(body, {"livepeer-signature": separator.join(without)})


@pytest.mark.parametrize(
    "form",
    [
        "{signature}",
        "sha256={signature}",
        "ts={timestamp};h1={signature}",
        "at={timestamp} hmac={signature}",
        "HMAC {signature}!",
    ],
)
def test_every_form_that_a_contract_states_is_verified(form):
    rules = {**RULES, "header": "X-Sign", "format": form}
    headers = sign_webhook(rules, b"body", "hush", 1)
    verify_signature(rules, b"body", headers, [b"hush"])
    with pytest.raises(WebhookError):
        verify_signature(rules, b"body", headers, [b"hush!"])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the command openssl")
@pytest.mark.parametrize("seed", range(5))
def test_openssl_signs_alike(seed):
    body = body_of(noise=random.Random(seed).randbytes(seed * 40).hex())
    command = ["openssl", "dgst", "-sha256", "-hmac", f"key {seed}"]
    done = subprocess.run(command, input=body, capture_output=True, check=True)
    signature = done.stdout.decode().split()[-1]
    assert parse(body, {"Livepeer-Signature": f"t=1,v1={signature}"}, f"key {seed}").id == "e1"


def test_signatures_are_compared_in_constant_time_and_all_of_them(monkeypatch):
    compared = []

    def compare(left, right):
        compared.append(right)
        return hmac.compare_digest(left, right)

    monkeypatch.setattr(verification, "hmac", type("Spy", (), {"new": hmac.new, "compare_digest": compare}))
    body = body_of()
    value = f"t=1,v1={signature_of(body)},v1={OTHER}"
    assert parse(body, {"Livepeer-Signature": value}, ["hush", "new"]).id == "e1"
    assert len(compared) == 4


@pytest.mark.parametrize(
    ("age", "kind", "problem"),
    [
        (3600, "too-old", "sent 3600 s ago"),
        (-3600, "from-the-future", "3600 s ahead of this machine's clock"),
    ],
)
def test_too_old_and_from_the_future_are_told_apart(age, kind, problem):
    with pytest.raises(WebhookError, match=problem) as caught:
        parse(*signed(age=age))
    assert caught.value.kind == kind


@pytest.mark.parametrize(("age", "tolerance"), [(290, 300), (-290, 300), (9999, math.inf), (20, 30.5)])
def test_what_is_within_the_tolerance_is_accepted(age, tolerance):
    assert parse(*signed(age=age), tolerance=tolerance).id == "e1"


@pytest.mark.parametrize("tolerance", [math.nan, -1, -math.inf, "300", None, True])
def test_a_tolerance_that_bounds_nothing_is_a_usage_error(tolerance):
    with pytest.raises(UsageError, match="`tolerance`"):
        parse(*signed(age=9999), tolerance=tolerance)


@pytest.mark.parametrize("moment", ["now", None, True, [], "1587667174725", 10**400])
def test_a_body_without_a_time_is_refused(moment):
    with pytest.raises(WebhookError, match=r"has no time at `/timestamp`|is not JSON"):
        parse(*signed(timestamp=moment))


def test_a_fresh_header_does_not_save_an_old_body():
    body = body_of(age=3600)
    fresh = {"Livepeer-Signature": f"t={int(time.time() * 1000)},v1={signature_of(body)}"}
    with pytest.raises(WebhookError, match="own time"):
        parse(body, fresh)


@pytest.mark.parametrize(
    ("unit", "moment"),
    [
        ("unix-s", 1_000_000_000.25),
        ("unix-ms", 1_000_000_000_000),
        ("date-time", "2001-09-09T01:46:40Z"),
        ("local", "2001-09-09 01:46:40"),
        ("local", "2001-09-09 03:46:40 +0200"),
    ],
)
def test_the_age_is_read_in_every_unit(unit, moment, monkeypatch):
    rules = {"timestamp": {"at": "/sent", "unit": unit}}
    monkeypatch.setattr(verification.time, "time", lambda: 1_000_000_100.0)
    check_age(rules, {"sent": moment}, 101)
    with pytest.raises(WebhookError, match="too old"):
        check_age(rules, {"sent": moment}, 99)


def test_nothing_of_a_secret_stands_in_a_message():
    for change in ({"age": 9999}, {"timestamp": "now"}, {"secret": "hush-hush"}):
        with pytest.raises(WebhookError) as caught:
            parse(*signed(**change))
        assert "hush" not in str(caught.value)


def test_the_digest_is_that_of_the_standard():
    """RFC 4231, test case 2."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    body = b"what do ya want for nothing?"
    assert hmac.new(b"Jefe", body, hashlib.sha256).hexdigest() == expected
    verify_signature(RULES, body, {"livepeer-signature": f"t=1,v1={expected}"}, [b"Jefe"])
    assert headers_of(body, "Jefe")["Livepeer-Signature"].endswith(expected)
