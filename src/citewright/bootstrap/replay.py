"""A workspace to make a version again in: its own folder, stored answers, no network."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from citewright.bootstrap import choose_drafter
from citewright.bootstrap.judges import judge_maker
from citewright.checks.judging import Judge
from citewright.community.queue import Queue
from citewright.database import Database, catalogue_of
from citewright.drafting.extractive import ExtractiveDrafter
from citewright.drafting.ports import Drafter
from citewright.model.review import Recipe
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.settings import Roles, Settings
from citewright.versions.assessments import AssessmentLog
from citewright.versions.catalogue import Catalogue
from citewright.versions.journal import Journal
from citewright.versions.overlay import OverlayStore
from citewright.versions.refreshing import RefreshLog
from citewright.versions.requests import RequestLog
from citewright.versions.sources import SourceLog

if TYPE_CHECKING:
    from citewright.bootstrap.claude import Claude

PUBLIC = "https://api.anthropic.com"
"""The server that is meant where a recipe names none; nothing is sent there."""


def open_replay(original: Workspace, recipe: Recipe, folder: Path, moment: datetime) -> Workspace:
    """The original's workspace with another folder, the recipe's settings and one moment of time.

    Nothing is written to the original; its journal and its store are read.
    """
    settings = _settings(original.settings, recipe)
    journal = catalogue_of(original.project, original.settings.database_url)
    own = Database(folder / "output" / "catalogue.sqlite")
    log = Journal(journal, original.store, run="replay", cap_usd=Decimal(0))

    @lru_cache(maxsize=1)
    def claude() -> Claude:
        # Importing the SDK takes a second, which an extractive version need not wait for.
        from citewright.bootstrap.claude import Claude

        return Claude(settings, folder, journal, original.store)

    def make_drafter(options: RunOptions) -> Drafter:
        from citewright.drafting.recorded import RecordedCalls

        if choose_drafter(settings, options.drafter) == "extractive":
            return ExtractiveDrafter()
        calls = RecordedCalls(log.find)
        return claude().batch_drafter(calls) if options.batch else claude().drafter(calls)

    def by_claude(options: RunOptions) -> Judge:
        from citewright.drafting.recorded import RecordedCalls

        return claude().judge(RecordedCalls(log.find), batch=options.batch)

    return replace(
        original,
        project=folder,
        settings=settings,
        store=OverlayStore(folder / "output" / "store", original.store),
        catalogue=Catalogue(own),
        source_log=SourceLog(own),
        refresh_log=RefreshLog(own),
        request_log=RequestLog(own),
        assessments=AssessmentLog(own),
        queue=Queue(own),
        database=own,
        make_drafter=make_drafter,
        make_judge=judge_maker(settings, by_claude),
        clock=lambda: moment,
        _snapshots={},
        rehearse=lambda _: None,
        _passages={},
        _finders={},
    )


def _settings(own: Settings, recipe: Recipe) -> Settings:
    given: dict[str, Any] = dict(recipe.settings)
    key = SecretStr("no-request-is-sent") if given.pop("has_key") else None
    address = given.pop("address") or PUBLIC
    features = given["features"]
    return own.model_copy(
        update=given
        | {
            "roles": Roles.model_validate(given["roles"]),
            "features": tuple(features) if isinstance(features, list) else features,
            "anthropic_api_key": key,
            "anthropic_base_url": address,
            "signing_key": None,
        }
    )
