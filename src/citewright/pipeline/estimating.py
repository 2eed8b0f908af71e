"""What generating an article would cost: the run is walked through without paying for anything.

The sources are retrieved and the sections gone through by the very code of a run. Answers that
are stored are used, so that what is paid for already costs nothing; every other call is noted and
its tokens are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from citewright.checks.judging import Judge
from citewright.drafting import prices
from citewright.drafting.calls import Calls
from citewright.drafting.counting import ByteCounter, TokenCounter
from citewright.drafting.dry import DryCalls
from citewright.drafting.estimate import Line, Range, Tariff, price_out, total
from citewright.drafting.manner import Manner
from citewright.drafting.planning import Article, plan_calls
from citewright.drafting.ports import Drafter, Stored
from citewright.errors import AnswerPending
from citewright.model.canonical import canonical_json
from citewright.model.outlay import Role
from citewright.pipeline import evidence, sections
from citewright.pipeline.workspace import RunOptions, Workspace


@dataclass(frozen=True)
class Rehearsal:
    """What estimates are made with.

    ``find`` gives stored answers. ``make_drafter`` gives a drafter that makes these calls, and,
    where the second argument is true, takes its server to have every feature without asking it.
    ``make_judge`` does the same for the judge; ``judged`` has the manner of each answer that is
    asked for on a citation, and is empty where no calls judge.
    """

    find: Callable[[str], Stored | None]
    make_drafter: Callable[[Calls, bool], Drafter]
    make_judge: Callable[[Calls, bool], Judge | None]
    judged: Sequence[Manner]
    counter: TokenCounter | ByteCounter
    manners: Mapping[Role, Manner]
    tariff: Tariff


@dataclass(frozen=True)
class Estimate:
    """What an article would cost.

    ``stored``: how many answers are there already. ``shared_tokens``: what all sections share;
    ``estimated``: why tokens were told from bytes, or None where the server counted them;
    ``assumed``: nobody has asked the server yet what it can do, and it was taken to have it all.
    ``reserved_usd``: what the calls that can be named now reserve of the budget when all are
    under way at once.
    """

    slug: str
    drafter: str
    lines: tuple[Line, ...] = ()
    stored: int = 0
    shared_tokens: int = 0
    estimated: str | None = None
    assumed: bool = False
    reserved_usd: Decimal = Decimal(0)

    @property
    def usd(self) -> Range:
        """US dollars of the whole article."""
        return total(self.lines)

    def as_dict(self) -> dict[str, Any]:
        """The estimate as plain values."""
        return {
            "slug": self.slug,
            "drafter": self.drafter,
            "usd": self.usd.as_dict(),
            "roles": [
                {
                    "role": line.role,
                    "model": line.model,
                    "calls": line.calls.as_dict(),
                    "usd": line.usd.as_dict(),
                }
                for line in self.lines
            ],
            "stored_answers": self.stored,
            "shared_tokens": self.shared_tokens,
            "estimated_from_bytes": self.estimated,
            "server_assumed": self.assumed,
            "reserved_usd": float(self.reserved_usd),
        }


@dataclass(frozen=True)
class Steps:
    """The sections of an article that are to be drafted, and what they are given.

    ``standing``: the words of the sections that stay as they are, which are read with the drafts
    as a whole; None where all of the article is drafted.
    """

    slug: str
    sections: list[str]
    plan: evidence.Plan
    snapshots: list[str]
    options: RunOptions
    standing: Mapping[str, int] | None = None


def estimate(
    workspace: Workspace, slug: str, options: RunOptions, rehearsal: Rehearsal | None
) -> Estimate:
    """What generating the article would cost; its sources are retrieved for it.

    :param rehearsal: None for a drafter that pays for nothing.
    :raises SettingsError: when a price is unknown, or the server refuses the key.
    :raises SourceError: when a source has no text.
    """
    brief, outline = evidence.read_order(workspace, slug)
    if rehearsal is None:
        return Estimate(slug, workspace.make_drafter(options).name)
    snapshots = [evidence.snapshot_source(workspace, key) for key in brief.sources]
    drafter = rehearsal.make_drafter(DryCalls(rehearsal.find), False)
    plan = evidence.select_evidence(
        workspace, slug, snapshots, kinds=sorted(drafter.kinds), exclusive=drafter.exclusive
    )
    ids = [spec.id for spec in evidence.to_draft(brief, outline)]
    return estimate_steps(workspace, Steps(slug, ids, plan, snapshots, options), rehearsal)


def estimate_steps(workspace: Workspace, steps: Steps, rehearsal: Rehearsal) -> Estimate:
    """What drafting these sections of an article would cost; raises as :func:`estimate` does."""
    brief, outline = evidence.read_order(workspace, steps.slug)
    calls = DryCalls(rehearsal.find)
    drafter = rehearsal.make_drafter(calls, False)
    walk = _Walk(workspace, steps)
    complete = walk.go(drafter, rehearsal.make_judge(calls, False))
    assumed = any(one.role == "probe" for one in calls.noted)
    if assumed:
        drafter = rehearsal.make_drafter(calls, True)
        complete = walk.go(drafter, rehearsal.make_judge(calls, True))
    words = {spec.id: spec.words for spec in evidence.to_draft(brief, outline)}
    words |= {name: (count, count) for name, count in (steps.standing or {}).items()}
    planned, shared, why = plan_calls(
        calls.noted,
        Article(
            words=words,
            repairs=drafter.repairs,
            read_whole=workspace.settings.coherence and not (complete and steps.standing is None),
            judged=rehearsal.judged,
        ),
        rehearsal.manners,
        rehearsal.counter,
    )
    return Estimate(
        slug=steps.slug,
        drafter=drafter.name,
        lines=price_out(planned, rehearsal.tariff),
        stored=calls.found,
        shared_tokens=shared,
        estimated=why,
        assumed=assumed,
        reserved_usd=_reserved((one.params for one in calls.noted), rehearsal.tariff),
    )


@dataclass(frozen=True)
class _Walk:
    """A run of one article, as far as stored answers reach."""

    workspace: Workspace
    steps: Steps

    def go(self, drafter: Drafter, judge: Judge | None) -> bool:
        """Walk through with these; tells whether all first drafts are there."""
        dry = replace(self.workspace, make_drafter=lambda _: drafter, make_judge=lambda _: judge)
        slug = self.steps.slug
        rest = (self.steps.plan, self.steps.snapshots, self.steps.options)
        with suppress(AnswerPending):
            sections.prepare(dry, slug, *rest)
        drafts = []
        for section in self.steps.sections:
            with suppress(AnswerPending):
                drafts.append(sections.draft_section(dry, slug, section, *rest))
        complete = len(drafts) == len(self.steps.sections)
        if complete and self.steps.standing is None and dry.settings.coherence:
            with suppress(AnswerPending):
                sections.read_whole(dry, slug, drafts, *rest)
        for draft in drafts:
            with suppress(AnswerPending):
                sections.check_section(dry, slug, draft, *rest)
        return complete


def _reserved(requests: Iterable[dict[str, Any]], tariff: Tariff) -> Decimal:
    worst = (
        prices.worst_cost(
            params["model"],
            request_bytes=len(canonical_json(params)),
            max_tokens=params["max_tokens"],
            project=tariff.project,
            ttl=tariff.ttl,
            batch=tariff.batch,
        )
        for params in requests
    )
    return sum(worst, Decimal(0))
