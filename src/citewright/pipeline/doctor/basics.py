"""Settings, the project's folder, secrets, prices: what can be told without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from citewright.drafting import prices
from citewright.errors import SettingsError
from citewright.pipeline.doctor.finding import Finding, failed
from citewright.settings import Settings, read

OLD_PRICES_DAYS = 183
"""Days after which a list of prices is worth a look: half a year."""

NOT_SETTINGS = frozenset({"CITEWRIGHT_SHARED", "CITEWRIGHT_EXAMPLES", "CITEWRIGHT_TEST_POSTGRES"})
"""Names in the environment that the tests of citewright read."""


def check_settings(project: Path) -> tuple[Settings | None, list[Finding]]:
    """The settings, None where they cannot be used, and a finding for each that is wrong."""
    try:
        found = read(project)
    except SettingsError as error:
        return None, [failed("settings", error)]
    if isinstance(found, Settings):
        return found, [Finding("settings", "ok", "All settings can be used.")]
    do = "Correct it in citewright.toml or in the environment; docs/project-format.md lists all."
    return None, [Finding("settings", "failed", error.message, do) for error in found]


def check_names(environment: Mapping[str, str]) -> list[Finding]:
    """Names in the environment that look like settings and are none."""
    known = {f"CITEWRIGHT_{name.upper()}" for name in Settings.model_fields}
    strange = [
        name
        for name in sorted(environment)
        if name.startswith("CITEWRIGHT_") and name.partition("__")[0] not in known | NOT_SETTINGS
    ]
    do = "Correct the name, or remove it: nothing reads it."
    return [
        Finding("environment", "warning", f"{name} is no setting of citewright.", do)
        for name in strange
    ]


def check_project(project: Path) -> Finding:
    """Whether the folder holds a library and briefs."""
    if not project.is_dir():
        return Finding("project", "failed", f"{project} is not a folder.", "Give --project DIR.")
    counts = {
        kind: len(list((project / "sources" / kind).glob("*.yaml")))
        for kind in ("library", "briefs")
    }
    said = f"{project}: {counts['library']} sources, {counts['briefs']} briefs."
    if not counts["briefs"]:
        return Finding("project", "warning", said, "Write a brief: `citewright new TITLE`.")
    return Finding("project", "ok", said)


def check_secret(settings: Settings) -> Finding:
    """Whether all processes of a team make pseudonyms with the same secret."""
    if settings.secret is not None:
        return Finding("secret", "ok", "CITEWRIGHT_SECRET is set (not shown).")
    said = "CITEWRIGHT_SECRET is not set: the application makes output/secret once."
    if settings.database_url is None:
        return Finding("secret", "ok", said)
    do = "Set the same CITEWRIGHT_SECRET on all machines: with another one, votes count twice."
    return Finding("secret", "warning", said, do)


def check_key(settings: Settings) -> Finding:
    """Whether there is an API key where one is needed; never what it is."""
    wanted = [
        f"{name} = 'claude'" for name in ("drafter", "judge") if getattr(settings, name) == "claude"
    ]
    key = settings.anthropic_api_key
    if key is not None:
        value = key.get_secret_value()
        if value and all("!" <= char <= "~" for char in value):
            return Finding("API key", "ok", "ANTHROPIC_API_KEY is set (not shown).")
        said = "ANTHROPIC_API_KEY is empty or holds characters that no key has."
        return Finding("API key", "failed", said, "Set it to the key alone.")
    do = "Set ANTHROPIC_API_KEY in the environment."
    if wanted:
        return Finding("API key", "failed", f"There is none, and {wanted[0]} needs one.", do)
    said = "There is none: articles are compiled from exact quotations, and nobody judges support."
    return Finding("API key", "warning", said, do)


def check_prices(settings: Settings, project: Path, today: date) -> list[Finding]:
    """Whether the price of each model in use is known, and how old the lists are."""
    try:
        for model in models(settings):
            prices.price(model, project)
        lists = prices.dated(project)
    except SettingsError as error:
        return [failed("prices", error)]
    return [_age(path, as_of, today) for path, as_of in lists]


def models(settings: Settings) -> list[str]:
    """The models that the settings name, each once."""
    roles = [getattr(settings.roles, name).model for name in type(settings.roles).model_fields]
    named = [settings.model, *roles, settings.judge_second]
    return list(dict.fromkeys(name for name in named if name))


def _age(path: Path, as_of: str, today: date) -> Finding:
    said = f"{path.name} of {as_of} knows the price of each model in use."
    try:
        year, month, *day = (int(part) for part in as_of.split("-"))
        since = date(year, month, day[0] if day else 1)
    except (ValueError, TypeError):
        do = f'Write its date into {path.name}: as_of: "2026-11".'
        return Finding("prices", "warning", f"{path.name} has no date: {as_of!r}.", do)
    days = (today - since).days
    if days > OLD_PRICES_DAYS:
        do = "Look at the published prices, and put what changed into the project's prices.yaml."
        return Finding("prices", "warning", f"{said} That is {days} days ago.", do)
    return Finding("prices", "ok", said)
