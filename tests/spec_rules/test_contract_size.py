def test_a_long_file_is_a_problem(after):
    found = after.write(
        "spare.yaml",
        "# a line\n" * 899
        + "x-left-out: [{what: Prices, source: manual, locator: '9', reason: No operation has them.}]\n",
    )
    assert found == [("contract-size", "spare.yaml#")]
