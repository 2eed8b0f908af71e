"""No secret in a log: each record is cleaned when it is made, whichever handler gets it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

PLACE = "[secret]"
"""What stands where a secret was."""

LEAST = 6
"""The shortest value that is taken out: a shorter one would take ordinary words along."""

OTHERS = (
    "PREFECT_API_KEY",
    "PREFECT_API_AUTH_STRING",
    "PREFECT_SERVER_API_AUTH_STRING",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_REDIS_MESSAGING_PASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "OTEL_EXPORTER_OTLP_HEADERS",
)
"""Secrets of the libraries that run in the same process, by their names in the environment."""

_FORMATTER = logging.Formatter()
_LOCK = threading.Lock()
_known: frozenset[str] = frozenset()
_plain = logging.getLogRecordFactory()


def keep_out(secrets: Iterable[str]) -> None:
    """Take these values, and the passwords in those that are URLs, out of all logs from now on.

    Those of :data:`OTHERS` are taken out too.
    """
    global _known, _plain  # noqa: PLW0603 - logging has one record factory for the process
    every = [*secrets, *(os.environ.get(name, "") for name in OTHERS)]
    found = {form for value in every for form in _forms(value) if len(form) >= LEAST}
    with _LOCK:
        _known = _known | found
        current = logging.getLogRecordFactory()
        if current is not _record:
            _plain = current
            logging.setLogRecordFactory(_record)


def redacted(text: str) -> str:
    """A text without the secrets."""
    # The longest first: one may be a part of another.
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, PLACE)
    return text


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401 - logging's own
    record = _plain(*args, **kwargs)
    said = _said(record) if _known else ""
    if _holds_one(said):
        record.msg, record.args = redacted(said), None
    if _known and record.exc_info:
        told = _FORMATTER.formatException(record.exc_info)
        if _holds_one(told):
            # Handlers print this text where it is there, and do not make it again.
            record.exc_text, record.exc_info = redacted(told), None
    return record


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        # Its arguments do not fit; logging complains where it is printed, if no secret is in it.
        return f"{record.msg} {record.args}"


def _holds_one(text: str) -> bool:
    return any(secret in text for secret in _known)


def _forms(value: str) -> set[str]:
    """The value as it may stand in a log: as it is, quoted for an address, and its password."""
    forms = {value, quote(value, safe="")}
    if "://" in value:
        try:
            password = urlsplit(value).password or ""
        except ValueError:
            password = ""
        forms |= {password, unquote(password)}
    return forms
