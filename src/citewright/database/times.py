"""Times as they stand in rows: texts in UTC that sort as the moments do."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The time of the clock on the wall."""
    return datetime.now(UTC)


def as_text(moment: datetime) -> str:
    """A moment as it stands in a row, to the microsecond."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_time(text: str) -> datetime:
    """A moment from a row."""
    return datetime.fromisoformat(text)
