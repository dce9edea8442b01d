"""Every scenario by the name under which rules need it, in the order in which they are made."""

from collections.abc import Mapping

from mediatasks.check.scenarios.create import create_resources, create_without_defaults
from mediatasks.check.scenarios.deletions import delete_resources
from mediatasks.check.scenarios.filter_cases import ask_filtered_lists
from mediatasks.check.scenarios.lifecycle_trace import trace_lifecycles
from mediatasks.check.scenarios.lists import (
    ask_limited_lists,
    ask_ordered_lists,
    ask_pages,
    ask_unlimited_lists,
)
from mediatasks.check.scenarios.operation_cases import ask_allowed, ask_forbidden, end_resources
from mediatasks.check.scenarios.reads import (
    ask_for_followed,
    ask_for_missing_ids,
    leave_defaults_out,
    read_listed,
)
from mediatasks.check.scenarios.reruns import run_again
from mediatasks.check.scenarios.rpc_calls import (
    call_unknown_method,
    send_batches,
    send_broken_params,
    send_empty_batch,
    send_pairs,
)
from mediatasks.check.scenarios.scenario import Scenario
from mediatasks.check.scenarios.security import ask_foreign, ask_without_credentials, give_secrets
from mediatasks.check.scenarios.smoke import send_smoke_requests
from mediatasks.check.scenarios.update import switch_listed, update_members, write_settings

# What judges any reply comes before values of all kinds are sent: a server that gives back what was sent
# shows nothing of its own.
SCENARIOS: Mapping[str, Scenario] = {
    "credentials": ask_without_credentials,
    "smoke": send_smoke_requests,
    "lifecycle-trace": trace_lifecycles,
    "foreign-resources": ask_foreign,
    # While what was followed is still in its final state.
    "forbidden-operations": ask_forbidden,
    "ended-resources": end_resources,
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
    "allowed-operations": ask_allowed,
    "deletions": delete_resources,
    "reruns": run_again,
    "batches": send_batches,
    "empty-batches": send_empty_batch,
    "broken-params": send_broken_params,
    "call-pairs": send_pairs,
    "unknown-methods": call_unknown_method,
    "secrets": give_secrets,
}
