"""A suggestion made a draft: its sources fetched, the one section that it is about drafted again.

The draft is the article's next version, in the state *draft*; readers see what is published until
an editor publishes it. One article has one such draft at a time: while one waits for an answer,
the other suggestions for the article wait for it.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from citewright.community.suggestions import Suggestions
from citewright.database import repeated
from citewright.drafting.before import KINDS
from citewright.errors import BudgetExceeded, CitewrightError, InputError
from citewright.model.community import Suggested, Suggestion
from citewright.model.version import Version
from citewright.pipeline.adding import library_key
from citewright.pipeline.article_parts import by_section
from citewright.pipeline.brief_sources import add_to_brief, take_from_brief
from citewright.pipeline.evidence import read_order, to_draft
from citewright.pipeline.lookups import Lookups
from citewright.pipeline.refreshing import keep_anchors
from citewright.pipeline.remaking import make_ready, remake
from citewright.pipeline.suggesting import MANY, refuse_unnamed
from citewright.pipeline.suggestion_mail import mail_drafted
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.refresh.causes import Cause
from citewright.refresh.plan import ArticlePlan, Present, plan_article

log = logging.getLogger(__name__)

Result = Literal["drafted", "waiting", "failed"]


@dataclass(frozen=True)
class Drafted:
    """What became of a suggestion; ``why`` says so in a sentence, for editors."""

    suggestion: str
    slug: str
    result: Result
    why: str
    number: str | None = None
    digest: str | None = None
    cost_usd: Decimal = Decimal(0)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, for ``--json`` and artifacts."""
        return vars(self) | {"cost_usd": float(self.cost_usd)}


def due(workspace: Workspace) -> list[Suggestion]:
    """The suggestions that are to be drafted, the longest waiting first."""
    return Suggestions(workspace.database).listing(["drafting"], limit=MANY)


def draft_suggestion(
    workspace: Workspace, lookups: Lookups, suggestion: Suggestion, options: RunOptions
) -> Drafted:
    """Draft one suggestion that an editor has handed over, and mail whoever made it.

    What cannot be drafted ends as failed, with the reason for the editor. What was killed is gone
    on with when it is called again: the suggestion still waits, and no answer is paid for twice.

    :raises BudgetExceeded: when the run's cap does not cover it; the suggestion still waits.
    :raises CitewrightError: when a service could not be reached: trying again may do.
    """
    name, slug = suggestion.id, suggestion.slug
    held = _held_up(workspace, suggestion)
    if held is not None:
        return Drafted(name, slug, "waiting", held)
    added: set[str] = set()
    try:
        made, cost = _made(workspace, lookups, suggestion, options, added)
    except CitewrightError as error:
        take_from_brief(workspace, slug, added)
        if error.retry or isinstance(error, BudgetExceeded):
            raise
        log.warning("the suggestion %s could not be drafted: %s", name, error)
        _failed(workspace, suggestion, str(error))
        return Drafted(name, slug, "failed", str(error))
    except BaseException:
        take_from_brief(workspace, slug, added)
        raise
    _finished(workspace, suggestion, made)
    version = workspace.version(made)
    return Drafted(name, slug, "drafted", version.cause.detail, version.number, made, cost)


def _held_up(workspace: Workspace, suggestion: Suggestion) -> str | None:
    """Why it cannot be drafted now: something else about the article is not decided on yet."""
    head = workspace.catalogue.version(suggestion.slug)
    live = workspace.catalogue.published(suggestion.slug)
    if live is None:
        return "Nothing of the article is published."
    if head.digest != live.digest and head.content != live.content:
        return f"The article's version {head.number} ({head.state}) is to be decided on first."
    return None


