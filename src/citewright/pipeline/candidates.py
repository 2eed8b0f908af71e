"""What of a source's stored text could stand behind a statement, found by words alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from citewright.checks.locating import SHORTEST_QUOTE
from citewright.checks.support.model import SupportModel
from citewright.errors import CitewrightError
from citewright.model.assessment import Candidate
from citewright.model.evidence import Evidence, Passage, quote_at
from citewright.model.source import Tier
from citewright.model.statement import Statement
from citewright.model.verdict import Checker
from citewright.pipeline.evidence import snapshot_source
from citewright.pipeline.workspace import Workspace
from citewright.retrieval.rank import PassageIndex

SHORTLIST = 12
"""Passages of a source whose sentences are compared with a statement."""

QUOTES = 3
"""Sentences of a source that are offered for a statement at most."""


def support_checker(model: SupportModel) -> Checker:
    """Who says what the offline support model says."""
    trained = model.coefficients
    return Checker(name="offline-support", version=f"{trained.citewright} of {trained.trained}")


@dataclass
class Library:
    """The texts of sources, each read once: from the project's files, else the stored text that
    was last found current, else the newest stored one, else retrieved and stored now.

    ``unread`` are the sources that have no text here, with the reason.
    """

    workspace: Workspace
    unread: dict[str, str] = field(default_factory=dict)
    _snapshots: dict[str, str] = field(default_factory=dict)
    _indexes: dict[str, PassageIndex] = field(default_factory=dict)

    def snapshot(self, source: str) -> str | None:
        """The digest of a source's snapshot; None where it has no text, see ``unread``."""
        if source in self.unread:
            return None
        if source not in self._snapshots:
            try:
                self._snapshots[source] = self._read(source)
            except CitewrightError as error:
                self.unread[source] = error.message
                return None
        return self._snapshots[source]

    def _read(self, source: str) -> str:
        workspace, log = self.workspace, self.workspace.source_log
        access = workspace.source(source).access
        stored = log.snapshots(source)
        # A file of the project may have changed and costs nothing to read again.
        if not stored or (access and access[0].kind == "file"):
            return snapshot_source(workspace, source)
        seen = log.last_seen(source)
        return seen.snapshot if seen else max(stored, key=self._retrieved)

    def _retrieved(self, snapshot: str) -> datetime:
        return self.workspace.snapshot(snapshot).retrieved

    def ranked(self, snapshot: str, statement: str) -> tuple[Passage, ...]:
        """The passages of a snapshot that share most with a statement, the best first."""
        index = self._indexes.get(snapshot)
        if index is None:
            index = self._indexes[snapshot] = PassageIndex(self.workspace.passages(snapshot))
        return tuple(passage for passage, _ in index.rank(statement, limit=SHORTLIST))


@dataclass(frozen=True)
class Finder:
    """Finds candidates in the library's texts; ``most`` is how many sentences each has at most."""

    library: Library
    model: SupportModel
    most: int = QUOTES

    def find(
        self, statement: Statement, source: str, tier: Tier, citation: int | None
    ) -> Candidate | None:
        """The sentences of a source that bear on a statement; None where there are none.

        :param citation: the statement's citation that lacks its passage, if it is for one.
        """
        snapshot = self.library.snapshot(source)
        if snapshot is None:
            return None
        evidence = self._evidence(statement.text, snapshot)
        if not evidence:
            return None
        found = self.model.assess(statement.text, [one.quote.exact for one in evidence])
        return Candidate(
            statement=statement.id,
            citation=citation,
            source=source,
            tier=tier,
            evidence=evidence,
            score=f"{found.score:.3f}",
            reasons=found.signs,
        )

    def _evidence(self, text: str, snapshot: str) -> tuple[Evidence, ...]:
        passages = self.library.ranked(snapshot, text)
        if not passages:
            return ()
        stored = self.library.workspace.finder(snapshot).text
        best = self.model.assess(text, [one.text for one in passages], most=2 * QUOTES).sentences
        found = []
        for sentence in best:
            home = passages[sentence.passage]
            place = (home.start + sentence.start, home.start + sentence.end)
            if sum(char.isalnum() for char in stored[slice(*place)]) >= SHORTEST_QUOTE:
                found.append(quote_at(stored, *place, snapshot, home.id))
        if self.most == 1:
            # One sentence has to do: the one that the statement scores best with.
            found.sort(key=lambda one: -self.model.score(text, [one.quote.exact]))
        return tuple(found[: self.most])
