"""The stores of accounts, mail and suggestions, opened for one project."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from email.headerregistry import Address
from functools import partial

from citewright.community.accounts import Accounts
from citewright.community.audit import Audit
from citewright.community.limits import Limits
from citewright.community.mailing import Courier, courier, deliver
from citewright.community.message import sender as sender_of
from citewright.community.outbox import Outbox
from citewright.community.queue import Queue
from citewright.community.secret import app_secret
from citewright.community.sessions import Sessions
from citewright.community.suggestions import Suggestions
from citewright.community.tokens import Tokens
from citewright.community.votes import Votes
from citewright.errors import CitewrightError
from citewright.pipeline.workspace import Workspace

LOG = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds between two looks into the outbox."""


@dataclass(frozen=True)
class Community:
    """All stores of what people do; ``secret`` is what the application seals with."""

    accounts: Accounts
    tokens: Tokens
    sessions: Sessions
    limits: Limits
    votes: Votes
    suggestions: Suggestions
    outbox: Outbox
    audit: Audit
    queue: Queue
    secret: bytes


def open_community(workspace: Workspace) -> Community:
    """The stores, over the project's database.

    :raises CitewrightError: when the application's secret can be neither read nor made.
    """
    output = workspace.project / "output"
    secret, database = app_secret(workspace.settings.secret, output), workspace.database
    return Community(
        accounts=Accounts(database),
        tokens=Tokens(database),
        sessions=Sessions(database),
        limits=Limits(database, secret),
        votes=Votes(database, secret),
        suggestions=Suggestions(database),
        outbox=Outbox(database),
        audit=Audit(database),
        queue=workspace.queue,
        secret=secret,
    )


class Postman:
    """A thread that sends what is in the outbox, as long as the application runs."""

    def __init__(self, workspace: Workspace, outbox: Outbox) -> None:
        """Prepare it.

        :raises SettingsError: when mail could not be sent with these settings.
        """
        settings = workspace.settings
        by: Courier = courier(settings.smtp_url, workspace.project / "output")
        sender: Address = sender_of(settings.mail_from)
        self._deliver = partial(deliver, outbox, by, sender)
        self._clock = workspace.clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once the message at hand is sent."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._deliver(self._clock())
            except CitewrightError:
                # The mail stays in the outbox and is tried again.
                LOG.exception("the outbox could not be worked on")
            self._stop.wait(PAUSE)
