from mediatasks.contracts.wording import quoted


def test_a_value_is_quoted_as_json_and_a_text_as_itself():
    assert [quoted(v) for v in ("on", True, {"a": None}, 1.5)] == [
        "`on`",
        "`true`",
        '`{"a": null}`',
        "`1.5`",
    ]


def test_a_lone_surrogate_can_be_quoted():
    assert quoted("\ud800") == "`?`"
