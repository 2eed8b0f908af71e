"""What the tests of paid calls share: a real journal in a folder, calls through it, its rows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from claude_tasks import Clock
from fakes.claude_server import ClaudeServer
from opened import put_database
from pydantic import SecretStr
from sqlalchemy import select

from citewright.database import Database
from citewright.database.tables import calls
from citewright.drafting.calls import Failed, Paid, PaidCalls, Sender, request_digest
from citewright.drafting.messages import Messages
from citewright.drafting.outcomes import Outcome
from citewright.model.call import Order
from citewright.versions.folder_store import FolderStore
from citewright.versions.journal import LEASE_SECONDS, Journal


def hello(name: str = "Hello", **changed: Any) -> dict[str, Any]:
    """A small request; others by other names."""
    said = [{"role": "user", "content": name}]
    return {"model": "claude-sonnet-5-5", "max_tokens": 64, "messages": said} | changed


def order(params: dict[str, Any]) -> Order:
    """What is recorded for a call of these params."""
    return Order(
        request=request_digest(params),
        model=params["model"],
        role="draft",
        slug="an-article",
        section="a-section",
        worst_usd=Decimal("0.1"),
    )


class Desk:
    """A folder with a journal, and calls through it.

    :param cap: the most US dollars of a run.
    :param lease_seconds: how long a claim stands without a sign of life.
    :param store: None for the one in the folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cap: str = "5",
        lease_seconds: float = LEASE_SECONDS,
        store: FolderStore | None = None,
    ) -> None:
        self.clock = Clock()
        self._cap = Decimal(cap)
        self._lease = lease_seconds
        self._store = store or FolderStore(folder / "store")
        self._database = Database(put_database(folder) / "catalogue.sqlite")

    def journal(self, run: str = "run", **changed: Any) -> Journal:
        how = {"cap_usd": self._cap, "lease_seconds": self._lease} | changed
        return Journal(self._database, self._store, run=run, **how)

    def calls(
        self,
        server: ClaudeServer | Sender,
        *,
        run: str = "run",
        clock: Clock | None = None,
        deadline: float = 20.0,
    ) -> PaidCalls:
        clock = clock or self.clock
        return PaidCalls(
            messages=sender(server) if isinstance(server, ClaudeServer) else server,
            log=self.journal(run),
            deadline=deadline,
            project=None,
            clock=clock,
            sleep=clock.sleep,
        )

    def call(self, server: ClaudeServer, name: str = "Hello", **changed: Any) -> Paid | Failed:
        """One small call."""
        return ask(self.calls(server, **changed), hello(name))

    @property
    def spent(self) -> Decimal:
        return self.journal().spent()

    @property
    def rows(self) -> list[str]:
        """What the calls have come to, in their order, with what counts as spent."""
        with self._database.reading() as connection:
            found = connection.execute(select(calls).order_by(calls.c.id)).all()
        return [f"{row.state} {_cost(row)}" for row in found]


def _cost(row: Any) -> str:
    if row.input_tokens is not None:
        return "billed"
    return {row.reserved_usd: "spent", "0": "free"}[row.cost_usd]


def ask(calls: PaidCalls, params: dict[str, Any]) -> Paid | Failed:
    return calls.call(params, role="draft", slug="an-article", section="a-section")


def sender(server: ClaudeServer) -> Messages:
    return Messages(api_key=SecretStr(server.key), base_url=server.base_url)


class Hasty:
    """Sends as :func:`sender` does, but soon gives up its first requests.

    For a server that leaves these without an end. All others have the time that they are given,
    which no machine is too slow for.

    :param first: how many requests are given up.
    """

    SECONDS = 0.5

    def __init__(self, server: ClaudeServer, *, first: int) -> None:
        self._messages = sender(server)
        self._left = first

    def send(self, params: dict[str, Any], *, seconds: float) -> Outcome:
        self._left -= 1
        most = self.SECONDS if self._left >= 0 else seconds
        return self._messages.send(params, seconds=min(most, seconds))