def _made(
    workspace: Workspace,
    lookups: Lookups,
    suggestion: Suggestion,
    options: RunOptions,
    added: set[str],
) -> tuple[str, Decimal]:
    """The draft's digest, and what it cost; ``added`` gets what was put into the brief."""
    slug = suggestion.slug
    keys = _keys(workspace, lookups, suggestion)
    added |= set(keys) - set(workspace.brief(slug).sources)
    add_to_brief(workspace, slug, keys)
    plan = _plan(workspace, suggestion, keys, options)
    ready = make_ready(workspace, plan, options)
    (section,) = plan.drafted
    if not any(ready.offers.get(section, ())):
        raise InputError(f"the sources hold no passage that may be cited in {section!r}.")
    made, cost = remake(workspace, ready)
    if made.overtaken:
        raise InputError("another version was made meanwhile.", hint="Have it drafted again.")
    if made.reaffirmed:
        raise InputError(f"the draft of {section!r} says what the section says already.")
    kept = {one.id for one in workspace.version(made.digest).article.statements()}
    keep_anchors(workspace, plan, made.digest, kept)
    return made.digest, cost


def _keys(workspace: Workspace, lookups: Lookups, suggestion: Suggestion) -> list[str]:
    """The library's keys of a suggestion's sources; those that cannot be had are left out.

    :raises CitewrightError: the first one's reason, where none can be had.
    """
    keys: list[str] = []
    failures: list[CitewrightError] = []
    for source in suggestion.sources:
        try:
            refuse_unnamed(workspace, source)
            keys.append(library_key(workspace, lookups, source))
        except CitewrightError as error:
            log.warning("a source of the suggestion %s: %s", suggestion.id, error)
            failures.append(error)
    if not keys:
        raise failures[0]
    return list(dict.fromkeys(keys))


def _plan(
    workspace: Workspace, suggestion: Suggestion, keys: list[str], options: RunOptions
) -> ArticlePlan:
    head = workspace.catalogue.version(suggestion.slug)
    version = workspace.version(head.digest)
    brief, outline = read_order(workspace, suggestion.slug)
    kinds = workspace.make_drafter(options).kinds
    tiers = {workspace.source(key).tier for key in keys}
    specs = to_draft(brief, outline)
    possible = {one.id for one in specs if one.kind in kinds and tiers & set(one.tiers)}
    section, about = _place(version, suggestion, possible)
    suggested = Suggested(
        id=suggestion.id,
        kind=suggestion.kind,
        text=suggestion.text,
        about=about,
        sources=tuple(keys),
    )
    detail = f"A reader {KINDS[suggestion.kind]} (suggestion {suggestion.id})."
    cause = Cause("suggestion", detail, sections=(section,), suggested=suggested)
    said = {name: [one.id for one in found] for name, found in by_section(version.article).items()}
    present = Present(suggestion.slug, head.digest, head.number, said)
    wanted = list(dict.fromkeys([*(one.id for one in specs), "figure"]))
    return plan_article(present, [cause], (), wanted, ["suggestion"])


def _place(
    version: Version, suggestion: Suggestion, possible: Collection[str]
) -> tuple[str, str | None]:
    """The section that a suggestion is about, and the statement, if it still stands.

    Without a statement it is the section that shares the rarest words with the suggestion.

    :param possible: the sections that can be drafted, and may cite a source of these tiers.
    :raises InputError: when that section is none of them.
    """
    said = by_section(version.article)
    for section, statements in said.items():
        if suggestion.statement in {one.id for one in statements}:
            if section not in possible:
                raise InputError(
                    f"the section {section!r} cannot be written from these sources by this drafter."
                )
            return section, suggestion.statement
    titles = {one.id: one.title for one in version.article.sections}
    words = {
        section: _words(" ".join([titles[section], *(one.text for one in said[section])]))
        for section in titles
        if section in possible
    }
    if not words:
        raise InputError("no section can be written from these sources by this drafter.")
    spread = Counter(word for found in words.values() for word in found)
    sought = _words(suggestion.text)
    return max(
        words, key=lambda one: sum(1 / spread[word] for word in sorted(words[one] & sought))
    ), None


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.casefold()))


def _failed(workspace: Workspace, suggestion: Suggestion, why: str) -> None:
    Suggestions(workspace.database).step(
        suggestion.id, "fail", seen="drafting", party="program", detail=why
    )


@repeated
def _finished(workspace: Workspace, suggestion: Suggestion, version: str) -> None:
    with workspace.database.writing() as connection:
        done = Suggestions(workspace.database).step(
            suggestion.id,
            "finish",
            seen="drafting",
            party="program",
            draft=version,
            within=connection,
        )
        mail_drafted(workspace, done, connection)
