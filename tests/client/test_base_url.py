import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks import TaskEngine
from mediatasks.client.requests.base_url import split_url
from mediatasks.errors import UsageError


@pytest.mark.parametrize(
    ("url", "origin", "prefix", "host"),
    [
        ("http://h", "http://h:80", "", "h"),
        ("HTTPS://Media.Example.ORG:443/v1", "https://media.example.org:443", "/v1", "media.example.org"),
        ("http://h:8080/a b".replace(" ", "%20"), "http://h:8080", "/a%20b", "h:8080"),
        ("http://my_container:1/@x", "http://my_container:1", "/%40x", "my_container:1"),
        ("http://[::1]:8420", "http://[::1]:8420", "", "[::1]:8420"),
        ("http://[fe80::1%eth0]/", "http://[fe80::1%eth0]:80", "/", "[fe80::1%eth0]"),
        ("http://bücher.example", "http://xn--bcher-kva.example:80", "", "xn--bcher-kva.example"),
        ("http://h.:/", "http://h.:80", "/", "h."),
    ],
)
def test_a_base_url_is_read_into_its_parts(url, origin, prefix, host):
    read, path, shown = split_url("p", url)
    assert (str(read), path, shown) == (origin, prefix, host)


NONE = [
    "http://[::1", "http://::1", "http://[::1]x", "http://[1.2.3.4]", "http://[g::1]", "http://[fe80::1%]", "http://h:0",
    "http://h:65536", "http://h:-1", "http://h:x", "http://h:8 0", "http://h:" + "9" * 5000, "http://", "http:///path",
    "http://:80", "ftp://h", "h", "//h", "http:/h", "file:///a", " http://h", "http://h ", "http://a b", "http://h/a b",
    "http://h\n", "http://ho\tst", "http://h\\x", "http://h\x00", "http://h?a=b", "http://h/#x", "http://h/?", "http://-a",
    "http://a..b", "http://" + "a" * 64, "http://" + "a." * 200, "http://\ud800", "http://h/\ud800", "http://a,b", "http://h]",
]  # fmt: skip


@pytest.mark.parametrize("url", NONE, ids=range(len(NONE)))
def test_what_is_no_base_url_is_refused(url):
    with pytest.raises(UsageError, match="`taskengine` needs a base URL: ") as caught:
        TaskEngine(url, client="c", api_key="k")
    str(caught.value).encode()


@pytest.mark.parametrize("url", [5, b"http://h", True, ["http://h"], httpcore2.URL("http://h")])
def test_a_base_url_that_is_no_text_is_refused(url):
    with pytest.raises(UsageError, match="a base URL is text, got `"):
        TaskEngine(url, client="c", api_key="k")


@pytest.mark.parametrize("user", ["me:hush@", "me@", ":hush@", "a%40b:hush@"])
def test_a_user_in_a_base_url_is_refused_and_not_shown(user):
    with pytest.raises(UsageError, match="no user and no password") as caught:
        TaskEngine(f"http://{user}h", client="c", api_key="k")
    assert "hush" not in str(caught.value)


pieces = st.lists(
    st.sampled_from(["http", "https", "://", "[", "]", "::1", "%", "@", ":", "80", "99999", "h", ".", "/", "?", "#", " ", "\\", "é", "\ud800", "\n", "xn--"])
    | st.text(st.characters(), max_size=3),
    max_size=8,
).map("".join)  # fmt: skip


@given(pieces | pieces.map(lambda rest: "http://" + rest) | pieces.map(lambda rest: "https://h" + rest))
def test_any_text_is_a_base_url_or_refused(url):
    try:
        origin, prefix, host = split_url("p", url)
    except UsageError as error:
        str(error).encode()
        return
    assert 0 < origin.port < 65536
    assert (prefix + host).isascii()
    assert not set(prefix + host) & set(" \r\n\t@\\?#")
    httpcore2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=prefix.encode() or b"/")
