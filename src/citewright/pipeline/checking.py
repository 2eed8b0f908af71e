"""Checking sources: does the text still stand, what befell the work, which statements cite it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from citewright.checks.sourcing import BEFALLEN
from citewright.errors import CitewrightError
from citewright.model.record import Notice, NoticeKind
from citewright.model.source import Source
from citewright.pipeline.answers import Answers, Lookup
from citewright.pipeline.checking_text import TextChecks
from citewright.pipeline.queueing import settle
from citewright.pipeline.refetching import Refetch, Refetched, RefetchKind
from citewright.pipeline.workspace import Workspace
from citewright.versions.sources import (
    Affected,
    Happening,
    SourceEvent,
    SourceEventKind,
    SourceLog,
)
from citewright.watching.newer import newer
from citewright.watching.retraction_watch import RetractionWatch
from citewright.watching.standing import GRAVITY, Standing, standing
from citewright.watching.work import Work, all_names, name_of, work_of

log = logging.getLogger(__name__)

_EVENTS: dict[NoticeKind, SourceEventKind] = {
    "retraction": "retraction",
    "withdrawal": "withdrawal",
    "expression_of_concern": "concern",
    "correction": "correction",
    "reinstatement": "reinstatement",
    "new_version": "new_version",
    "version_of_record": "new_version",
}
_NOTICES: dict[str, NoticeKind] = {
    event: notice for notice, event in _EVENTS.items() if notice != "version_of_record"
}


@dataclass(frozen=True)
class Watch:
    """What checking needs beside the workspace.

    ``retraction_watch`` is the database's content where its file is at hand.
    """

    lookup: Lookup
    refetch: Refetch
    log: SourceLog
    retraction_watch: RetractionWatch | None = None


@dataclass(frozen=True)
class Finding:
    """What checking a source found.

    ``news`` is what was not on record before. ``affected`` are the statements of current versions
    that cite it, given where there is something to look at, and ``lost`` the ids of those whose
    quote does not stand in the changed text. ``error``: the source could not be checked at all.
    """

    source: str
    at: datetime
    text: RefetchKind | None = None
    text_detail: str = ""
    snapshot: str | None = None
    standing: Standing | None = None
    news: tuple[SourceEvent, ...] = ()
    affected: tuple[Affected, ...] = ()
    lost: tuple[str, ...] = ()
    error: str | None = None

    @property
    def needs_a_look(self) -> bool:
        """Whether a person has to look: the text changed or went, or something befell the work."""
        return (
            self.error is not None
            or self.text in ("changed", "gone")
            or (self.standing is not None and self.standing.status in GRAVITY)
        )

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain values, for ``--json``."""
        return vars(self) | {
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "standing": self.standing.as_dict() if self.standing else None,
            "news": [vars(event) for event in self.news],
            "affected": [vars(one) for one in self.affected],
            "lost": list(self.lost),
            "needs_a_look": self.needs_a_look,
        }


def check_sources(workspace: Workspace, keys: Iterable[str], watch: Watch) -> list[Finding]:
    """Check sources one after another; one that cannot be checked does not keep the others.

    :raises CitewrightError: when the catalogue cannot be used, or a version cannot be read.
    """
    watch.log.index_missing(workspace.version)
    wanted, findings = list(keys), []
    with TextChecks(workspace, watch.refetch, watch.log, wanted) as texts:
        for key in wanted:
            try:
                findings.append(_check(workspace, key, watch, texts))
            except CitewrightError as error:
                log.warning("could not check %s: %s", key, error)
                findings.append(Finding(key, workspace.clock(), error=str(error)))
    return findings


def _check(workspace: Workspace, key: str, watch: Watch, texts: TextChecks) -> Finding:
    """Check one source and record what is new; the reverse index is complete.

    :raises NotFound: when the library has no such source.
    :raises CitewrightError: when it cannot be checked; what was recorded before stays.
    """
    source = workspace.source(key)
    now = workspace.clock()
    befell = _standing(watch, source)
    text, snapshot = texts.ask(source)
    happened = [_text_happening(text, snapshot), *_said(befell)]
    found = Finding(
        source=key,
        at=now,
        text=text.kind,
        text_detail=text.detail,
        snapshot=snapshot,
        standing=befell,
        news=watch.log.record(key, happened, now),
    )
    if _turned(watch.log, found):
        for slug in {one.slug for one in watch.log.affected(key)}:
            settle(workspace, slug)
    if not found.needs_a_look:
        return found
    affected = tuple(watch.log.affected(key))
    lost = _lost(workspace, affected, snapshot) if snapshot and text.kind == "changed" else ()
    return Finding(**vars(found) | {"affected": affected, "lost": lost})


