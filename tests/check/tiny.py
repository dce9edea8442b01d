"""A contract of two operations, and a server for it that can have one defect."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from mediatasks.contracts.model.contract import Contract

TOKEN = "tiny-secret-token"
FACT = {"status": "documented", "source": "manual", "locator": "Jobs"}


def _reply(schema: str, **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": "A reply.", "content": content, **more}


def build_document() -> dict[str, Any]:
    failures = {"401": _reply("Failure"), "422": _reply("Failure"), "404": _reply("Failure")}
    job_id = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    link = {"read": {"operationId": "get_job", "parameters": {"id": "$response.body#/id"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tiny", "version": "1", "x-name": "Tiny"},
        "security": [{"token": []}],
        "x-provenance": {"status": "inferred", "note": "Made up."},
        "x-errors": {
            "invalid": {"status": "422", "message": "/reason"},
            "unauthenticated": {"status": "401", "message": "/reason"},
            "missing": {"status": "404", "message": "/reason"},
        },
        "paths": {
            "/jobs": {
                "post": {
                    "operationId": "create_job",
                    "x-provenance": FACT,
                    "requestBody": {
                        "required": True,
                        "content": _reply("JobCreate")["content"],
                    },
                    "responses": {
                        "201": _reply("Job", links=link),
                        "401": _reply("Failure"),
                        "422": _reply("Failure"),
                    },
                }
            },
            "/jobs/{id}": {
                "get": {
                    "operationId": "get_job",
                    "x-provenance": FACT,
                    "parameters": [{**job_id, "example": 1}],
                    "responses": {"200": _reply("Job"), **failures},
                }
            },
        },
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "x-credential": {"token": {"example": TOKEN}},
                }
            },
            "schemas": {
                "Job": {
                    "type": "object",
                    "x-provenance": FACT,
                    "required": ["id", "state"],
                    "properties": {
                        "id": {"type": "integer"},
                        "state": {"type": "string", "enum": ["queued", "done"]},
                        "title": {
                            "type": "string",
                            "x-provenance": {"status": "inferred", "note": "Seen once."},
                        },
                    },
                },
                "JobCreate": {
                    "type": "object",
                    "required": ["title"],
                    "properties": {"title": {"type": "string"}},
                },
                "Failure": {
                    "type": "object",
                    "x-provenance": FACT,
                    "required": ["reason"],
                    "properties": {"reason": {"type": "string"}},
                },
            },
        },
    }


def build_contract(change: Callable[[dict[str, Any]], None] = lambda document: None) -> Contract:
    document = build_document()
    change(document)
    return Contract("tiny", document, None)


Answer = tuple[int, Any]
Defect = Callable[[str, str, Answer], Answer]


def serve(defect: Defect = lambda method, path, answer: answer, *, auth: bool = True) -> Any:
    """Return a WSGI server; `defect` may change an answer, `auth` off takes any credentials."""
    jobs: dict[int, Any] = {1: {"id": 1, "state": "done", "title": "First"}}

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        status, body = defect(method, path, _answer(jobs, environ, auth))
        headers = [("Content-Type", "application/json"), ("Allow", "POST" if path == "/jobs" else "GET")]
        start(f"{status} X", headers)
        return [json.dumps(body).encode()]

    return app


def _answer(jobs: dict[int, Any], environ: dict[str, Any], auth: bool) -> Answer:
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if auth and environ.get("HTTP_AUTHORIZATION") != f"Bearer {TOKEN}":
        return 401, {"reason": "no token"}
    if path == "/jobs":
        return _create(jobs, environ) if method == "POST" else (405, {"reason": "method"})
    if not path.startswith("/jobs/"):
        return 404, {"reason": "path"}
    if method != "GET":
        return 405, {"reason": "method"}
    number = path.removeprefix("/jobs/")
    if not number.removeprefix("-").isascii() or not number.removeprefix("-").isdigit():
        return 422, {"reason": "id is no integer"}
    job = jobs.get(int(number))
    return (200, job) if job else (404, {"reason": "no such job"})


def _create(jobs: dict[int, Any], environ: dict[str, Any]) -> Answer:
    try:
        body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        if environ.get("CONTENT_TYPE") != "application/json":
            raise ValueError
        if not isinstance(body["title"], str):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return 422, {"reason": "title is no string"}
    job = {"id": len(jobs) + 1, "state": "queued", "title": body["title"]}
    jobs[job["id"]] = job
    return 201, job


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """Serve `app` over HTTP on a free port; yield its URL."""
    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
