"""What the tests are run for: every operation, every reply of every operation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.client_contract.subjects import REPLIES, SUBJECTS

every_operation = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda s: s.name)
every_failure = pytest.mark.parametrize(
    ("subject", "status"),
    [(s, code) for s, code in REPLIES if not 200 <= code < 300],
    ids=lambda value: value if isinstance(value, int) else value.name,
)


def answer(status: int, body: Any) -> tuple[int, bytes, str]:
    """Return what a server sends."""
    return status, json.dumps(body, ensure_ascii=False).encode(), "application/json"
