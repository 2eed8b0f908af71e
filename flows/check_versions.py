"""Check versions again: certain facts, suspicions, the judge, the lint. Run by Prefect."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run

from citewright.bootstrap import open_workspace
from citewright.pipeline import assessment_report, pages, rechecking
from citewright.pipeline.workspace import RunOptions


@task(task_run_name="check {slug}")
def check_version(project: str, slug: str, options: RunOptions) -> dict[str, Any]:
    """The current version of an article, checked again; its preview shows what was found."""
    workspace = open_workspace(Path(project))
    result = rechecking.recheck(workspace, slug, None, options)
    pages.build_preview(workspace, slug)
    create_markdown_artifact(
        key=f"assessment-{slug}",
        markdown=assessment_report.markdown(result),
        description=f"Assessment of {slug} {result.version.number}",
    )
    return assessment_report.as_values(result)


@flow(name="check-versions", flow_run_name="check versions")
def check_versions(
    slugs: list[str] | None = None,
    project: str = ".",
    judge: str | None = None,
    budget: str | None = None,
) -> list[dict[str, Any]]:
    """Check the current versions of the named articles, or of all; gives what was found in each.

    :param budget: the most that the run may cost, in US dollars; the setting's if none.
    """
    cap = None if budget is None else Decimal(budget)
    options = RunOptions(run=str(flow_run.get_id()), judge=judge, budget_usd=cap)
    wanted = slugs or sorted(open_workspace(Path(project)).catalogue.currents())
    checked = [check_version.submit(project, slug, options) for slug in wanted]
    return [future.result() for future in checked]
