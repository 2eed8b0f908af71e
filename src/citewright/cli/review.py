"""``citewright review …``: what waits, what changed, and what is decided on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from citewright.bootstrap import open_workspace
from citewright.bootstrap.replay import open_replay
from citewright.cli.options import AsJson, Project, Slug
from citewright.cli.output import console, emit, honest
from citewright.cli.show import print_rows
from citewright.diff.changes import labels
from citewright.diff.terminal import render_text
from citewright.model.version import State
from citewright.pipeline import replaying, reviewing, revising
from citewright.pipeline.reviewing import Change, UnderReview, Waiting
from citewright.pipeline.workspace import Workspace

review = typer.Typer(
    help="Review versions: see what waits and what changed, decide, approve, withdraw.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Version = Annotated[str, typer.Argument(help="The version that is decided on, such as 1.1.")]
As = Annotated[str, typer.Option("--as", help="Who decides.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
Step = Callable[[Workspace, str, str, str, str], State]
Changes = Annotated[list[str], typer.Argument(help="The ids of changes, from `review show`.")]


@review.command("list")
@honest
def list_(project: Project = Path(), as_json: AsJson = False) -> None:
    """The articles that wait for somebody, those with a retracted source first."""
    waiting = reviewing.queue(open_workspace(project))
    if as_json:
        emit({"articles": [_waiting(one) for one in waiting]})
        return
    rows: list[tuple[str, str]] = [
        (one.entry.state, f"{one.entry.slug} {one.entry.number}{_befell(one.retracted)}")
        for one in waiting
    ]
    print_rows(console(), rows or [("", "nothing waits")])


@review.command()
@honest
def show(
    slug: Slug,
    version: Annotated[
        str | None, typer.Argument(help="A version; the current one if none.")
    ] = None,
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """What changed in a version, what speaks against it, and what was decided so far."""
    shown = reviewing.under_review(open_workspace(project), slug, version)
    if as_json:
        emit(_shown(shown))
    else:
        _print(console(), shown)


@review.command()
@honest
def comment(
    slug: Slug,
    version: Version,
    text: Annotated[str, typer.Argument(help="What is to be said.")],
    who: As,
    change: Annotated[str | None, typer.Option("--on", help="The change it is about.")] = None,
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Say something about a version or one of its changes."""
    workspace = open_workspace(project)
    state = reviewing.comment(workspace, slug, version, who, text, change)
    _tell(slug, version, state, as_json)


@review.command()
@honest
def revise(
    slug: Slug, version: Version, who: As, project: Project = Path(), as_json: AsJson = False
) -> None:
    """Make the next version without the rejected changes, and submit it."""
    made = revising.revise(open_workspace(project), slug, version, who)
    _tell(slug, made.number, "in_review", as_json)


def _add_step(name: str, step: Step, said: str) -> None:
    """A command that takes a version one step further."""

    @review.command(name, help=said)
    @honest
    def _(
        slug: Slug,
        version: Version,
        who: As,
        reason: Reason = "",
        project: Project = Path(),
        as_json: AsJson = False,
    ) -> None:
        _tell(slug, version, step(open_workspace(project), slug, version, who, reason), as_json)


def _add_decision(name: str, said: str, *, accept: bool) -> None:
    """A command that decides on changes of a version."""

    @review.command(name, help=said)
    @honest
    def _(
        slug: Slug,
        version: Version,
        changes: Changes,
        who: As,
        reason: Reason = "",
        project: Project = Path(),
        as_json: AsJson = False,
    ) -> None:
        state = reviewing.decide(
            open_workspace(project), slug, version, who, changes, accept=accept, reason=reason
        )
        _tell(slug, version, state, as_json)


