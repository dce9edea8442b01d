import json

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediatasks import Livepeer
from mediatasks.exchange.http.link_header import next_query, read_links


@pytest.mark.parametrize(
    "header",
    [
        '<https://a.test/t?c=2>; rel="next"',
        "<https://a.test/t?c=2>; rel=next",
        "<https://a.test/t?c=2>;rel=NEXT",
        '<https://a.test/t?c=2> ; REL = "last  Next"',
        '<https://a.test/t?c=2>; title="a, <b>; rel=\\"prev\\""; rel="next"',
        "<https://a.test/t?c=2>; title*=UTF-8''%e2%82%ac; rel=next; rel=prev",
        '<https://a.test/t?c=1>; rel="prev", <https://a.test/t?c=2>; rel="next"',
        '<https://a.test/t?c=1>; rel=prev,<https://a.test/t?c=2>;rel=next',
        ', ,<https://a.test/t?c=1>, <https://a.test/t?c=2>; rel=next',
        '<https://a.test/x,y?c=1>; rel="last", </t?c=2>; rel="next"',
        '<?c=2>; rel="next http://a.test/rel/more"',
        "<?c=2#rows>; rel=next; crossorigin",
        '<?c=1>; rel="next"; anchor="#other", <?c=2>; rel="next"',
        'nonsense, <?c=2>; rel="next"',
        '<?c=1>; title="next"; rev=next, <?c=2>; rel=next',
        "<?c=1>; rel=nextcloud, <?c=2>; rel=next",
        "<?c=1>; xrel=next, <?c=2>; rel=next",
    ],
)  # fmt: skip
def test_the_next_link_is_found_in_every_form(header):
    assert next_query([header]) == {"c": "2"}


@pytest.mark.parametrize(
    "header",
    ["", "<?c=2>", '<?c=2>; rel="prev"', '<?c=2>; rel=prev; rel=next', '<?c=2; rel="next"', "?c=2; rel=next", '<?c=2>; title="rel=next"', '<?c=2>; rel="next', '<?c=2>; rev="next"'],
)  # fmt: skip
def test_no_other_link_is_the_next_one(header):
    assert next_query([header]) is None


def test_values_keep_their_commas_and_stay_when_empty():
    assert next_query(["<?ids=1,2&q=&s=a%26b>; rel=next"]) == {"ids": "1,2", "q": "", "s": "a&b"}


def test_several_headers_count_as_one():
    assert next_query(["<?c=1>; rel=prev", "<?c=2>; rel=next"]) == {"c": "2"}


targets = st.text(st.characters(exclude_characters=">", codec="ascii"), max_size=9)
relations = st.lists(st.sampled_from(["next", "prev", "last", "x"]), min_size=1, max_size=3)


@given(st.lists(st.tuples(targets, relations, st.text(max_size=9), st.booleans()), max_size=4))
def test_every_link_that_is_written_is_read(links):
    def written(target, rels, title, first):
        parameters = [
            f"title={json.dumps(title, ensure_ascii=False).replace(chr(92) + 'n', '-')}",
            f'rel="{" ".join(rels)}"',
        ]
        return f"<{target}>; " + "; ".join(parameters[:: 1 if first else -1])

    read = list(read_links(", ".join(written(*link) for link in links)))
    assert [(r.target, r.relations) for r in read] == [
        (t.strip(), frozenset(rels)) for t, rels, _, _ in links
    ]


@given(st.text(st.sampled_from('<>,;="\\ relnext?c2#[]%')))
def test_no_header_breaks_the_reader(header):
    next_query([header])


def test_pages_follow_a_link_of_two_relations():
    links = iter(['<https://h.test/task?cursor=c2>; rel="last next"', ""])

    def answer(request):
        return httpx2.Response(200, json=[{"id": str(request.url)}], headers={"Link": next(links)})

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        livepeer = Livepeer("http://livepeer.test", api_key="k", http_client=http)
        assert len(list(livepeer.pages(livepeer.list_tasks))) == 2
