"""Logs as JSON: one object a line, for machines that collect them."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from citewright.observe.redaction import redacted
from citewright.observe.tracing import current_ids

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {
    "message", "asctime", "taskName",
    # The same once more, for terminals.
    "color_message",
}  # fmt: skip


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, logger, message, and what came with it.

    Fields of a record's ``extra`` stand beside these; so do the ids of the current trace.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line; secrets that stand in ``extra`` are taken out here."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        fields |= {name: value for name, value in vars(record).items() if name not in _USUAL}
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            fields["exception"] = record.exc_text
        fields |= current_ids()
        # Before they are escaped, and once more for what only is a text by then.
        plain = {name: redacted(one) if isinstance(one, str) else one
                 for name, one in fields.items()}  # fmt: skip
        return redacted(json.dumps(plain, ensure_ascii=False, default=str))


def as_json() -> None:
    """Log as JSON to standard error: citewright and the web server from INFO on, others' warnings.

    Handlers that were there are taken away; a second call changes nothing.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    own = logging.getLogger("citewright")
    # On its own logger too: Prefect puts its handlers in the place of the root's.
    for logger in (logging.getLogger(), own):
        logger.handlers[:] = [handler]
    own.propagate = False
    for name in ("citewright", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)
