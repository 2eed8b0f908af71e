"""The kinds of reasons for which a statement or an article is looked at again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from citewright.model.base import Digest, PlainText, Slug, Value

CauseKind = Literal[
    "retraction",
    "concern",
    "text",
    "gone",
    "correction",
    "new_version",
    "request",
    "suggestion",
    "brief",
    "outline",
    "prompt",
    "model",
    "age",
]
"""The gravest first. ``text``: a quote does not stand in the source's present text. ``gone``: the
source cannot be retrieved any more, and its stored text stands. The last five concern a whole
article: what it was ordered or made with has changed, or it was not looked over for too long."""


class Why(Value):
    """One reason for which a statement was changed.

    ``decision``: somebody rejected a change in review. ``source`` is the source that gave rise to
    it, ``snapshot`` its text that does not hold the quote any more, ``request`` the request's id.
    """

    kind: CauseKind | Literal["decision"]
    detail: PlainText
    source: Slug | None = None
    request: int | None = None
    snapshot: Digest | None = None


class ChangeCause(Value):
    """Why a version has a statement that its parent has not, has another, or has it no more.

    ``changed``: the same id with other words or evidence. ``section`` is where it stands, or stood
    where it was dropped. The reasons are the statement's own; where it has none, those of its
    section, else those of the article.
    """

    statement: PlainText
    section: Slug
    change: Literal["added", "changed", "dropped"]
    causes: Annotated[tuple[Why, ...], Field(min_length=1)]
