import pytest

from mediatasks.contracts.provenance.source_text import SourceText

MANUAL = SourceText("""Print shop

Request

  • title — a string;

GET: /orders

2xx - The   orders

{
"state": "waiting", "pages": 12, "print_size": {"width": 1.5}}

GET: /orders/<order id>

4xx - Refused

fpsstringFrames per second
curl https://shop.example.com/v1/jobs
DELETE
/
jobs
/
{jobId}
""")


@pytest.mark.parametrize(
    "locator",
    [
        "Request",
        "request,  TITLE",
        "GET: /orders, 2xx - the orders",
        "GET: /orders/{id}",
        "GET /orders/{id}, 4xx",
        "GET: /orders, state.pages",
        "state.pages",
        "state.print_size.width",
        "Request; GET: /orders, 2xx",
    ],
)
def test_a_locator_leads_to_headings_and_fields(locator):
    assert MANUAL.locate(locator)[1] == ""


@pytest.mark.parametrize(
    ("locator", "part"),
    [
        ("Reply, title", "Reply"),
        ("Request, author", "author"),
        ("shop", "shop"),  # It does not open a line.
        ("GET: /orders, 2xx, title", "title"),  # It stands before.
        ("GET: /orders, pages.state", "pages.state"),
        ("pages.width", "pages.width"),  # The first name does not open a line.
        ("GET: /prices", "GET: /prices"),
        ("Request; Reply", "Reply"),
        ("", "a heading"),
        ("Request, ", "a heading"),
    ],
)
def test_the_part_that_leads_nowhere_is_named(locator, part):
    position, missing = MANUAL.locate(locator)
    assert (position, missing) == (None, part)


def test_a_shorter_path_is_another_route():
    assert SourceText("GET: /orders/<id>").locate("GET: /orders")[0] is None


def test_a_name_is_a_whole_word():
    assert (MANUAL.find("print_size") is None, MANUAL.find("size") is None) == (False, True)


def test_the_case_of_a_name_counts():
    assert MANUAL.find("State") is None


def test_a_name_is_found_behind_the_place_only():
    start, _ = MANUAL.locate("GET: /orders/{id}")
    assert (MANUAL.find("state") is None, MANUAL.find("state", start) is None) == (False, True)


def test_the_cells_of_a_row_may_have_run_together():
    assert MANUAL.find("fps") is not None


def test_a_route_may_stand_on_several_lines_and_name_its_placeholder_otherwise():
    assert MANUAL.has_route("DELETE", "/jobs/{id}")


@pytest.mark.parametrize("path", ["/job", "/jobs/{id}/retry", "/{id}/jobs"])
def test_another_path_is_not_there(path):
    assert not MANUAL.has_route("DELETE", path)


def test_a_value_without_words_is_looked_for_as_it_stands():
    assert (SourceText('ids: "*"').find("*") is None, MANUAL.find("*") is None) == (False, True)


@pytest.mark.parametrize(
    ("number", "there"), [("1.5", True), ("1", False), ("5", False), ("12", True), ("-12", False)]
)
def test_a_number_is_found_whole(number, there):
    assert (MANUAL.find(number) is not None) == there


def test_a_section_is_found_with_or_without_its_last_point():
    assert SourceText("4.3.10. TaskReport").locate("4.3.10 TaskReport")[0] == 0


@pytest.mark.parametrize(
    "text", ["price number", "  • price — a number", '{"price": 1}', "by `price`", "?price=1"]
)
def test_a_field_opens_a_line_or_is_marked(text):
    assert SourceText(f"Order\n{text}").has_field("price")


def test_a_word_of_a_sentence_is_no_field():
    assert not SourceText("Order\nthe price of the total order, in cents").has_field("price")


def test_a_field_is_found_behind_a_word_of_a_sentence():
    assert SourceText("Order\nthe price of it\nprice: number").has_field("price")
