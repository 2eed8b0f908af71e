"""Review: the queue, what a reviewer is shown, and what may be decided on a version."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citewright.checks.gate import Objection, blocking
from citewright.diff import VersionDiff, compare
from citewright.diff.changes import StatementChange
from citewright.errors import InputError, NotFound
from citewright.model.canonical import dump
from citewright.model.version import State, Version
from citewright.pipeline.endorsing import refuse_for_suggestions
from citewright.pipeline.gating import gate
from citewright.pipeline.heads import seal
from citewright.pipeline.site_build import build_site
from citewright.pipeline.withdrawing import retracted_sources
from citewright.pipeline.workspace import Workspace
from citewright.versions.catalogue import Entry
from citewright.versions.reviews import Act, LogEntry

POLICY_ACTOR = "the setting auto_approve"
"""Who approved what the setting let pass."""


@dataclass(frozen=True)
class Change:
    """A change of a version against the one before, and the last decision on it, if any.

    The id names the change in these two versions only: it is of no use for any other version.
    """

    id: str
    change: StatementChange
    decision: LogEntry | None


@dataclass(frozen=True)
class UnderReview:
    """Everything a reviewer is shown; ``difference`` is None for an article's first version."""

    entry: Entry
    version: Version
    difference: VersionDiff | None
    changes: tuple[Change, ...]
    objections: tuple[Objection, ...]
    retracted: dict[str, str]
    log: tuple[LogEntry, ...]


@dataclass(frozen=True)
class Waiting:
    """An article in the queue: its current version, and its retracted sources, if any."""

    entry: Entry
    retracted: dict[str, str]


def queue(workspace: Workspace) -> list[Waiting]:
    """The articles that wait for somebody: those with retracted sources first, then those in
    review, then drafts, then approved ones that are not published.
    """
    current = set(workspace.catalogue.currents().values())
    order: tuple[State, ...] = ("in_review", "draft", "approved", "published")
    found = []
    for entry in workspace.catalogue.all_versions():
        if entry.digest not in current or entry.state not in order:
            continue
        retracted = retracted_sources(workspace, workspace.version(entry.digest))
        if entry.state != "published" or retracted:
            found.append(Waiting(entry, retracted))
    return sorted(
        found, key=lambda one: (not one.retracted, order.index(one.entry.state), one.entry.slug)
    )


def under_review(workspace: Workspace, slug: str, number: str | None = None) -> UnderReview:
    """A version as a reviewer sees it.

    :raises NotFound: for an unknown article or number.
    :raises IntegrityError: when a stored version does not stand.
    """
    entry = workspace.catalogue.version(slug, number)
    version = workspace.version(entry.digest)
    difference = None
    if version.parent is not None:
        difference = compare(workspace.version(version.parent), version)
    log = workspace.catalogue.reviews.log(version=entry.digest)
    verdicts = ("accepted", "rejected")
    decided = {one.change: one for one in log if one.change is not None and one.kind in verdicts}
    changed = [one for one in difference.statements if one.changed] if difference else []
    named = [(_change_id(version, one), one) for one in changed]
    return UnderReview(
        entry=entry,
        version=version,
        difference=difference,
        changes=tuple(Change(name, one, decided.get(name)) for name, one in named),
        objections=gate(workspace, version),
        retracted=retracted_sources(workspace, version),
        log=tuple(log),
    )


def submit(workspace: Workspace, slug: str, number: str, actor: str, reason: str) -> State:
    """Hand a draft in for review; gives the state then.

    With the setting ``auto_approve``, a version that says the same as its approved or published
    parent, and that the gate has nothing against, is approved at once.

    :raises InputError: when the state does not allow it or the version is not the current one.
    """
    acts = [Act("submit", named(actor), reason or "Submitted.")]
    shown = under_review(workspace, slug, number)
    if workspace.settings.auto_approve == "reaffirmed" and _says_the_same(workspace, shown):
        acts.append(Act("approve", POLICY_ACTOR, "It says the same as the version before."))
    return _acted(workspace, shown.entry, acts)


def comment(
    workspace: Workspace, slug: str, number: str, actor: str, text: str, change: str | None = None
) -> State:
    """Say something about a version or one of its changes; raises as :func:`decide` does."""
    shown = under_review(workspace, slug, number)
    about = _known(shown, [change]) if change else ()
    act = Act("comment", named(actor), _given(text, "a comment needs a text", "Say it."), about)
    return _acted(workspace, shown.entry, [act], current_only=False)


def decide(
    workspace: Workspace,
    slug: str,
    number: str,
    actor: str,
    changes: Sequence[str],
    *,
    accept: bool,
    reason: str = "",
    seen: int | None = None,
) -> State:
    """Accept or reject changes; a rejection needs a reason, and so does the second thought.

    :param seen: the newest entry of the article's log that the decision was made on; refused when
        somebody has decided on it since. So it is with the other decisions.
    :raises NotFound: for a change that this version does not have.
    :raises InputError: when the version is not in review or not the current one any more, when
        the reason is missing, or when somebody accepts what they made.
    """
    shown = under_review(workspace, slug, number)
    names = _known(shown, changes)
    if not names:
        raise InputError("no change was named.", hint="`citewright review show` lists them.")
    actor = named(actor)
    if accept:
        _refuse_own(workspace, shown.entry, actor)
        earlier = {one.id: one.decision for one in shown.changes if one.decision}
        if any(name in earlier and earlier[name].kind == "rejected" for name in names):
            _given(reason, "accepting what was rejected needs a reason")
        act = Act("accept", actor, reason or "Accepted.", names)
    else:
        act = Act("reject", actor, _given(reason, "a rejection needs a reason"), names)
    return _acted(workspace, shown.entry, [act], seen=seen)


