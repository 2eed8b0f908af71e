"""What calling Claude needs, put together once for a project.

Apart from the rest, because importing the SDK takes a second that other commands need not wait for.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from citewright.database import Database
from citewright.drafting.batch_service import BatchService
from citewright.drafting.batches import BatchCalls
from citewright.drafting.calls import Calls, PaidCalls
from citewright.drafting.claude import ClaudeDrafter
from citewright.drafting.features import Server
from citewright.drafting.judge import ClaudeJudge, judges
from citewright.drafting.manner import Manner, manners
from citewright.drafting.messages import Messages
from citewright.drafting.ports import Drafter
from citewright.settings import Settings
from citewright.versions.batches import BatchLog
from citewright.versions.journal import Journal
from citewright.versions.store import Store


class Claude:
    """The connection to the model's server and what has been found out about it.

    One object serves all calls of a project in a process: they share its pool of connections.
    """

    def __init__(self, settings: Settings, project: Path, database: Database, store: Store) -> None:
        """Check the settings; nothing is sent.

        :raises SettingsError: for an unusable key or address, or a model whose price is unknown.
        """
        assert settings.anthropic_api_key is not None
        self._settings = settings
        self._project = project
        self._database = database
        self._store = store
        self.manners = manners(settings, project)
        self.batch_manners = manners(settings, project, batch=True)
        self.messages = Messages(
            api_key=settings.anthropic_api_key, base_url=settings.anthropic_base_url
        )
        self._server = Server(settings.anthropic_base_url, settings.features)
        self._gathering: dict[tuple[str, Decimal], BatchCalls] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="judge")

    def journal(self, run: str, cap_usd: Decimal) -> Journal:
        """The journal of one run, within its cap."""
        return Journal(self._database, self._store, run=run, cap_usd=cap_usd)

    def calls(self, run: str, cap_usd: Decimal) -> PaidCalls:
        """The calls of one run, each sent at once."""
        return PaidCalls(
            messages=self.messages,
            log=self.journal(run, cap_usd),
            deadline=self._settings.call_deadline,
            project=self._project,
        )

    def drafter(self, calls: Calls) -> Drafter:
        """The drafter that makes these calls."""
        return ClaudeDrafter(calls=calls, manners=self.manners, server=self._server)

    def batch_calls(self, run: str, cap_usd: Decimal) -> BatchCalls:
        """The calls of one run, sent in batches; one object, since it is what gathers them."""
        with self._lock:
            known = self._gathering.get((run, cap_usd))
            if known is None:
                known = self._batch_calls(run, cap_usd)
                self._gathering[run, cap_usd] = known
            return known

    def batch_drafter(self, calls: Calls) -> Drafter:
        """The drafter whose calls are gathered.

        It warms no cache: the requests of a batch do not wait for one another.
        """
        return ClaudeDrafter(
            calls=calls, manners=self.batch_manners, server=self._server, warm=False
        )

    def judge(self, calls: Calls, *, batch: bool) -> ClaudeJudge:
        """The judge that makes these calls, with a second one beside it where that is set.

        :raises SettingsError: for a second model that cannot be used.
        """
        own = self.batch_manners if batch else self.manners
        return ClaudeJudge(
            calls=calls,
            manners=self._judges(batch=batch),
            probe=own["probe"],
            server=self._server,
            samples=self._settings.judge_samples,
            pool=self._pool,
        )

    def judged(self, *, batch: bool) -> tuple[Manner, ...]:
        """The manner of each answer that is asked for on one citation."""
        return self._judges(batch=batch) * self._settings.judge_samples

    def _judges(self, *, batch: bool) -> tuple[Manner, ...]:
        own = self.batch_manners if batch else self.manners
        return judges(own["judge"], self._settings.judge_second)

    def _batch_calls(self, run: str, cap_usd: Decimal) -> BatchCalls:
        service = BatchService(
            self.messages,
            deadline=self._settings.call_deadline,
            clock=time.monotonic,
            sleep=time.sleep,
        )
        return BatchCalls(
            service=service,
            log=self.journal(run, cap_usd),
            batches=BatchLog(self._database, self._store, run=run, cap_usd=cap_usd),
            direct=self.calls(run, cap_usd),
            project=self._project,
            pause=self._settings.batch_pause,
        )
