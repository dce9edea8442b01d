"""Every scenario by the name under which rules need it, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Mapping

from mediatasks.check.scenarios.filter_cases import ask_filtered_lists
from mediatasks.check.scenarios.lists import ask_limited_lists, ask_ordered_lists, ask_pages
from mediatasks.check.scenarios.scenario import Scenario

SCENARIOS: Mapping[str, Scenario] = {
    "limited-lists": ask_limited_lists,
    "ordered-lists": ask_ordered_lists,
    "pages": ask_pages,
    "filtered-lists": ask_filtered_lists,
}
