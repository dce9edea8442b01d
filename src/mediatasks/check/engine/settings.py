"""What schemathesis is told about a provider; all of it comes from the contract.

The settings are those of its `schemathesis.toml`, as a mapping: the documented form, which its own
JSON Schema checks.

What schemathesis could do too, and what is off: its baseline knows its own failures only, ours the
findings of rules as well. Its `rate-limit` paces its own requests only, and `max-failures` counts its own
failures only: the request policy paces and ends the whole run. Its curl commands hold the credentials
that were sent; ours hold variables.
"""

from typing import Any

from mediatasks.check.options import ENGINE_PHASES, Options
from mediatasks.contracts.model.contract import Contract, Operation

# Named one by one: new releases switch new checks on by default. `ignored_auth` is left out: it would
# send most requests twice more; the rule `credentials-required` asks each operation once.
CHECKS = {
    "not_a_server_error": "No request makes the server fail",
    "status_code_conformance": "Every success has a declared status (a new 4xx: `drift-status`)",
    "content_type_conformance": "Every reply is of a readable type (new JSON: `drift-content-type`)",
    "response_headers_conformance": "Declared headers are there, and fit their schemas",
    "response_schema_conformance": "Every body fits its schema (what is new: `drift-field`, `drift-value`)",
    "positive_data_acceptance": "A request that fits the contract is not refused for its form",
    "negative_data_rejection": "A request that breaks the contract is refused",
    "missing_required_header": "A request without a required header is refused",
    "unsupported_method": "A method that the path does not have is answered with 405",
    "allow_header_conformance": "The Allow header names the methods of the path",
    "use_after_free": "What was deleted cannot be read",
    "ensure_resource_availability": "What was created can be read",
}
CHECK_IDS = tuple(name.replace("_", "-") for name in CHECKS)
# Statuses that say nothing about the request's form: what schemathesis takes by default.
_ACCEPTED = ("2xx", "3xx", "401", "403", "404", "409", "429", "5xx")
# Effects on a resource that the request names and that need not exist.
_ADDRESSING = ("read", "update", "move", "copy", "delete")


def build_settings(contract: Contract, options: Options, writes: bool = True) -> dict[str, Any]:
    """Return the settings of a run; without `writes` only operations that read are in it."""
    return {
        "seed": options.seed,
        "workers": 1,
        "continue-on-failure": True,
        "request-timeout": options.timeout,
        # A redirect is a reply like any other; followed, it would carry the credentials elsewhere.
        "max-redirects": 0,
        "warnings": False,
        "cache": {"enabled": False},
        # Secrets are redacted by us, by name and place, before anything is written.
        "output": {"sanitization": {"enabled": False}},
        # Constants come from the source of an in-process server: two runs would not compare.
        "analysis": {"constants": {"enabled": False}},
        # How long a case takes to make depends on the machine, a finding must not.
        "suppress-health-check": ["all"],
        "generation": {
            "max-examples": options.max_examples,
            "deterministic": True,
            "database": "none",
        },
        "phases": _phases(contract, options, writes),
        "checks": {"enabled": False} | {name: {"enabled": True} for name in checks_of(contract, options)},
        "operations": [
            *(_operation(o) for o in contract.operations.values()),
            *_unwanted(contract, options, writes),
        ],
    }


def checks_of(contract: Contract, options: Options) -> list[str]:
    """Return the schemathesis checks that make sense for a provider, of those that are asked for."""
    # A failed RPC call is an HTTP 200: what breaks the contract cannot be told by the status.
    left_out = {"negative_data_rejection"} if contract.envelope else set()
    wanted = [name for name in CHECKS if not options.rules or name.replace("_", "-") in options.rules]
    return [name for name in wanted if name not in left_out]


def expected_statuses(operation: Operation) -> list[str]:
    """Return the statuses that a request which fits the contract may meet.

    Besides the ones that never judge the form: the declared ones that the contract does not use for
    invalid requests (402 for an empty account), and the ones of a resource that does not exist or
    whose state forbids the operation.
    """
    failures = operation.failures
    invalid = failures.get("invalid", {}).get("status")
    expected = [*_ACCEPTED, *(s for s in operation.responses if s != invalid)]
    effects = [r.operations[operation.id] for r in _effects(operation)]
    if _names_resource(operation, effects) and "missing" in failures:
        expected.append(failures["missing"]["status"])
    if any("from" in effect for effect in effects) and "refused" in failures:
        expected.append(failures["refused"]["status"])
    return list(dict.fromkeys(expected))


def _phases(contract: Contract, options: Options, writes: bool) -> dict[str, Any]:
    phases: dict[str, Any] = {name: {"enabled": name in options.phases} for name in ENGINE_PHASES}
    if options.operations and not _has_link(contract, options.operations):
        phases["stateful"]["enabled"] = False
    if not writes:
        # A method that the contract does not know may do anything.
        phases["coverage"]["unexpected-methods"] = []
    # Inferred links put ids of one resource into operations of another.
    phases["stateful"]["inference"] = {"algorithms": []}
    return phases


def _operation(operation: Operation) -> dict[str, Any]:
    checks = {"positive_data_acceptance": {"expected-statuses": expected_statuses(operation)}}
    return {"include-operation-id": operation.id, "checks": checks}


def _unwanted(contract: Contract, options: Options, writes: bool) -> list[dict[str, Any]]:
    """Switch operations off that the run is not asked for; `include` has no effect beside settings."""
    return [
        {"include-operation-id": name, "enabled": False}
        for name, operation in contract.operations.items()
        if (options.operations and name not in options.operations) or not (writes or operation.safe)
    ]


def _has_link(contract: Contract, names: tuple[str, ...]) -> bool:
    """Whether a link leads from one of the operations `names` to another."""
    return any(
        contract.resolve(link).get("operationId") in names
        for name in names
        for response in contract.operations[name].responses.values()
        for link in response.get("links", {}).values()
    )


def _effects(operation: Operation) -> list[Any]:
    resources = operation.contract.resources.values()
    return [r for r in resources if operation.id in r.operations]


def _names_resource(operation: Operation, effects: list[Any]) -> bool:
    in_path = any(p.place == "path" for p in operation.parameters)
    return in_path or any(effect["action"] in _ADDRESSING for effect in effects)
