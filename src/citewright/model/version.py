"""A version: an article's immutable content with everything that says how it came to be."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from citewright.model.article import Article
from citewright.model.base import Digest, PlainText, Slug, Usd, UtcTime, Value
from citewright.model.canonical import dump, tagged_digest
from citewright.model.evidence import Snapshot
from citewright.model.outlay import (
    Feature,
    FileHash,
    Spending,
    Usage,
    total_cost,
    total_usage,
)
from citewright.model.staleness import ChangeCause
from citewright.model.verdict import Finding, Reason, Verdict

VersionNumber = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*\.(0|[1-9][0-9]*)$")]
"""MAJOR.MINOR: MAJOR grows when all sections were drafted anew, MINOR otherwise."""

State = Literal["draft", "in_review", "approved", "published", "superseded", "withdrawn"]
"""Where a version stands; kept in the catalogue, since a version itself never changes."""


class Generator(Value):
    """Who wrote the article: the drafter, and the models it used as they named themselves.

    ``without``: what their server lacked and the drafter did without.
    """

    drafter: Literal["claude", "extractive", "import"]
    models: tuple[PlainText, ...]
    without: tuple[Feature, ...] = ()


class Event(Value):
    """What the gate did to a drafted statement, with its reasons.

    ``text`` is the draft's wording, before it was handed back for repair, demoted to ``LLM`` or
    dropped.
    """

    section: Slug
    text: PlainText
    action: Literal["repaired", "demoted", "dropped"]
    attempt: Annotated[int, Field(ge=0)]
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]


class Cause(Value):
    """Why the version was made."""

    kind: Literal["generate", "import", "refresh", "revision", "suggestion", "restoration"]
    detail: PlainText


class Version(Value):
    """One immutable version of an article.

    ``content`` is the tagged sha256 of the article alone, so that two versions that say the same
    can be told from two that do not; the version's own name is :attr:`digest`. ``findings`` are
    what was seen in the article as a whole. ``failed`` are
    the sections that are absent because their drafting failed. ``usage`` and ``cost_usd``
    are the sums of ``spending``. ``changes`` are, of a version that a refresh or a review made, the
    statements that differ from the parent's, each with its causes.
    """

    format: Literal["citewright/version/1"]
    slug: Slug
    number: VersionNumber
    created: UtcTime
    generator: Generator
    article: Article
    content: Digest
    snapshots: tuple[Snapshot, ...]
    verdicts: tuple[Verdict, ...]
    history: tuple[Event, ...]
    findings: tuple[Finding, ...]
    failed: tuple[Slug, ...]
    files: tuple[FileHash, ...]
    answers: tuple[Digest, ...]
    spending: tuple[Spending, ...]
    usage: Usage
    cost_usd: Usd
    parent: Digest | None
    cause: Cause
    # Left out where there are none, so that versions of before there were any keep their hashes.
    changes: Annotated[tuple[ChangeCause, ...], Field(exclude_if=lambda changes: not changes)] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.article.slug != self.slug:
            raise ValueError(f"the article is {self.article.slug!r}, the version {self.slug!r}")
        if self.content != content_digest(self.article):
            raise ValueError("the content hash is not the article's")
        if (self.usage, self.cost_usd) != (total_usage(self.spending), total_cost(self.spending)):
            raise ValueError("usage and cost are not the sums of the spending")
        self._evidence_is_held()
        pairs = {
            (statement.id, index): citation
            for statement in self.article.statements()
            for index, citation in enumerate(statement.citations)
        }
        for verdict in self.verdicts:
            pair = pairs.pop((verdict.statement, verdict.citation), None)
            if pair is None or pair.source != verdict.source:
                raise ValueError(f"a verdict names no citation, or one twice: {verdict.statement}")
        if pairs:
            raise ValueError(f"{len(pairs)} citations have no verdict")
        known = {statement.id for statement in self.article.statements()}
        for finding in self.findings:
            if strange := set(finding.statements) - known:
                raise ValueError(f"a finding names no statement of the article: {min(strange)}")
        return self

    @model_validator(mode="after")
    def _changes_are_its_own(self) -> Self:
        known = {statement.id for statement in self.article.statements()} if self.changes else ()
        for change in self.changes:
            if (change.statement in known) == (change.change == "dropped"):
                raise ValueError(f"{change.statement} is not {change.change} in this article")
        return self

    def _evidence_is_held(self) -> None:
        """Each quote is inside a snapshot of this version, and of the very source it is cited for.

        :raises ValueError: otherwise.
        """
        known = {snapshot.digest: snapshot for snapshot in self.snapshots}
        for citation in self.article.citations():
            evidence = citation.evidence
            if evidence.kind == "missing":
                continue
            snapshot = known.get(evidence.snapshot)
            if snapshot is None:
                raise ValueError(f"evidence names the unknown snapshot {evidence.snapshot}")
            if snapshot.source != citation.source:
                raise ValueError(
                    f"{citation.source!r} is cited with a quote from {snapshot.source!r}"
                )
            if evidence.position.end > snapshot.length:
                raise ValueError(f"a quote ends behind the text of {snapshot.source!r}")

    @property
    def digest(self) -> str:
        """The tagged sha256 of the whole document: the version's name in the store."""
        return tagged_digest(self.format, dump(self))


def content_digest(article: Article) -> str:
    """The tagged sha256 of an article's content."""
    return tagged_digest("citewright/article/1", dump(article))