_add_step("submit", reviewing.submit, "Hand a draft in for review.")
_add_decision("accept", "Accept changes.", accept=True)
_add_decision("reject", "Reject changes, with the reason.", accept=False)
_add_step("approve", reviewing.approve, "Approve a version that somebody else made.")
_add_step("return", reviewing.send_back, "Make a version in review a draft again, with the reason.")
_add_step(
    "withdraw",
    reviewing.withdraw,
    "Take a version back for good, with the reason; its page says so.",
)


def _tell(slug: str, version: str, state: State, as_json: bool) -> None:
    if as_json:
        emit({"slug": slug, "version": version, "state": state})
    else:
        print_rows(console(), [(f"{slug} {version}", state.replace("_", " "))])


def _print(out: Console, shown: UnderReview) -> None:
    rows: list[tuple[str, str]] = [
        ("version", f"{shown.entry.slug} {shown.entry.number}, {shown.entry.state}")
    ]
    if shown.retracted:
        rows.append(("retracted", _befell(shown.retracted).strip()))
    rows += [(one.severity, one.detail) for one in shown.objections]
    print_rows(out, rows)
    if shown.difference is not None:
        out.print(render_text(shown.difference))
    else:
        out.print(Text("The article's first version: read it as a whole (`citewright show`)."))
    rows = [
        (one.id, " ".join([_change_line(one), *(f"({why})" for why in _whys(shown, one))]))
        for one in shown.changes
    ]
    rows += [
        (
            entry.kind,
            f"{entry.at} {entry.actor or 'citewright'}: {_about(entry.change)}{entry.detail}",
        )
        for entry in shown.log
    ]
    print_rows(out, rows)


def _change_line(one: Change) -> str:
    what = ", ".join([*labels(one.change), *(f"{flag.kind}!" for flag in one.change.flags)])
    text = (one.change.new or one.change.old)[0].text
    decision = f" [{one.decision.kind} by {one.decision.actor}]" if one.decision else ""
    return f"{what}: {text}{decision}"


def _whys(shown: UnderReview, one: Change) -> list[str]:
    """Why a change was made, as far as the version records it."""
    places = {place.id for place in (*one.change.old, *one.change.new)}
    return [
        why.detail
        for recorded in shown.version.changes
        if recorded.statement in places
        for why in recorded.causes
    ]


def _about(change: str | None) -> str:
    return f"{change}: " if change else ""


def _befell(retracted: dict[str, str]) -> str:
    return "".join(f"  {source}: {what}" for source, what in retracted.items())


def _waiting(one: Waiting) -> dict[str, Any]:
    return {
        "slug": one.entry.slug,
        "version": one.entry.number,
        "state": one.entry.state,
        "retracted": one.retracted,
    }


def _shown(shown: UnderReview) -> dict[str, Any]:
    return {
        "slug": shown.entry.slug,
        "version": shown.entry.number,
        "digest": shown.entry.digest,
        "state": shown.entry.state,
        "retracted": shown.retracted,
        "objections": [vars(one) for one in shown.objections],
        "changes": [
            {
                "id": one.id,
                "labels": list(labels(one.change)),
                "decision": one.decision.kind if one.decision else None,
                "causes": _whys(shown, one),
                "change": one.change.model_dump(mode="json"),
            }
            for one in shown.changes
        ],
        "difference": None
        if shown.difference is None
        else shown.difference.model_dump(mode="json", exclude={"statements"}),
        "log": [vars(entry) for entry in shown.log],
    }


@honest
def replay(
    slug: Slug,
    version: Annotated[str, typer.Argument(help="The version to make again, such as 1.0.")],
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Make a version again from what is stored, without a call; exit 1 when it is another one."""
    done = replaying.replay(open_workspace(project), slug, version, open_replay)
    if as_json:
        emit({"exact": done.exact, **vars(done), "differs": list(done.differs)})
    else:
        said = "made again, equal to the byte" if done.exact else "another version was made"
        rows = [(f"{slug} {version}", said), ("version", done.digest)]
        print_rows(console(), [*rows, *(("differs", name) for name in done.differs)])
    if not done.exact:
        raise typer.Exit(1)
