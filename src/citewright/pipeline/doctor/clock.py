"""Whether this machine's clock agrees with those of the servers that answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from citewright.pipeline.doctor.finding import Finding
from citewright.versions.journal import LEASE_SECONDS

LOOK_SECONDS = 5.0
"""A difference that is worth a warning: a Date header tells whole seconds, after a way there."""

MOST_SECONDS = LEASE_SECONDS / 2
"""A difference that breaks something: a lease would be over, or never, as another clock sees it."""


def ahead(date: str, asked: datetime, answered: datetime) -> float | None:
    """How far a server's clock is before this one, by its Date header, in seconds.

    0 where its time lies between asking and answering; None where the header is no date.
    """
    try:
        told = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    if told.tzinfo is None:
        told = told.replace(tzinfo=UTC)
    # A Date header is cut to whole seconds: it means any time in the second that follows.
    early, late = (told - answered).total_seconds(), (told - asked).total_seconds() + 1
    return early if early > 0 else min(late, 0.0)


def check_clock(servers: Mapping[str, float | None]) -> Finding:
    """What the clocks of the servers say.

    :param servers: how far each is before this machine's clock, in seconds.
    """
    known = {name: seconds for name, seconds in servers.items() if seconds is not None}
    if not known:
        said = f"Nobody to ask; it says {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC."
        return Finding("clock", "ok", said)
    name, worst = max(known.items(), key=lambda item: abs(item[1]))
    if abs(worst) < LOOK_SECONDS:
        return Finding("clock", "ok", f"It agrees with {', '.join(known)} to {abs(worst):.1f} s.")
    side = "behind" if worst > 0 else "ahead of"
    said = f"It is {abs(worst):.0f} s {side} that of {name}."
    do = "Synchronise the clocks of all machines (NTP)."
    return Finding("clock", "failed" if abs(worst) >= MOST_SECONDS else "warning", said, do)