def _turned(source_log: SourceLog, found: Finding) -> bool:
    """Whether something grave befell a source, or is taken back, by what is news of its standing.

    The articles' places in the queue depend on that alone.
    """
    news = [one.detail for one in found.news if one.kind == "standing"]
    if not news or news[-1] == "unknown":
        return False
    events = source_log.events(found.source)
    told = [one.detail for one in events if one.kind == "standing" and one.detail != "unknown"]
    before = told[-2] in BEFALLEN if len(told) > 1 else False
    return before != (told[-1] in BEFALLEN)


def _standing(watch: Watch, source: Source) -> Standing:
    work = work_of(source.csl)
    answers = watch.lookup.source(source)
    notices = [
        *(notice for record in answers.records for notice in record.notices),
        *newer(source.csl, answers.records),
    ]
    if watch.retraction_watch is not None:
        notices += watch.retraction_watch.about(work)
    names = all_names(work, answers.records)
    ours = [notice for notice in notices if name_of(notice.about) in names]
    titles = _publications(watch.lookup, ours, names)
    failures = (*answers.failures, *titles.failures)
    silent = {failure.service for failure in failures}
    notices += _remembered(watch.log, source.key, work, silent)
    return standing(work, notices, (*answers.records, *titles.records), failures)


def _publications(lookup: Lookup, notices: Iterable[Notice], names: frozenset[str]) -> Answers:
    """The records of the publications that say something of the work: their titles matter."""
    named = {name_of(notice.notice) for notice in notices if notice.notice} - names
    dois = sorted(name.removeprefix("doi:") for name in named if name.startswith("doi:"))
    asked = [lookup.doi(doi) for doi in dois]
    return Answers(
        tuple(record for one in asked for record in one.records),
        tuple(failure for one in asked for failure in one.failures),
    )


def _remembered(source_log: SourceLog, key: str, work: Work, silent: Iterable[str]) -> list[Notice]:
    """What a service said that does not answer now, while the work stood as it had said."""
    services = set(silent)
    about = work.doi or work.pmid or work.pmcid
    if about is None or not services:
        return []
    events = source_log.events(key)
    stood = [event.detail for event in events if event.kind == "standing"]
    if not stood or stood[-1] not in GRAVITY:
        return []
    return [
        Notice.model_validate(
            {
                "kind": _NOTICES[event.kind],
                "service": event.service,
                "about": about,
                "notice": event.notice,
                "date": event.said_on,
                "said_by": None,
                "detail": event.detail,
            }
        )
        for event in events
        if event.service in services and event.kind in _NOTICES
    ]


def _text_happening(text: Refetched, snapshot: str | None) -> Happening:
    detail = snapshot or "" if text.kind in ("retrieved", "changed") else text.detail
    return Happening(kind=text.kind, service=None, detail=detail)


def _said(befell: Standing) -> list[Happening]:
    heard = [
        Happening(
            kind=_EVENTS[one.counts_as or one.kind],
            service=one.service,
            detail=one.detail,
            notice=one.notice,
            said_on=one.date,
        )
        for one in befell.said
        if one.counts_as or (one.kind == "reinstatement" and one.about_it)
    ]
    return [*heard, Happening(kind="standing", service=None, detail=befell.status)]


def _lost(workspace: Workspace, affected: Iterable[Affected], snapshot: str) -> tuple[str, ...]:
    """The ids of the statements whose quote is not in the text that stands now."""
    finder = workspace.finder(snapshot)
    lost: dict[str, None] = {}
    for one in affected:
        statements = workspace.version(one.version).article.statements()
        statement = next(each for each in statements if each.id == one.statement)
        evidence = statement.citations[one.citation].evidence
        if evidence.kind == "quote" and finder.find(evidence.quote.exact) is None:
            lost[one.statement] = None
    return tuple(lost)