def approve(
    workspace: Workspace,
    slug: str,
    number: str,
    actor: str,
    reason: str = "",
    seen: int | None = None,
) -> State:
    """Approve a version, and with it every change that was not rejected.

    :raises InputError: when the state does not allow it, the version is not the current one any
        more, a change is rejected, the gate holds it back, somebody approves what they made, or
        the gate asks for a person's eye and no reason is given.
    """
    shown = under_review(workspace, slug, number)
    refuse_for_suggestions(workspace, shown.entry.digest, named(actor))
    act = Act("approve", named(actor), _passing(shown, reason))
    return _acted(workspace, shown.entry, [act], seen=seen)


def send_back(
    workspace: Workspace,
    slug: str,
    number: str,
    actor: str,
    reason: str,
    seen: int | None = None,
) -> State:
    """Return a version to its makers as a draft; raises as :func:`decide` does."""
    entry = workspace.catalogue.version(slug, number)
    act = Act("return", named(actor), _given(reason, "returning a version needs a reason"))
    return _acted(workspace, entry, [act], seen=seen)


def withdraw(
    workspace: Workspace,
    slug: str,
    number: str | None,
    actor: str,
    reason: str,
    seen: int | None = None,
) -> State:
    """Take a version back for good; the page of a published one says so from now on.

    :raises InputError: when it is withdrawn already, or no reason is given.
    """
    entry = workspace.catalogue.version(slug, number)
    act = Act("withdraw", named(actor), _given(reason, "withdrawing a version needs a reason"))
    state = _acted(workspace, entry, [act], current_only=False, seen=seen)
    if entry.state == "published":
        build_site(workspace)
    return state


def submit_and_approve(workspace: Workspace, slug: str, actor: str, reason: str = "") -> State:
    """Submit and approve an article's current version in one step; raises as :func:`approve`."""
    shown = under_review(workspace, slug)
    if shown.entry.state in ("approved", "published"):
        return shown.entry.state
    name = named(actor)
    refuse_for_suggestions(workspace, shown.entry.digest, name)
    acts = [Act("approve", name, _passing(shown, reason))]
    if shown.entry.state == "draft":
        acts.insert(0, Act("submit", name, "Submitted."))
    return _acted(workspace, shown.entry, acts)


def _passing(shown: UnderReview, reason: str) -> str:
    """The reason to approve a version for.

    :raises InputError: when the gate holds it back, or asks for a reason and there is none.
    """
    held = blocking(shown.objections)
    name = f"{shown.entry.slug} {shown.entry.number}"
    if held:
        raise InputError(f"the gate holds {name} back: {held[0]}", hint=f"{len(held)} objections.")
    asked = [one.detail for one in shown.objections if one.severity == "review"]
    if asked and not reason.strip():
        raise InputError(
            f"{name} needs a reason to pass, since {len(asked)} of its points ask for a person's "
            f"eye; the first: {asked[0]}",
            hint="Look at them (`citewright review show`) and give --reason.",
        )
    return reason.strip() or "Approved."


def _says_the_same(workspace: Workspace, shown: UnderReview) -> bool:
    parent = shown.version.parent
    if parent is None or shown.difference is None or shown.changes:
        return False
    if shown.difference.sources or any(one.severity != "note" for one in shown.objections):
        return False
    states = {entry.digest: entry.state for entry in workspace.catalogue.all_versions()}
    return states[parent] in ("approved", "published")


def _refuse_own(workspace: Workspace, entry: Entry, actor: str) -> None:
    refuse_for_suggestions(workspace, entry.digest, actor)
    makers = workspace.catalogue.reviews.makers(entry.digest)
    if actor.casefold() in {one.casefold() for one in makers}:
        raise InputError(
            f"{actor} made {entry.slug} {entry.number} and cannot accept its changes.",
            hint="Ask somebody else to.",
        )


def _acted(
    workspace: Workspace,
    entry: Entry,
    acts: Sequence[Act],
    *,
    current_only: bool = True,
    seen: int | None = None,
) -> State:
    reviews = workspace.catalogue.reviews
    state = reviews.act(entry.digest, acts, current_only=current_only, seen=seen)
    seal(workspace, entry.slug)
    return state


def _known(shown: UnderReview, names: Sequence[str]) -> tuple[str, ...]:
    ids = [one.id for one in shown.changes]
    for name in names:
        if name not in ids:
            raise NotFound(
                f"{shown.entry.slug} {shown.entry.number} has no change {name!r}.",
                hint="A change's id holds for one version only; `citewright review show` lists "
                "those of this one.",
            )
    return tuple(dict.fromkeys(names))


def named(actor: str) -> str:
    """A name as it is kept.

    :raises InputError: when there is none, or it is longer than 200 characters.
    """
    name = " ".join(actor.split())
    if not 1 <= len(name) <= 200:
        raise InputError("who does this is not said.", hint="Give a name of at most 200 letters.")
    return name


def _given(text: str, what: str, hint: str = "Give --reason.") -> str:
    if not text.strip():
        raise InputError(f"{what}.", hint=hint)
    return text.strip()


def _change_id(version: Version, change: StatementChange) -> str:
    values: list[Any] = [version.parent, version.digest, dump(change)]
    return "c-" + hashlib.sha256(repr(values).encode()).hexdigest()[:12]
