"""What an effect of `x-lifecycle` says of one request, as mock and check read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediatasks.contracts.expression import Scope, evaluate
from mediatasks.contracts.lifecycle.resource import fits


def is_left_open(effect: Mapping[str, Any], pointer: str, scope: Scope) -> bool:
    """Whether this request leaves a member of `sets` to the service (`unless`)."""
    conditions: Mapping[str, Any] = effect.get("unless", {}).get(pointer, {})
    return bool(conditions) and all(fits(evaluate(e, scope), rule) for e, rule in conditions.items())
