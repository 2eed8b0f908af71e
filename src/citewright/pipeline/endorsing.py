"""What review and publishing have to know of suggestions: whose word is needed, and who is told."""

from __future__ import annotations

from citewright.community.accounts import Accounts
from citewright.community.suggestions import Suggestions
from citewright.errors import InputError
from citewright.model.community import Suggestion, folded
from citewright.model.version import State
from citewright.pipeline.suggestion_mail import mail_published
from citewright.pipeline.workspace import Workspace

_DECIDED: tuple[State, ...] = ("approved", "published", "superseded")


def suggestions_behind(workspace: Workspace, version: str) -> list[Suggestion]:
    """The open suggestions whose drafts are in a version: its own, and those of the versions before
    it that nobody has approved.

    :param version: the version's digest.
    """
    entry = workspace.catalogue.entries([version])[version]
    waiting = Suggestions(workspace.database).listing(("drafted", "endorsed"), slug=entry.slug)
    by_draft = {one.draft: one for one in waiting}
    if not by_draft:
        return []
    known = {one.digest: one for one in workspace.catalogue.of_article(entry.slug)}
    found = []
    here = known.get(version)
    while here is not None and (here.digest == version or here.state not in _DECIDED):
        if here.digest in by_draft:
            found.append(by_draft[here.digest])
        here = known.get(here.parent or "")
    return found


def unendorsed(workspace: Workspace, version: str) -> str | None:
    """Why a version may not be published yet: a reader's answer is waited for."""
    waiting = [one for one in suggestions_behind(workspace, version) if one.state == "drafted"]
    if not waiting:
        return None
    return (
        f"It takes up the suggestion {waiting[0].id}, and whoever made that has not approved the "
        "draft yet."
    )


def refuse_for_suggestions(workspace: Workspace, version: str, actor: str) -> None:
    """Refuse to approve a draft that its suggester has not answered for, or suggested.

    :param actor: who approves; compared by the address of the account of that name.
    :raises InputError: when it is refused.
    """
    behind = suggestions_behind(workspace, version)
    if not behind:
        return
    said = unendorsed(workspace, version)
    if said is not None:
        raise InputError(said, hint="Wait for the answer, or decline the suggestion.")
    own = {
        folded(one.email)
        for one in Accounts(workspace.database).listing()
        if folded(one.name) == folded(actor)
    }
    if own & {folded(one.email) for one in behind if one.email}:
        raise InputError(
            f"{actor} suggested this change and cannot approve it.", hint="Ask somebody else to."
        )


def acknowledge(workspace: Workspace, version: str) -> None:
    """Record of a version that was published whose suggestions are in it, mail it, and forget the
    addresses.
    """
    suggestions = Suggestions(workspace.database)
    behind = suggestions_behind(workspace, version)
    for one in (one for one in behind if one.state == "endorsed"):
        with workspace.database.writing() as connection:
            done = suggestions.step(
                one.id, "publish", seen="endorsed", party="editor", within=connection
            )
            mail_published(workspace, done, connection)
        suggestions.erase_email(one.id)
