"""Every scenario by the name under which rules need it, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Mapping

from mediatasks.check.scenarios.create import create_resources, create_without_defaults
from mediatasks.check.scenarios.filter_cases import ask_filtered_lists
from mediatasks.check.scenarios.lists import (
    ask_limited_lists,
    ask_ordered_lists,
    ask_pages,
    ask_unlimited_lists,
)
from mediatasks.check.scenarios.reads import (
    ask_for_followed,
    ask_for_missing_ids,
    leave_defaults_out,
    read_listed,
)
from mediatasks.check.scenarios.scenario import Scenario
from mediatasks.check.scenarios.update import switch_listed, update_members, write_settings

SCENARIOS: Mapping[str, Scenario] = {
    "listed-resources": read_listed,
    "keyed-lists": ask_for_followed,
    "creations": create_resources,
    "creations-without-defaults": create_without_defaults,
    "limited-lists": ask_limited_lists,
    "unlimited-lists": ask_unlimited_lists,
    "ordered-lists": ask_ordered_lists,
    "pages": ask_pages,
    "filtered-lists": ask_filtered_lists,
    "defaults": leave_defaults_out,
    "missing-ids": ask_for_missing_ids,
    "updates": update_members,
    "switches": switch_listed,
    "settings": write_settings,
}
