"""Draft readers' suggestions: fetch their sources, redraft the one section that each is about."""

from __future__ import annotations

import logging
from decimal import Decimal
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.runtime import flow_run

from citewright import bootstrap
from citewright.errors import BudgetExceeded, CitewrightError
from citewright.model.community import Suggestion
from citewright.pipeline import pages, suggesting, suggestion_drafts
from citewright.pipeline.suggestion_drafts import Drafted
from citewright.pipeline.workspace import RunOptions, Workspace

log = logging.getLogger(__name__)


def workspace(project: str) -> Workspace:
    """The project's workspace, opened once in a process."""
    return bootstrap.open_workspace(Path(project))


@task(task_run_name="put aside what was waited for in vain")
def tidy(project: str) -> int:
    """Close what nobody answered; gives how many suggestions were closed."""
    return len(suggesting.tidy(workspace(project)))


@task(task_run_name="draft the suggestion {name}")
def draft(
    project: str,
    name: str,  # noqa: ARG001 - the run is named after it
    suggestion: Suggestion,
    options: RunOptions,
) -> dict[str, Any]:
    """One suggestion; one that cannot be drafted keeps no other from it."""
    opened = workspace(project)
    try:
        lookups = bootstrap.open_services(opened)
        made = suggestion_drafts.draft_suggestion(opened, lookups, suggestion, options)
    except BudgetExceeded:
        raise
    except CitewrightError as error:
        # It waits for the next run.
        log.warning("the suggestion %s waits: %s", suggestion.id, error)
        made = Drafted(suggestion.id, suggestion.slug, "waiting", str(error))
    if made.result == "drafted":
        pages.build_preview(opened, made.slug)
    return made.as_dict()


@flow(name="revise-article", flow_run_name="revise articles by suggestions")
def revise_article(
    suggestions: list[str] | None = None,
    project: str = ".",
    drafter: str | None = None,
    budget: str | None = None,
    actor: str | None = None,
) -> list[dict[str, Any]]:
    """Draft the suggestions that editors have handed over; gives what became of each.

    They are taken one after another, the longest waiting first: of one article the next one waits
    until the draft of the one before is published or taken back. A run that was stopped is gone on
    with by starting it again.

    :param suggestions: their ids; all that are handed over if none.
    :param budget: the most that the run may cost, in US dollars; the setting's if none.
    :param actor: who has it done, and so does not approve what comes of it.
    """
    opened = workspace(project)
    tidy(project)
    cap = None if budget is None else Decimal(budget)
    options = RunOptions(run=str(flow_run.get_id()), drafter=drafter, budget_usd=cap, actor=actor)
    waiting = [
        one for one in suggestion_drafts.due(opened) if not suggestions or one.id in suggestions
    ]
    done = [draft(project, one.id, one, options) for one in waiting]
    create_table_artifact(
        key="suggestions",
        table=[
            {name: one[name] for name in ("suggestion", "slug", "result", "why")} for one in done
        ],
        description=f"{len(done)} suggestions",
    )
    return done
