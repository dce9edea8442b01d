"""Edits of the base contract's lifecycle: (edits, kinds there, kinds back). `SAME` change nothing."""

from tests.diff.edits import BASE, GONE

LIFE = "/x-lifecycle/Crate"
STATES = BASE["x-lifecycle"]["Crate"]["states"]
LOST = {"when": {"/state": "lost"}, "phase": "failed", "final": True, "next": {}}

ROWS = {
    "lifecycle": ({LIFE: GONE}, ["lifecycle-removed"], ["lifecycle-added"]),
    "state": ({f"{LIFE}/states/lost": LOST}, ["lifecycle-state-added"], ["lifecycle-state-removed"]),
    "state_with_moves": (
        {f"{LIFE}/states/lost": LOST, f"{LIFE}/states/packed/next/lost": {}},
        ["lifecycle-state-added"],
        ["lifecycle-state-removed"],
    ),
    "mark": (
        {f"{LIFE}/states/stored/when/~1state": "kept"},
        ["lifecycle-mark-changed"],
        ["lifecycle-mark-changed"],
    ),
    "state_order": (
        {f"{LIFE}/states": dict(reversed(STATES.items()))},
        ["lifecycle-mark-changed"],
        ["lifecycle-mark-changed"],
    ),
    "phase": (
        {f"{LIFE}/states/packed/phase": "queued"},
        ["lifecycle-phase-changed"],
        ["lifecycle-phase-changed"],
    ),
    "final": (
        {f"{LIFE}/states/sent/final": False},
        ["lifecycle-finality-changed"],
        ["lifecycle-finality-changed"],
    ),
    "initial": (
        {f"{LIFE}/initial": "packed"},
        ["lifecycle-initial-changed"],
        ["lifecycle-initial-changed"],
    ),
    "move": (
        {f"{LIFE}/states/stored/next/sent": {}},
        ["lifecycle-transition-added"],
        ["lifecycle-transition-removed"],
    ),
    "move_called": (
        {f"{LIFE}/states/packed/next/thrown": {"by": "drop_crate"}},
        ["lifecycle-called-transition-added"],
        ["lifecycle-called-transition-removed"],
    ),
    "move_otherwise": (
        {f"{LIFE}/states/stored/next/thrown": {}},
        ["lifecycle-transition-changed"],
        ["lifecycle-transition-changed"],
    ),
    "move_with_more_causes": (
        {f"{LIFE}/states/stored/next/thrown/by": ["drop_crate", "make_crate"]},
        ["lifecycle-transition-changed"],
        ["lifecycle-transition-changed"],
    ),
    "owner": ({f"{LIFE}/owner": "/owner"}, ["lifecycle-field-added"], ["lifecycle-field-removed"]),
    "range": (
        {f"{LIFE}/operations/list_crates/ranges": {"/id": {"from": "$request.query.from"}}},
        ["operation-effect-added"],
        ["operation-effect-removed"],
    ),
    "key": ({f"{LIFE}/key": ["/number"]}, ["lifecycle-key-changed"], ["lifecycle-key-changed"]),
    "field": ({f"{LIFE}/fields/error": "/reason"}, ["lifecycle-field-added"], ["lifecycle-field-removed"]),
    "chain": ({f"{LIFE}/chain": GONE}, ["lifecycle-field-removed"], ["lifecycle-field-added"]),
    "new_to_a_state": (
        {f"{LIFE}/states/sent/new": 1},
        ["lifecycle-field-added"],
        ["lifecycle-field-removed"],
    ),
    "timestamp": (
        {f"{LIFE}/fields/timestamps/created/unit": "unix-ms"},
        ["lifecycle-field-changed"],
        ["lifecycle-field-changed"],
    ),
    "effect": (
        {f"{LIFE}/operations/list_crates": GONE},
        ["operation-effect-removed"],
        ["operation-effect-added"],
    ),
    "filter": (
        {f"{LIFE}/operations/list_crates/where/~1label": "$request.query.label"},
        ["operation-effect-added"],
        ["operation-effect-removed"],
    ),
    "order": (
        {f"{LIFE}/operations/list_crates/order/descending": False},
        ["operation-effect-changed"],
        ["operation-effect-changed"],
    ),
}

SAME = {
    "mocks_own": {
        f"{LIFE}/states/packed/lasts": 9,
        f"{LIFE}/states/packed/sets": {"/progress": 1},
        f"{LIFE}/poll": 1,
        f"{LIFE}/seed": ["x"],
        f"{LIFE}/states/packed/note": "n",
    },
    "mark_spelt_out": {
        f"{LIFE}/states/stored/when/~1state": {"const": "stored"},
        f"{LIFE}/states/sent/when/~1state": {"const": "sent", "examples": ["sent"]},
    },
    "move_with_one_cause": {f"{LIFE}/states/stored/next/thrown/by": ["drop_crate"]},
    "effect_from_elsewhere": {
        f"{LIFE}/operations/list_crates/x-provenance": {"status": "inferred", "note": "n"}
    },
    "move_with_a_note": {f"{LIFE}/states/stored/next/packed": {"note": "n", "new_id": False}},
    "order_of_moves": {f"{LIFE}/states/stored/next": dict(reversed(STATES["stored"]["next"].items()))},
}
