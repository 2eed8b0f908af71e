"""Looking an installation over: each check gives what it saw and what to do about it.

Nothing is made, migrated, sent or paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from citewright.pipeline.doctor import basics, clock, services, storage
from citewright.pipeline.doctor.finding import Finding
from citewright.pipeline.doctor.prefect import check_prefect
from citewright.settings import Settings
from citewright.versions.store import Store

__all__ = ["Finding", "examine"]


def examine(
    project: Path,
    environment: Mapping[str, str],
    today: date,
    open_store: Callable[[Path, Settings], Store],
    *,
    online: bool = False,
) -> list[Finding]:
    """All checks, in the order in which one would mend things.

    :param environment: the names and values of the process.
    :param open_store: opens the store of a project by its settings.
    :param online: ask the model's server too, for what is free there.
    """
    settings, findings = basics.check_settings(project)
    findings += basics.check_names(environment)
    findings.append(basics.check_project(project))
    asked = check_prefect(environment)
    clocks = {"the Prefect server": asked.ahead}
    if project.is_dir():
        findings += [storage.check_folder(project), storage.check_space(project)]
    if settings is not None and project.is_dir():
        if settings.store_url is not None:
            findings.append(storage.check_bucket(settings, project, open_store))
        found, finding = storage.check_database(settings, project)
        clocks["the database"] = found.ahead if found else None
        findings += [finding, *_configured(settings, project, today)]
    findings += asked.findings
    if settings is not None and online:
        findings += services.check_model(settings)
        name, seconds = services.model_clock(settings)
        clocks[name] = seconds
    return [*findings, clock.check_clock(clocks)]


def _configured(settings: Settings, project: Path, today: date) -> list[Finding]:
    return [
        basics.check_secret(settings),
        basics.check_key(settings),
        *basics.check_prices(settings, project, today),
        services.check_mail(settings),
        services.check_sign_in(settings),
    ]
