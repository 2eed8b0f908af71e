"""The interface for scripts: reading. Every answer is JSON, every refusal a problem (RFC 9457)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from citewright.diff import VersionDiff
from citewright.errors import NotFound
from citewright.model.community import QueueOrigin
from citewright.model.version import State
from citewright.pipeline.comparing import compare_numbers
from citewright.versions.runs import RunLine, RunLog
from citewright.web.guards import Here, allow
from citewright.web.openapi import PROBLEMS, description
from citewright.web.routes.library import known_versions, source_rows
from citewright.web.routes.queue import rows

router = APIRouter()

SlugIn = Annotated[str, Path(max_length=100, description="An article's name.")]
NumberIn = Annotated[str, Path(max_length=24, description="A version's number, such as 1.0.")]
Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[str, Query(max_length=100)]


class Answer(BaseModel):
    """What the interface gives; it has no other fields."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class VersionOut(Answer):
    """A version of an article and where it stands."""

    slug: str
    number: str
    state: State
    digest: str
    parent: str | None


class ArticlesOut(Answer):
    """The newest versions of articles; ``next`` is what ``after`` has to be for more."""

    articles: list[VersionOut]
    next: str | None


class VersionsOut(Answer):
    """The versions of an article, oldest first."""

    slug: str
    versions: list[VersionOut]


class SourceOut(Answer):
    """A source of the library; ``standing`` is what befell it, or a dash."""

    key: str
    title: str
    tier: str
    standing: str


class SourcesOut(Answer):
    """Sources by key; ``next`` is what ``after`` has to be for more."""

    sources: list[SourceOut]
    next: str | None


class WaitingOut(Answer):
    """A version that waits for review; amounts in US dollars as decimal text."""

    slug: str
    number: str
    state: State
    digest: str
    origin: QueueOrigin
    risk: int
    meaning_changes: int
    unsupported: int
    llm_change: float
    cost_usd: str
    since: str


class QueueOut(Answer):
    """A page of the review queue, the riskiest first; ``next`` as everywhere."""

    waiting: list[WaitingOut]
    next: str | None


class RunOut(Answer):
    """A run; ``cost_usd`` counts what is reserved for calls under way.

    ``expected_usd`` is what its articles were expected to cost when they were begun; null for runs
    of before that was recorded.
    """

    run: str
    began: str
    articles: int
    calls: int
    open: int
    failed: int
    cost_usd: str
    expected_usd: str | None


class RunsOut(Answer):
    """The newest runs that drafted something."""

    runs: list[RunOut]


@router.get("/api/openapi.json", dependencies=allow("public"), include_in_schema=False)
def openapi(request: Request) -> Response:
    """The description of this interface (OpenAPI 3.1)."""
    return JSONResponse(description(request.app))


@router.get("/api/v1/articles", dependencies=allow("read"), responses=PROBLEMS)
def articles(here: Here, after: After = "", limit: Limit = 100) -> ArticlesOut:
    """Articles by name, each with its newest version."""
    found = here.workspace.catalogue.heads("", after, limit + 1)
    following = found[limit - 1].slug if len(found) > limit else None
    shown = [VersionOut.model_validate(one) for one in found[:limit]]
    return ArticlesOut(articles=shown, next=following)


@router.get("/api/v1/articles/{slug}/versions", dependencies=allow("read"), responses=PROBLEMS)
def versions(here: Here, slug: SlugIn) -> VersionsOut:
    """The versions of an article."""
    found = known_versions(here.workspace, slug)
    return VersionsOut(slug=slug, versions=[VersionOut.model_validate(one) for one in found])


@router.get(
    "/api/v1/articles/{slug}/versions/{number}", dependencies=allow("read"), responses=PROBLEMS
)
def version(here: Here, slug: SlugIn, number: NumberIn) -> dict[str, Any]:
    """A version's whole document; its schema is ``schemas/version.json``."""
    entry = here.workspace.catalogue.version(slug, number)
    return here.workspace.version(entry.digest).model_dump(mode="json", by_alias=True)


@router.get("/api/v1/articles/{slug}/diff", dependencies=allow("read"), responses=PROBLEMS)
def diff(
    here: Here,
    slug: SlugIn,
    old: Annotated[str, Query(max_length=24)],
    new: Annotated[str, Query(max_length=24)],
) -> VersionDiff:
    """What changed from one version to another one."""
    return compare_numbers(here.workspace, slug, old, new).difference


@router.get("/api/v1/sources", dependencies=allow("read"), responses=PROBLEMS)
def sources(here: Here, after: After = "", limit: Limit = 100) -> SourcesOut:
    """The sources of the library."""
    keys = [key for key in here.workspace.source_keys() if key > after]
    found = source_rows(here.workspace, keys[:limit])
    following = keys[limit - 1] if len(keys) > limit else None
    return SourcesOut(sources=[SourceOut.model_validate(one) for one in found], next=following)


@router.get("/api/v1/queue", dependencies=allow("review"), responses=PROBLEMS)
def queue(here: Here, after: After = "", limit: Limit = 100) -> QueueOut:
    """What waits for review.

    ``after`` is the digest of the last version of the page before.
    """
    last = here.community.queue.find(after) if after else None
    if after and last is None:
        raise NotFound("The queue does not have the version that 'after' names.")
    items = here.community.queue.page(last, limit + 1)
    shown = [
        WaitingOut.model_validate({**vars(one), "cost_usd": str(one.cost_usd)})
        for one in rows(here, items[:limit])
    ]
    following = items[limit - 1].version if len(items) > limit else None
    return QueueOut(waiting=shown, next=following)


@router.get("/api/v1/runs", dependencies=allow("runs"), responses=PROBLEMS)
def runs(here: Here, limit: Limit = 50) -> RunsOut:
    """The newest runs."""
    found = RunLog(here.workspace.database).listing(limit)
    return RunsOut(runs=[_run(one) for one in found])


def _run(one: RunLine) -> RunOut:
    known = {name: value for name, value in vars(one).items() if name != "expected"}
    expected = None if one.expected is None else str(one.expected.expected)
    return RunOut.model_validate(known | {"cost_usd": str(one.cost_usd), "expected_usd": expected})
