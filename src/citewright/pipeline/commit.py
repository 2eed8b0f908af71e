"""Checked sections to a version: the second half of making an article."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from citewright.checks.building import LEAD
from citewright.checks.coherence import findings, without_repeats
from citewright.database import repeated
from citewright.errors import ModelError, NoText
from citewright.model.article import Article, Lead
from citewright.model.brief import Brief
from citewright.model.canonical import Json
from citewright.model.figure import Figure, Wheel
from citewright.model.outcome import CheckedSection, Whole
from citewright.model.outlay import Outlay, merged, total_cost, total_usage
from citewright.model.staleness import ChangeCause
from citewright.model.statement import LLM, Statement, StatementIds
from citewright.model.verdict import Finding
from citewright.model.version import Cause, Generator, Version, content_digest
from citewright.observe.tracing import traced
from citewright.pipeline.evidence import read_order
from citewright.pipeline.heads import seal
from citewright.pipeline.reaffirming import keep_what_was_heard
from citewright.pipeline.recipes import store_recipe
from citewright.pipeline.sections import OUTLAY_TAG, WHOLE_TAG
from citewright.pipeline.workspace import VERSION_TAG, RunOptions, Workspace

T = TypeVar("T")


@dataclass(frozen=True)
class Committed:
    """The version that stands now.

    ``reaffirmed``: it says what the one before said already, which therefore stays. ``failed``:
    the sections whose drafting failed and that are absent for that reason. ``overtaken``: another
    run has made a version of the article in the meantime, which stays.
    """

    digest: str
    reaffirmed: bool
    failed: tuple[str, ...]
    overtaken: bool = False


@dataclass(frozen=True)
class Onto:
    """What a refresh goes on from: a version's digest, the refresh as the recipe keeps it, and
    what tells the changes of the new article with their causes.
    """

    digest: str
    recipe: Json
    changes: Callable[[Article], tuple[ChangeCause, ...]]


@dataclass(frozen=True)
class Parts:
    """What a version is made of, by digests: the sections' outcomes, the sources' snapshots, what
    was done once for all sections, and what was seen in the whole.
    """

    sections: list[str]
    snapshots: list[str]
    outlay: str
    whole: str


@traced("commit version", "slug")
@repeated
def commit_version(
    workspace: Workspace,
    slug: str,
    parts: Parts,
    drafter: str,
    cause: Cause,
    onto: Onto | None = None,
    options: RunOptions | None = None,
) -> Committed:
    """Put checked sections together, store the version, and make it the article's current one.

    The blobs come first and the catalogue's one transaction last: a run that is killed leaves the
    old version current, and at most a blob that nothing names.

    :param onto: the version that was gone on from; its number grows by a MINOR step, and nothing
        is made if it is not the current one any more. Without it, all was drafted anew.
    :param options: the run's; with them, the version can be made again from what is stored.
    :raises ModelError: when every section failed; it says what was spent.
    :raises NoText: when no section has evidence.
    """
    brief, _ = read_order(workspace, slug)
    outcomes = without_repeats(workspace.checked_section(digest) for digest in parts.sections)
    shared = workspace.store.get_document("outlay", OUTLAY_TAG, parts.outlay, Outlay)
    whole = workspace.store.get_document("whole", WHOLE_TAG, parts.whole, Whole)
    outlays = (shared, *outcomes, whole.outlay)
    _refuse_nothing(slug, outcomes, outlays)
    failed = tuple(one.id for one in outcomes if one.failed)
    article = _article(workspace, brief, outcomes)
    seen = (*findings(outcomes, brief.title), *_lasting(whole.findings, article))
    files = (*workspace.input_hashes(brief), *_distinct(one.files for one in outlays))
    gone_on = (onto.digest, onto.recipe) if onto else None
    recipe = store_recipe(workspace, brief, files, options, gone_on) if options else None
    verdicts = tuple(verdict for one in outcomes for verdict in one.verdicts)
    spending = merged(entry for one in outlays for entry in one.spending)
    keep_what_was_heard(workspace, article, verdicts, spending)
    with workspace.catalogue.writing(slug, options.share if options else None) as writer:
        head = writer.head
        if onto is not None and (head is None or head.digest != onto.digest):
            current = head.digest if head else onto.digest
            return Committed(current, reaffirmed=True, failed=failed, overtaken=True)
        # What is equal to the letter and to the passage, whoever drafted it, is no new version.
        if head is not None and head.content == content_digest(article):
            writer.note("reaffirmed", head.digest, "Generated again with the same result.")
            return Committed(head.digest, reaffirmed=True, failed=failed)
        version = Version(
            format=VERSION_TAG,
            slug=article.slug,
            number=writer.next_number(major=onto is None),
            created=workspace.clock(),
            generator=_generator(drafter, outlays),
            article=article,
            content=content_digest(article),
            snapshots=tuple(workspace.snapshot(digest) for digest in parts.snapshots),
            verdicts=verdicts,
            history=tuple(past for one in outcomes for past in one.history),
            findings=seen,
            failed=failed,
            files=files,
            answers=_distinct(one.answers for one in outlays),
            spending=spending,
            usage=total_usage(spending),
            cost_usd=total_cost(spending),
            parent=head.digest if head else None,
            cause=cause,
            changes=onto.changes(article) if onto else (),
        )
        workspace.store.put_document("version", VERSION_TAG, version)
        writer.add(version, "generated", options.actor if options else None, recipe)
    seal(workspace, slug)
    return Committed(version.digest, reaffirmed=False, failed=failed)


def _generator(drafter: str, outlays: tuple[Outlay, ...]) -> Generator:
    return Generator.model_validate(
        {
            "drafter": drafter,
            "models": _distinct(one.models for one in outlays),
            "without": _distinct(one.without for one in outlays),
        }
    )


def _lasting(seen: tuple[Finding, ...], article: Article) -> tuple[Finding, ...]:
    """The findings whose statements all stand in the article as it has become."""
    known = {statement.id for statement in article.statements()}
    return tuple(one for one in seen if known.issuperset(one.statements))


def _distinct(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _refuse_nothing(
    slug: str, outcomes: tuple[CheckedSection, ...], outlays: tuple[Outlay, ...]
) -> None:
    """A failure is never content: an article without any section is not made."""
    drafted = [
        one
        for one in outcomes
        if one.id != "figure" and (one.section is None or one.section.kind != "resources")
    ]
    if any(one.absent is None for one in drafted):
        return
    failures = [one.absent for one in drafted if one.failed and one.absent]
    if failures:
        cost = total_cost(entry for one in outlays for entry in one.spending)
        raise ModelError(
            f"no section of {slug!r} could be drafted; the first one's reason: {failures[0]}",
            hint="The answers are kept in the journal and not paid again.",
        ).costing(cost)
    raise NoText(f"the sources of {slug!r} hold nothing that fits any of its sections.")


def _article(workspace: Workspace, brief: Brief, outcomes: tuple[CheckedSection, ...]) -> Article:
    lead = next(one for one in outcomes if one.id == LEAD)
    drafted = next((one.figure for one in outcomes if one.figure), None)
    return Article(
        slug=brief.slug,
        title=brief.title,
        taxonomy=brief.taxonomy,
        lead=Lead(statements=lead.lead, absent=lead.absent),
        figure=_figure(brief) or drafted,
        sections=tuple(one.section for one in outcomes if one.section is not None),
        sources=tuple(workspace.source(key) for key in brief.sources),
        see_also=brief.see_also,
    )


def _figure(brief: Brief) -> Figure | None:
    """The figure as the editor asked for it; nobody sourced it, so its caption says so."""
    asked = brief.figure
    if asked is None:
        return None
    caption = Statement(
        id=StatementIds("figure").mint(asked.caption),
        text=asked.caption,
        form="own_words",
        marker=LLM,
    )
    data = Wheel(kind="wheel", hub=asked.hub, spokes=asked.spokes, marker=LLM)
    return Figure(type="figure", alt=asked.alt, caption=caption, data=data)
