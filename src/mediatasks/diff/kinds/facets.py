"""The ids of the kinds that say how the set of values of a schema changed, facet by facet.

What such a change breaks follows from who writes the value and who reads it, so a kind exists once for
requests and once for replies.
"""

REQUEST, RESPONSE = "request", "response"
WIDENED, NARROWED, CHANGED = range(3)
UNDECIDED = "schema-changed"

# Facet → the ends of the ids where the schema allows more, less, or other values.
_ENDS = {
    "type": ("type-widened", "type-narrowed", "type-changed"),
    "null": ("null-allowed", "null-forbidden"),
    "enum": ("enum-removed", "enum-added"),
    "enum-value": ("enum-value-added", "enum-value-removed"),
    "bound": ("bound-widened", "bound-narrowed"),
    "format": ("format-removed", "format-added", "format-changed"),
    "pattern": ("pattern-removed", "pattern-added", "pattern-changed"),
    "branch": ("branch-added", "branch-removed"),
    "object": ("object-opened", "object-closed"),
    "required": ("member-became-optional", "member-became-required"),
}


def name_kind(side: str, facet: str, way: int) -> str:
    """Return the id of the kind: (`request`, `bound`, `NARROWED`) → `request-bound-narrowed`."""
    return f"{side}-{_ENDS[facet][way]}"
