import pytest

from mediatasks.contracts.model.router import Router


def routes(*paths):
    router = Router()
    for path in paths:
        router.add("GET", path, path)
    return router


def found(router, path):
    match = router.match(path)
    return match and (match.methods["GET"], dict(match.captured))


def test_a_literal_segment_wins_over_a_template():
    router = routes("/jobs/{id}", "/jobs/latest")
    assert found(router, "/jobs/latest") == ("/jobs/latest", {})


def test_a_template_is_tried_where_the_literal_leads_nowhere():
    router = routes("/jobs/latest/log", "/jobs/{id}/state")
    assert found(router, "/jobs/latest/state") == ("/jobs/{id}/state", {"id": "latest"})


def test_an_encoded_slash_stays_inside_its_parameter():
    assert found(routes("/jobs/{id}"), "/jobs/a%2Fb") == ("/jobs/{id}", {"id": "a/b"})


def test_an_empty_segment_is_no_parameter():
    assert found(routes("/jobs/{id}"), "/jobs/") is None


def test_text_around_a_template_is_matched():
    router = routes("/files/{name}.json", "/files/{name}")
    assert found(router, "/files/a.json") == ("/files/{name}.json", {"name": "a"})


def test_an_unknown_path_is_not_found():
    assert found(routes("/jobs"), "/job") is None


def test_a_path_keeps_all_its_methods():
    router = Router()
    router.add("GET", "/jobs", 1)
    router.add("POST", "/jobs", 2)
    assert set(router.match("/jobs").methods) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("order", [("GET", "HEAD"), ("HEAD", "GET")])
def test_head_is_what_get_is_unless_the_contract_has_its_own(order):
    router = Router()
    router.add("GET", "/plain", "GET")
    for method in order:
        router.add(method, "/own", method)
    assert router.match("/plain").methods["HEAD"] == "GET"
    assert router.match("/own").methods["HEAD"] == "HEAD"
