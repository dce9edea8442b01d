"""Every scenario by the name under which rules need it, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Mapping

from mediatasks.check.scenarios.lists import ask_limited_lists
from mediatasks.check.scenarios.scenario import Scenario

SCENARIOS: Mapping[str, Scenario] = {
    "limited-lists": ask_limited_lists,
}
