from __future__ import annotations

from collections.abc import Callable


def test_the_server_keeps_the_contract(assert_conforms: Callable[[str], None]) -> None:
    assert_conforms("boro")
