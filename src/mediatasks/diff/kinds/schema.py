"""The kinds of change in a schema: what a request may hold, and what a reply may hold.

Nearly all say that the set of allowed values grew or shrank. What that breaks follows from who
writes the value and who reads it, so a kind exists once for requests and once for replies.
"""

from __future__ import annotations

from dataclasses import dataclass

from mediatasks.diff.kinds.kind import BREAKING, COMPATIBLE, Row

REQUEST, RESPONSE = "request", "response"
WIDENED, NARROWED, CHANGED = "widened", "narrowed", "changed"
UNDECIDED = "schema-changed"

_PARTY = {REQUEST: "a request", RESPONSE: "a reply"}
# (side, way) → breaking for clients, breaking for servers, why.
_EFFECT = {
    (REQUEST, WIDENED): (COMPATIBLE, BREAKING, "The server has to accept more than it did."),
    (REQUEST, NARROWED): (
        BREAKING,
        BREAKING,
        "What the client sends may be refused; the server has to refuse it, and the check tries.",
    ),
    (REQUEST, CHANGED): (BREAKING, BREAKING, "Old and new requests need not fit each other."),
    (RESPONSE, WIDENED): (BREAKING, COMPATIBLE, "The client may get what it does not know."),
    (RESPONSE, NARROWED): (COMPATIBLE, BREAKING, "What the server sends may no longer be allowed."),
    (RESPONSE, CHANGED): (BREAKING, BREAKING, "Old and new replies need not fit each other."),
}


@dataclass(frozen=True)
class Facet:
    """One thing that a schema says: the ends of the ids when it says more, less or another thing.

    `what` completes the sentence "in a request, …"; an empty end means that there is no such way.
    """

    widened: str
    narrowed: str
    changed: str
    what: tuple[str, ...]


FACETS = {
    "type": Facet(
        "type-widened",
        "type-narrowed",
        "type-changed",
        ("a further type is allowed", "a type is no longer allowed", "the types are others"),
    ),
    "null": Facet(
        "null-allowed", "null-forbidden", "", ("null is allowed now", "null is no longer allowed")
    ),
    "enum": Facet(
        "enum-removed",
        "enum-added",
        "",
        ("the values are no longer listed", "any value was allowed, now the listed ones (`enum`, `const`)"),
    ),
    "enum-value": Facet(
        "enum-value-added",
        "enum-value-removed",
        "",
        ("the list of values has one more", "the list of values has one less"),
    ),
    "bound": Facet(
        "bound-widened",
        "bound-narrowed",
        "",
        (
            "a limit of size, length or number, `multipleOf` or `uniqueItems` allows more",
            "a limit of size, length or number, `multipleOf` or `uniqueItems` allows less",
        ),
    ),
    "format": Facet(
        "format-removed",
        "format-added",
        "format-changed",
        ("no `format` is stated any more", "a `format` is stated", "the `format` is another"),
    ),
    "pattern": Facet(
        "pattern-removed",
        "pattern-added",
        "pattern-changed",
        ("no `pattern` is stated any more", "a `pattern` is stated", "the `pattern` is another"),
    ),
    "branch": Facet(
        "branch-added",
        "branch-removed",
        "",
        ("`oneOf` or `anyOf` has one more branch", "`oneOf` or `anyOf` has one branch less"),
    ),
    "object": Facet(
        "object-opened",
        "object-closed",
        "",
        ("an object takes members that are not listed", "an object takes listed members only"),
    ),
    "required": Facet(
        "member-became-optional",
        "member-became-required",
        "",
        ("a member may be left out", "a member may no longer be left out"),
    ),
}


def _rows(side: str) -> list[Row]:
    rows = []
    for facet in FACETS.values():
        ways = [(facet.widened, WIDENED), (facet.narrowed, NARROWED), (facet.changed, CHANGED)]
        for (end, way), what in zip(ways, facet.what, strict=False):
            clients, servers, why = _EFFECT[side, way]
            rows.append((f"{side}-{end}", f"In {_PARTY[side]}, {what}.", clients, servers, why))
    return rows


