"""All that the check uses of schemathesis, its private modules included; no other module imports it.

`pyproject.toml` declares the releases that were tested, and `tests/check/test_schemathesis_adapter.py` says
when one of them has another set of checks, another event or another writer of reports.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from http.client import responses
from pathlib import Path
from typing import Any

from mediatasks.errors import MissingExtra
from mediatasks.exchange.exchange import Exchange

_LABEL = "probing"


def import_engine() -> None:
    """Load what a run needs of schemathesis. Raises MissingExtra where it is not installed."""
    try:
        import schemathesis.engine.core
        import schemathesis.specs.openapi.schemas  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtra("`mediatasks check`", "check") from None
    _ignore_wrong_locations()


@cache
def _ignore_wrong_locations() -> None:
    """Have a Location that is no URL lead nowhere: its sessions look at each, and fail over a wrong one."""
    from schemathesis.transport.requests import SameHostRedirectsSession

    look = SameHostRedirectsSession.get_redirect_target

    def get_redirect_target(self: Any, reply: Any) -> str | None:
        try:
            return look(self, reply)
        except ValueError:
            return None

    SameHostRedirectsSession.get_redirect_target = get_redirect_target  # type: ignore[method-assign, assignment]


def registered_checks() -> list[str]:
    """Return the names of the checks that the installed release has."""
    import_engine()
    from schemathesis.checks import CHECKS

    return sorted(CHECKS.get_all_names())


def open_schema(document: Mapping[str, Any], settings: Mapping[str, Any], base_url: str) -> Any:
    """Return the schema of an OpenAPI document, with the settings of a `schemathesis.toml`."""
    import_engine()
    import schemathesis
    from schemathesis.config import SchemathesisConfig

    config = SchemathesisConfig.from_dict(dict(settings))
    # The document is changed by its reader.
    schema = schemathesis.openapi.from_dict(copy.deepcopy(dict(document)), config=config)
    schema.config.update(base_url=base_url)
    return schema


def wrap_transport(schema: Any, send: Callable[..., Any]) -> None:
    """Have every request of `schema` sent by `send(original, case, **options)`.

    schemathesis has a hook before the calls of its phases, but not before those of its checks and of
    its own retries. All of them go through the schema's transport.
    """

    class Wrapped(type(schema.transport)):  # type: ignore[misc]
        def send(self, case: Any, **options: Any) -> Any:
            return send(super().send, case, **options)

    transport = Wrapped()
    transport.__dict__.update(schema.transport.__dict__)
    own = {"transport": property(lambda self: transport)}
    schema.__class__ = type("WrappedSchema", (type(schema),), own)


def run_engine(schema: Any) -> Any:
    """Return the stream of events of a run of all phases; `stop` ends it early."""
    from schemathesis.engine import from_schema

    return from_schema(schema).execute()


def recorder_of(moments: Iterable[tuple[float, Exchange]]) -> Any:
    """Return a scenario as the writers take it, of (seconds since 1970, exchange).

    How long each exchange took is not known.
    """
    from schemathesis.engine.recorder import Interaction, Request, ScenarioRecorder

    recorder = ScenarioRecorder(label=_LABEL)
    for number, (moment, exchange) in enumerate(moments):
        body = exchange.body
        headers = {name: list(values) for name, values in exchange.headers.items()}
        request = Request(exchange.method, exchange.url, body, len(body or b""), headers)
        interaction = Interaction(request, _response_of(exchange))
        interaction.timestamp = moment
        recorder.interactions[f"{_LABEL}-{number}"] = interaction
    return recorder


def _response_of(exchange: Exchange) -> Any:
    import requests
    from schemathesis.core.transport import Response

    if not exchange.status:
        return None
    sent = requests.Request(exchange.method, exchange.url).prepare()
    headers = {name: list(values) for name, values in (exchange.reply_headers or {}).items()}
    message = responses.get(exchange.status, "")
    return Response(exchange.status, headers, exchange.reply, sent, 0.0, True, message)


def open_writers(schema: Any, paths: Mapping[str, Path]) -> tuple[Any, list[Any]]:
    """Return the context and the started writers of the reports at `paths` (`html`, `har`: path)."""
    from schemathesis.cli.commands.run.context import ExecutionContext
    from schemathesis.cli.commands.run.handlers.har import HarHandler
    from schemathesis.cli.commands.run.handlers.html import HtmlReportHandler

    context = ExecutionContext(config=schema.config)
    writers = [
        HtmlReportHandler(path) if kind == "html" else HarHandler(path, config=schema.config.output)
        for kind, path in paths.items()
    ]
    for writer in writers:
        writer.start(context)
    return context, writers


def opening_events(schema: Any, url: str) -> list[Any]:
    """Return the events with which the reports of a run begin."""
    from schemathesis.cli.events import LoadingFinished, LoadingStarted

    started = LoadingStarted(location=url)
    loaded = LoadingFinished.from_schema(schema, location=url, start_time=started.timestamp, base_url=url)
    return [started, loaded]


def takes_scenarios(writer: Any) -> bool:
    """Whether a writer is handed whole scenarios, through its queue."""
    from schemathesis.cli.commands.run.handlers.base import RecordedScenarioHandler

    return isinstance(writer, RecordedScenarioHandler)


class BrokenContract(Exception):
    """Carries findings of our own into reports; it is never raised."""


def findings_event(label: str, text: str) -> Any:
    """Return the event that enters findings of our own as an error of the operation `label`."""
    from schemathesis.engine.events import NonFatalError

    return NonFatalError(error=BrokenContract(text), phase=None, label=label, related_to_operation=True)
