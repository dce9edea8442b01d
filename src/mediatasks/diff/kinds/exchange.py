"""The kinds of change in what an operation takes and answers, schemas apart."""

from __future__ import annotations

from mediatasks.diff.kinds.kind import BREAKING, COMPATIBLE, Row
from mediatasks.diff.kinds.operation import SAME_WIRE

_NOT_HEEDED = "What the client says with it is not heeded."
_IN_VAIN = "The client may look for it in vain."

PARAMETERS: tuple[Row, ...] = (
    (
        "parameter-added",
        "There is a further optional parameter.",
        COMPATIBLE,
        BREAKING,
        "The server has to heed it.",
    ),
    ("parameter-removed", "An optional parameter is gone.", BREAKING, COMPATIBLE, _NOT_HEEDED),
    (
        "required-parameter-added",
        "There is a further required parameter.",
        BREAKING,
        BREAKING,
        "The client does not send it; the server does not heed it.",
    ),
    (
        "required-parameter-removed",
        "A required parameter is gone.",
        BREAKING,
        BREAKING,
        f"{_NOT_HEEDED} The server refuses requests without it.",
    ),
    (
        "parameter-became-required",
        "A parameter may no longer be left out.",
        BREAKING,
        BREAKING,
        "The client may leave it out; the server has to refuse that, and the check tries.",
    ),
    (
        "parameter-became-optional",
        "A parameter may be left out.",
        COMPATIBLE,
        BREAKING,
        "The server has to accept requests without it.",
    ),
    (
        "parameter-encoding-changed",
        "A parameter is written otherwise (`style`, `explode`, `allowReserved`, content type).",
        BREAKING,
        BREAKING,
        "Neither side reads the other's values.",
    ),
    (
        "path-parameter-renamed",
        "A part of the path has another name, at the same place.",
        BREAKING,
        COMPATIBLE,
        SAME_WIRE,
    ),
)
BODIES: tuple[Row, ...] = (
    (
        "request-body-added",
        "A request may have a body.",
        COMPATIBLE,
        BREAKING,
        "The server has to heed it.",
    ),
    ("request-body-removed", "A request has no body any more.", BREAKING, COMPATIBLE, _NOT_HEEDED),
    (
        "required-request-body-added",
        "A request has to have a body, where none was known.",
        BREAKING,
        BREAKING,
        "The client sends none; the server does not heed it.",
    ),
    (
        "required-request-body-removed",
        "A request that had to have a body has none any more.",
        BREAKING,
        BREAKING,
        f"{_NOT_HEEDED} The server refuses requests without it.",
    ),
    (
        "request-body-became-required",
        "The body may no longer be left out.",
        BREAKING,
        BREAKING,
        "The client may leave it out; the server has to refuse that, and the check tries.",
    ),
    (
        "request-body-became-optional",
        "The body may be left out.",
        COMPATIBLE,
        BREAKING,
        "The server has to accept requests without it.",
    ),
    (
        "request-content-type-added",
        "A request may have a further content type.",
        COMPATIBLE,
        BREAKING,
        "The server has to accept more than it did.",
    ),
    (
        "request-content-type-removed",
        "A request may no longer have a content type.",
        BREAKING,
        BREAKING,
        "What the client sends may be refused; the server has to refuse it.",
    ),
    (
        "response-content-type-added",
        "A reply may have a further content type, or a body where it had none.",
        BREAKING,
        COMPATIBLE,
        "The client may get what it does not know.",
    ),
    (
        "response-content-type-removed",
        "A reply may no longer have a content type, or has no body any more.",
        COMPATIBLE,
        BREAKING,
        "What the server sends may no longer be allowed.",
    ),
    (
        "body-encoding-changed",
        "The members of a form are written otherwise (`encoding`).",
        BREAKING,
        BREAKING,
        "Neither side reads the other's values.",
    ),
)
STATUSES: tuple[Row, ...] = (
    (
        "status-added",
        "A status outside 4xx and 5xx may be answered.",
        BREAKING,
        COMPATIBLE,
        "The client may get what it does not know.",
    ),
    (
        "status-removed",
        "A status outside 4xx and 5xx may no longer be answered.",
        COMPATIBLE,
        BREAKING,
        "What the server answers may no longer be allowed.",
    ),
    (
        "failure-status-added",
        "A 4xx or 5xx status may be answered.",
        COMPATIBLE,
        COMPATIBLE,
        "A client has to take any status by its class (RFC 9110, 15).",
    ),
    (
        "failure-status-removed",
        "A 4xx or 5xx status may no longer be answered.",
        COMPATIBLE,
        BREAKING,
        "What the server answers may no longer be allowed.",
    ),
    (
        "response-header-added",
        "A reply may have a further header.",
        COMPATIBLE,
        COMPATIBLE,
        "Clients pass over headers that they do not know; the server may leave it out.",
    ),
    ("response-header-removed", "An optional header is gone.", BREAKING, COMPATIBLE, _IN_VAIN),
    (
        "required-response-header-added",
        "A reply has to have a further header.",
        COMPATIBLE,
        BREAKING,
        "The server does not send it.",
    ),
    ("required-response-header-removed", "A required header is gone.", BREAKING, COMPATIBLE, _IN_VAIN),
    (
        "response-header-became-required",
        "A header may no longer be left out.",
        COMPATIBLE,
        BREAKING,
        "The server may leave it out.",
    ),
    (
        "response-header-became-optional",
        "A header may be left out.",
        BREAKING,
        COMPATIBLE,
        "The client counts on it.",
    ),
)