_REQUEST_MEMBERS: tuple[Row, ...] = (
    (
        "request-member-added",
        "A request may hold a further member; before, it stood for nothing.",
        COMPATIBLE,
        BREAKING,
        "The client does not send it; the server has to heed it.",
    ),
    (
        "request-member-removed",
        "An optional member is not listed any more; the object takes unlisted ones.",
        BREAKING,
        COMPATIBLE,
        "What the client says with it is not heeded.",
    ),
    (
        "request-required-member-added",
        "A request has to hold a further member.",
        BREAKING,
        BREAKING,
        "The client does not send it; the server does not heed it.",
    ),
    (
        "request-required-member-removed",
        "A member that was required is not listed any more.",
        BREAKING,
        BREAKING,
        "What the client says with it is not heeded; the server refuses requests without it.",
    ),
    (
        "request-member-allowed",
        "A request may hold a further member, where unlisted ones were refused.",
        COMPATIBLE,
        BREAKING,
        "The server has to accept more than it did.",
    ),
    (
        "request-member-forbidden",
        "A member is not listed any more, and unlisted ones are refused.",
        BREAKING,
        BREAKING,
        "What the client sends is refused; the server has to refuse it.",
    ),
)
_RESPONSE_MEMBERS: tuple[Row, ...] = (
    (
        "response-member-added",
        "A reply may hold a further member; before, it stood for nothing.",
        COMPATIBLE,
        COMPATIBLE,
        "Clients pass over members that they do not know; the server may leave it out.",
    ),
    (
        "response-member-removed",
        "An optional member is not listed any more; the object takes unlisted ones.",
        BREAKING,
        COMPATIBLE,
        "The client may look for it in vain.",
    ),
    (
        "response-required-member-added",
        "A reply has to hold a further member.",
        COMPATIBLE,
        BREAKING,
        "Clients pass over members that they do not know; the server does not send it.",
    ),
    (
        "response-required-member-removed",
        "A member that was required is not listed any more.",
        BREAKING,
        COMPATIBLE,
        "The client counts on it.",
    ),
    (
        "response-member-allowed",
        "A reply may hold a further member, where unlisted ones were forbidden.",
        BREAKING,
        COMPATIBLE,
        "A client that was promised no other members may refuse it.",
    ),
    (
        "response-member-forbidden",
        "A member is not listed any more, and unlisted ones are forbidden.",
        BREAKING,
        BREAKING,
        "The client may look for it in vain; the server may no longer send it.",
    ),
)
_DEFAULTS: tuple[Row, ...] = tuple(
    row
    for side in (REQUEST, RESPONSE)
    for row in (
        (
            f"{side}-default-added",
            f"In {_PARTY[side]}, what an absent value stands for is stated.",
            COMPATIBLE,
            BREAKING,
            "The server has to mean that value.",
        ),
        (
            f"{side}-default-removed",
            f"In {_PARTY[side]}, what an absent value stands for is no longer stated.",
            BREAKING,
            COMPATIBLE,
            "The client may count on the value.",
        ),
        (
            f"{side}-default-changed",
            f"In {_PARTY[side]}, an absent value stands for another.",
            BREAKING,
            BREAKING,
            "Client and server mean different values.",
        ),
    )
)
_OTHERS: tuple[Row, ...] = (
    (
        "known-value-added",
        "The open list of values that a source names (`x-open-enum`) has one more. A note.",
        COMPATIBLE,
        COMPATIBLE,
        "Any other value was allowed too.",
    ),
    (
        "known-value-removed",
        "The open list of values that a source names (`x-open-enum`) has one less. A note.",
        COMPATIBLE,
        COMPATIBLE,
        "Any other value is allowed.",
    ),
    (
        UNDECIDED,
        "A schema changed in a way of which the comparison cannot tell whether it allows more or less: "
        "`not`, `if`, `contains`, `discriminator`, a keyword that it does not know, or a schema too large "
        "to compare.",
        BREAKING,
        BREAKING,
        "What is not known to be harmless counts as breaking.",
    ),
)

SCHEMAS: tuple[Row, ...] = (
    *_rows(REQUEST),
    *_REQUEST_MEMBERS,
    *_rows(RESPONSE),
    *_RESPONSE_MEMBERS,
    *_DEFAULTS,
    *_OTHERS,
)


def name_kind(side: str, facet: str, way: str) -> str:
    """Return the id of the kind: (`request`, `bound`, `narrowed`) → `request-bound-narrowed`."""
    return f"{side}-{getattr(FACETS[facet], way)}"
