"""An article's versions: the list of them, and what changed from each to the next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from citewright.diff.changes import VersionDiff
from citewright.diff.html import render_html
from citewright.diff.view import view
from citewright.model.community import cause_in_words
from citewright.model.version import State, Version
from citewright.site.facts import own_markup
from citewright.site.frame import Frame
from citewright.site.measure import counted
from citewright.site.plain import day
from citewright.site.render import render
from citewright.site.wording import STATES, wording

_INNER = re.compile(r"file |sections$|[^:]+: (kind|blocks)$")
"""What differs of a version's making and of its form: for reviewers, not for readers."""


@dataclass(frozen=True)
class Public:
    """A version that is or was published, with what the log says of it.

    ``published`` is the day it was; ``reaffirmed`` are the days it was checked again and stood;
    ``withdrawn`` is when and why it was taken back.
    """

    digest: str
    number: str
    state: State
    published: str
    reviewer: str | None
    reviewed: str | None
    reaffirmed: tuple[str, ...]
    withdrawn: tuple[str, str] | None


@dataclass(frozen=True)
class ChangesLink:
    """Where the changes from the version before can be read, and how many there are."""

    title: str
    href: Markup
    said: str


@dataclass(frozen=True)
class VersionLine:
    """A version in the list of an article's versions."""

    number: str
    href: Markup
    status: tuple[str, ...]
    because: str
    changes: ChangesLink | None
    deeds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class HistoryView:
    """The versions of an article, the newest first."""

    title: str
    href: Markup
    versions: tuple[VersionLine, ...]


def changes_path(slug: str, old: str, new: str) -> str:
    """The folder of the page that tells what changed between two versions."""
    return f"{slug}/changes/{old}-{new}/"


def counts(diff: VersionDiff) -> str:
    """How many statements changed in which way, in words."""
    found = [f"{number:,} {name}" for name, number in diff.counts().items()]
    sources = counted(len(diff.sources), "change") + " to its sources" if diff.sources else ""
    return ", ".join([*found, *([sources] if sources else [])]) or "no statement changed"


def version_line(
    version: Version, one: Public, before: Public | None, said: str, frame: Frame
) -> VersionLine:
    """A version as the list shows it; ``said`` tells what changed since the one before."""
    words = wording(version.generator)
    reviewed = f"reviewed by {one.reviewer}" if one.reviewer else "not reviewed by a person"
    return VersionLine(
        number=one.number,
        href=frame.to(f"{version.slug}/v/{one.number}/"),
        status=(day(version.created), STATES[one.state], words.model, reviewed),
        because=f"Made because: {cause_in_words(version.cause.detail)}",
        changes=ChangesLink(
            f"Changes since version {before.number}",
            frame.to(changes_path(version.slug, before.number, one.number)),
            said,
        )
        if before
        else None,
        deeds=_deeds(one),
    )


def _deeds(one: Public) -> tuple[tuple[str, str], ...]:
    found = [(one.published[:10], "Published.")] if one.published else []
    found += [(date, "Checked again; it still stands, nothing was reworded.")
              for date in one.reaffirmed]  # fmt: skip
    if one.withdrawn:
        found.append((one.withdrawn[0], f"Withdrawn: {one.withdrawn[1]}"))
    return tuple(sorted(found))


def render_history(title: str, slug: str, lines: Sequence[VersionLine], frame: Frame) -> str:
    """The page that lists an article's versions, the newest first."""
    view = HistoryView(title, frame.to(f"{slug}/"), tuple(lines))
    return render("versions.html", frame, history=view)


def render_changes(
    title: str,
    diff: VersionDiff,
    titles: Mapping[str, str],
    sources: Mapping[str, str],
    frame: Frame,
) -> str:
    """The page that tells what changed between two versions.

    :param titles: the sections' titles by their ids.
    :param sources: the sources' titles by their keys.
    """
    shown = view(diff, titles=titles, sources=sources)
    fields = tuple(one for one in shown.fields if not _INNER.match(one.name))
    shown = replace(shown, heading="In short", fields=fields)
    changes = {
        "title": title,
        "old": diff.old.number,
        "new": diff.new.number,
        "article": frame.to(f"{diff.slug}/"),
        "before": frame.to(f"{diff.slug}/v/{diff.old.number}/"),
        "after": frame.to(f"{diff.slug}/v/{diff.new.number}/"),
        "history": frame.to(f"{diff.slug}/versions/"),
        "html": own_markup(render_html(shown, "changes")),
    }
    return render("changes.html", frame, changes=changes)


def news_of(one: Public, slug: str, said: str) -> list[dict[str, str]]:
    """What happened to a version, for the pages that tell what is new."""
    found = []
    path = f"{slug}/versions/"
    if one.published:
        told = f"version {one.number}: {said}" if said else "new article"
        found.append({"at": one.published, "path": path, "said": told})
    found += [
        {"at": date, "path": path, "said": f"version {one.number} checked again; it still stands"}
        for date in one.reaffirmed[-1:]
    ]
    return found
