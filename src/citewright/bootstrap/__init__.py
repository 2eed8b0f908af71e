"""The composition root: the only place that names the concrete parts of a workspace."""

from __future__ import annotations

import threading
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from citewright.bootstrap.judges import judge_maker
from citewright.bootstrap.observing import observe
from citewright.bootstrap.stores import open_store
from citewright.checks.judging import Judge
from citewright.community.queue import Queue
from citewright.database import catalogue_of
from citewright.drafting.extractive import ExtractiveDrafter
from citewright.drafting.ports import Drafter, Gathering
from citewright.errors import InputError, SettingsError
from citewright.pipeline.answers import ServiceLookup
from citewright.pipeline.checking import Watch
from citewright.pipeline.refetching import refetcher
from citewright.pipeline.workspace import RunOptions, Workspace, open_folder
from citewright.retrieval.fetch import Fetcher
from citewright.retrieval.services import Addresses, Services
from citewright.settings import Settings, load
from citewright.versions.assessments import AssessmentLog
from citewright.versions.catalogue import Catalogue
from citewright.versions.refreshing import RefreshLog
from citewright.versions.requests import RequestLog
from citewright.versions.sources import SourceLog
from citewright.watching.retraction_watch import RetractionWatch, read_retraction_watch

if TYPE_CHECKING:
    from citewright.bootstrap.claude import Claude
    from citewright.pipeline.estimating import Rehearsal

DRAFTERS = ("auto", "claude", "extractive")


_OPENING = threading.Lock()


def open_workspace(project: Path) -> Workspace:
    """Open a project folder; opened once in a process, whichever thread comes first.

    One fetcher serves them all, since it is what keeps other people's servers from being asked
    twice at a time.

    :raises InputError: when it is no folder.
    :raises SettingsError: when a setting cannot be used.
    :raises IntegrityError: when its catalogue cannot be opened.
    """
    with _OPENING:
        return _opened(open_folder(project))


@lru_cache(maxsize=8)
def _opened(folder: Path) -> Workspace:
    settings = load(folder)
    observe(settings)
    store = open_store(folder, settings)
    database = catalogue_of(folder, settings.database_url)

    @lru_cache(maxsize=1)
    def claude() -> Claude:
        # Importing the SDK takes a second, which commands that call no model need not wait for.
        from citewright.bootstrap.claude import Claude

        return Claude(settings, folder, database, store)

    def make_drafter(options: RunOptions) -> Drafter:
        if choose_drafter(settings, options.drafter) == "extractive":
            return ExtractiveDrafter()
        model, cap = claude(), _cap(settings, options)
        if options.batch:
            return model.batch_drafter(model.batch_calls(options.run, cap))
        return model.drafter(model.calls(options.run, cap))

    def make_gathering(options: RunOptions) -> Gathering:
        if choose_drafter(settings, options.drafter) == "extractive":
            raise InputError(
                "the drafter 'extractive' sends nothing that could go out in batches.",
                hint="Leave --batch out, or use --drafter claude.",
            )
        return claude().batch_calls(options.run, _cap(settings, options))

    def by_claude(options: RunOptions) -> Judge:
        model, cap, run = claude(), _cap(settings, options), options.run
        calls = model.batch_calls(run, cap) if options.batch else model.calls(run, cap)
        return model.judge(calls, batch=options.batch)

    def rehearse(options: RunOptions) -> Rehearsal | None:
        if choose_drafter(settings, options.drafter) == "extractive":
            return None
        from citewright.bootstrap.rehearsing import open_rehearsal

        return open_rehearsal(_opened(folder), options, asking_for_counts=False)

    return Workspace(
        project=folder,
        settings=settings,
        store=store,
        catalogue=Catalogue(database),
        source_log=SourceLog(database),
        refresh_log=RefreshLog(database),
        request_log=RequestLog(database),
        assessments=AssessmentLog(database),
        queue=Queue(database),
        database=database,
        fetcher=Fetcher(
            timeout=settings.fetch_timeout,
            max_bytes=settings.fetch_max_bytes,
            private=settings.fetch_private,
            contact=settings.contact,
            interval=settings.fetch_interval,
        ),
        make_drafter=make_drafter,
        make_gathering=make_gathering,
        make_judge=judge_maker(settings, by_claude),
        rehearse=rehearse,
        clock=_now,
    )


def open_services(workspace: Workspace) -> Services:
    """The bibliographic services, asked with the project's contact and keys.

    :raises SettingsError: when the setting ``services`` names one that there is not.
    """
    settings = workspace.settings
    known = {field.name for field in fields(Addresses)}
    for name in settings.services.keys() - known:
        raise SettingsError(
            f"the setting 'services' names {name!r}.", hint=f"Known: {', '.join(sorted(known))}."
        )
    keys = {"openalex": settings.openalex_api_key, "pubmed": settings.ncbi_api_key}
    return Services(
        workspace.fetcher.fetch,
        contact=settings.contact,
        keys={name: key.get_secret_value() for name, key in keys.items() if key},
        addresses=Addresses(**settings.services),
    )


def open_watch(workspace: Workspace) -> Watch:
    """What checking sources needs; used by one thread at a time, as the services are."""
    return Watch(
        lookup=ServiceLookup(open_services(workspace)),
        refetch=refetcher(workspace),
        log=workspace.source_log,
        retraction_watch=_retraction_watch(workspace.project / "sources" / "retraction-watch.csv"),
    )


def _retraction_watch(file: Path) -> RetractionWatch | None:
    return _read_once(file, file.stat().st_mtime_ns) if file.is_file() else None


@lru_cache(maxsize=1)
def _read_once(file: Path, _changed: int) -> RetractionWatch:
    return read_retraction_watch(file)


def choose_drafter(settings: Settings, wanted: str | None) -> str:
    """``claude`` or ``extractive``: as asked for, or by whether there is an API key.

    :raises InputError: for an unknown name.
    :raises SettingsError: when Claude is asked for and there is no key.
    """
    name = wanted or settings.drafter
    if name not in DRAFTERS:
        raise InputError(
            f"there is no drafter {name!r}.", hint=f"Use one of {', '.join(DRAFTERS)}."
        )
    has_key = settings.anthropic_api_key is not None
    if name == "auto":
        return "claude" if has_key else "extractive"
    if name == "claude" and not has_key:
        raise SettingsError(
            "the drafter 'claude' needs an API key.",
            hint="Set ANTHROPIC_API_KEY in the environment, or use --drafter extractive.",
        )
    return name


def _cap(settings: Settings, options: RunOptions) -> Decimal:
    return settings.budget_usd if options.budget_usd is None else options.budget_usd


def _now() -> datetime:
    return datetime.now(UTC)
