import pytest
from msgspec.structs import replace

from mediatasks.judge.evidence.sorting import ordered
from mediatasks.judge.rules.lists import list_order
from tests.check.rules.wrong_mock import answered, contract_of, find, places, unasked

RULE = "list-order"


@pytest.mark.parametrize("provider", ["boro", "kokoon", "livepeer", "taskengine", "vionlabs", "press"])
def test_a_right_server_passes(provider):
    assert find(RULE, provider) == []


@pytest.mark.parametrize(
    ("provider", "operation", "place"),
    [
        ("taskengine", "list_jobs", "/*/id"),
        ("livepeer", "list_tasks", "/*/status/updatedAt"),
        ("livepeer", "list_tasks", "/*/createdAt"),
    ],
)
def test_a_server_that_lists_backwards_is_found(provider, operation, place):
    found = find(RULE, provider, answer=answered(operation, lambda body: body[::-1]))
    assert (operation, place) in places(found)


def test_a_server_that_ignores_the_direction_is_found():
    [finding] = find(RULE, "taskengine", unasked("asc"))
    assert (finding.expected, finding.fact) == ("`/id` rising", "list_jobs asc")


def test_a_server_that_ignores_the_keys_is_found():
    found = find(RULE, "livepeer", unasked("order"))
    assert {("list_tasks", "/*/createdAt"), ("list_tasks", "/*/type")} <= places(found)
    assert {f.fact for f in found} == {"list_tasks order"}


def test_a_server_that_takes_one_direction_for_the_other_is_found():
    def ask(request):
        query = [(n, v.replace("createdAt-true", "createdAt-false")) for n, v in request.query]
        return replace(request, query=query)

    [finding] = find(RULE, "livepeer", ask)
    assert finding.expected == "`/createdAt` falling"


def test_a_server_that_sorts_what_it_has_cut_is_found():
    """The first ones of another order, each page in the right one."""

    def ask(request):
        # The lowest numbers, whatever was asked for.
        few = dict(request.query).get("limit") == "2"
        query = [*(p for p in request.query if p[0] != "asc"), ("asc", "1")] if few else request.query
        return replace(request, query=query)

    def fall(jobs):
        return sorted(jobs, key=lambda job: -job["id"]) if len(jobs) == 2 else jobs

    [finding, *_] = find(RULE, "taskengine", ask, answered("list_jobs", fall))
    assert finding.expected.startswith("the first ones by `/id` falling")


def test_an_order_that_was_only_inferred_binds_nobody():
    # The provider notes of Boro: replies need not be in any order.
    assert not list_order.applies(contract_of("boro"))
    backwards = answered("list_tasks", lambda body: {**body, "sr_tasks": body["sr_tasks"][::-1]})
    assert find(RULE, "kokoon", answer=backwards) == []


def test_what_is_out_of_order_once_is_right():
    times = []

    def answer(request, reply):
        if request.operation == "list_jobs":
            times.append(1)
        return answered("list_jobs", lambda jobs: jobs[::-1])(request, reply) if len(times) == 2 else reply

    assert find(RULE, "taskengine", answer=answer) == []
    assert len(times) > 2


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [
        (1, 2, True),
        (2, 1, False),
        (2, 2, True),
        ("2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.25Z", False),
        ("2026-01-01T02:00:00+02:00", "2026-01-01T00:30:00Z", True),
        ("beta", "Alpha", False),
        ("Beta", "alpha", True),
        ("Alpha", "beta", True),
        ("a-c", "ab", True),
        (True, False, True),
        ("10", 9, True),
        (None, 3, True),
    ],
)
def test_two_neighbours_are_judged_where_every_server_sorts_alike(before, after, right):
    assert ordered(before, after, descending=False) is right


def test_falling_order_is_rising_order_backwards():
    assert ordered(2, 1, descending=True)
    assert not ordered(1, 2, descending=True)
