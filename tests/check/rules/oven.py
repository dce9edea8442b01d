"""A made-up bakery: one type of task that has every field a lifecycle may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mediatasks.contracts.model.contract import Contract

FACT = {"status": "documented", "source": "book", "locator": "Oven"}
LOAF = {"$ref": "#/components/schemas/Loaf"}
MADE = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def _reply(schema: Any) -> dict[str, Any]:
    return {"description": "A reply.", "content": {"application/json": {"schema": schema}}}


def _operation(name: str, schema: Any, status: str = "200", **more: Any) -> dict[str, Any]:
    failures = {code: _reply({"$ref": "#/components/schemas/Failure"}) for code in ("404", "409", "422")}
    replies = {status: _reply(schema), **failures}
    return {"operationId": name, "x-provenance": FACT, "responses": replies, **more}


def _body(schema: Any, example: Any) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


def _states() -> dict[str, Any]:
    again = {"by": "retry_loaf", "restarts_progress": True}
    return {
        "waiting": {
            "when": {"/state": "waiting"},
            "phase": "queued",
            "final": False,
            "lasts": 1,
            "next": {"baking": {}, "held": {"by": "change_loaf"}},
        },
        "held": {
            "when": {"/state": "held"},
            "phase": "queued",
            "final": False,
            "next": {"waiting": {"by": "change_loaf"}},
        },
        "baking": {
            "when": {"/state": "baking"},
            "phase": "running",
            "final": False,
            "lasts": 2,
            "next": {"baked": {}, "burnt": {}, "waiting": {"restarts_progress": True}},
        },
        "burnt": {
            "when": {"/state": "baked", "/black": True},
            "phase": "failed",
            "final": True,
            "next": {"waiting": again},
        },
        "baked": {"when": {"/state": "baked"}, "phase": "succeeded", "final": True, "next": {}},
    }


def _lifecycle() -> dict[str, Any]:
    named = {"/id": "$request.path.id"}
    return {
        "key": ["/id"],
        "poll": 0.02,
        "initial": "waiting",
        "x-provenance": FACT,
        "fields": {
            "state": "/state",
            "error": "/reason",
            "attempt": "/tries",
            "progress": {"at": "/done", "unit": "percent"},
            "timestamps": {
                "created": {"at": "/made", "unit": "unix-ms"},
                "scheduled": {"at": "/due", "unit": "unix-ms"},
                "started": {"at": "/began", "unit": "date-time"},
                "updated": {"at": "/touched", "unit": "date-time"},
                "finished": {"at": "/ended", "unit": "unix-s"},
            },
        },
        "states": _states(),
        "operations": {
            "create_loaf": {"action": "create", "sets": {"/grain": "$request.body#/grain"}},
            "get_loaf": {"action": "read", "where": named},
            "list_loaves": {"action": "list", "items": ""},
            "change_loaf": {
                "action": "update",
                "where": named,
                "sets": {"/state": "$request.body#/state", "/grain": "$request.body#/grain"},
            },
            "retry_loaf": {"action": "move", "where": named, "from": ["burnt"], "to": "waiting"},
            "eat_loaf": {"action": "delete", "where": named},
        },
        "seed": ["burnt_loaf"],
    }


def _schemas() -> dict[str, Any]:
    text, number = {"type": "string"}, {"type": "number"}
    moment = {"type": "string", "format": "date-time"}
    return {
        "Loaf": {
            "type": "object",
            "x-provenance": FACT,
            "required": ["id", "state"],
            "properties": {
                "id": {"type": "integer"},
                "state": {"type": "string", "enum": ["waiting", "held", "baking", "baked"]},
                "black": {"type": "boolean"},
                "reason": text,
                "grain": text,
                "tries": {"type": "integer"},
                "done": number,
                "made": {"type": "integer"},
                "due": {"type": "integer"},
                "began": moment,
                "touched": moment,
                "ended": number,
            },
        },
        "Failure": {"type": "object", "required": ["why"], "properties": {"why": text}},
    }


def build_contract(change: Callable[[dict[str, Any]], None] = lambda document: None) -> Contract:
    """Return the contract, its document changed by `change`."""
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 1}
    grain = {"type": "object", "required": ["grain"], "properties": {"grain": {"type": "string"}}}
    changes = {
        "type": "object",
        "properties": {"grain": {"type": "string"}, "state": {"enum": ["held", "waiting"]}},
    }
    rye = {"grain": "rye"}
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Oven",
            "version": "1",
            "x-sources": {"book": {"title": "Baker's book", "status": "documented"}},
        },
        "x-provenance": {"status": "inferred", "note": "Made up."},
        "x-errors": {
            "invalid": {"status": "422", "message": "/why"},
            "missing": {"status": "404", "message": "/why"},
            "refused": {"status": "409", "message": "/why"},
        },
        "x-lifecycle": {"Loaf": _lifecycle()},
        "paths": {
            "/loaves": {
                "get": _operation("list_loaves", {"type": "array", "items": LOAF}),
                "post": _operation("create_loaf", LOAF, "201", requestBody=_body(grain, rye)),
            },
            "/loaves/{id}": {
                "parameters": [parameter],
                "get": _operation("get_loaf", LOAF),
                "patch": _operation("change_loaf", LOAF, requestBody=_body(changes, rye)),
                "delete": _operation("eat_loaf", LOAF),
            },
            "/loaves/{id}/retry": {
                "parameters": [parameter],
                "post": _operation("retry_loaf", LOAF),
            },
        },
        "components": {
            "schemas": _schemas(),
            "examples": {
                "burnt_loaf": {
                    "value": {"id": 1, "state": "baked", "black": True, "reason": "too hot", "made": MADE}
                }
            },
        },
    }
    change(document)
    return Contract("oven", document, None)
