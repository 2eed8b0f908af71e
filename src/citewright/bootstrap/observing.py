"""Logs, traces: what a process tells of itself, as the project's settings have it."""

from __future__ import annotations

from citewright.observe.logs import as_json
from citewright.observe.redaction import keep_out
from citewright.observe.tracing import send_to
from citewright.settings import Settings


def observe(settings: Settings) -> None:
    """Keep secrets out of logs; log as JSON and send traces where that is set.

    :raises SettingsError: when traces are to be sent and the extra ``observe`` is missing.
    """
    keep_out(settings.secrets())
    if settings.log_format == "json":
        as_json()
    if settings.trace_to is not None:
        send_to(settings.trace_to)
