"""Publish what the gate lets through, and bring the site up to date. Run by Prefect."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from citewright.bootstrap import open_workspace
from citewright.pipeline import pages


@task(task_run_name="release")
def release(project: str, slugs: list[str], actor: str | None) -> list[pages.Published]:
    """Publish the versions that may be; gives what was held back too, and why."""
    return pages.release(open_workspace(Path(project)), slugs, actor)


@task(task_run_name="build the site", retries=1)
def build(project: str, *, anew: bool) -> pages.Built:
    """Make the pages whose inputs changed; readers see the site as it was until all are made."""
    return pages.build_site(open_workspace(Path(project)), anew=anew)


@flow(name="publish-site", flow_run_name="publish the site")
def publish_site(
    slugs: list[str] | None = None,
    project: str = ".",
    actor: str | None = None,
    anew: bool = False,
) -> dict[str, Any]:
    """Publish the named articles, or all; gives what became of each, and what was built.

    :param actor: who publishes; None for the program itself.
    :param anew: make every page, not only those that changed.
    """
    released = release(project, slugs or [], actor)
    table = [
        {"article": f"{one.slug} {one.number}", "held back": " ".join(one.objections)}
        for one in released
    ]
    create_table_artifact(key="publish-site", table=table, description=f"{len(table)} articles")
    articles = [
        {"slug": one.slug, "number": one.number, "objections": list(one.objections)}
        for one in released
    ]
    return {"articles": articles, "site": asdict(build(project, anew=anew))}
