"""Suggestions of readers: taken in, confirmed, answered, declined, put aside.

A text goes through the screen for patients' data before anything of it is stored
(:func:`examined`): what certainly identifies a person keeps it out, what possibly does has to be
vouched for. Nothing is mailed but through the outbox, in the transaction that gives cause for it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from citewright.community.suggestions import Suggestions
from citewright.community.tokens import Tokens
from citewright.database import repeated
from citewright.database.times import as_text
from citewright.errors import CitewrightError, InputError, NotFound
from citewright.model.community import (
    CLOSED,
    Party,
    Proposal,
    Suggestion,
    SuggestionAction,
    SuggestionState,
)
from citewright.model.statement import Statement
from citewright.model.version import Version
from citewright.pipeline import reviewing
from citewright.pipeline.restoring import take_back
from citewright.pipeline.suggestion_mail import (
    ANSWER_WITHIN,
    CONFIRM_WITHIN,
    mail_confirmation,
    mail_declined,
    mail_received,
)
from citewright.pipeline.workspace import Workspace
from citewright.privacy import Screening, screen
from citewright.retrieval.identifiers import identify

log = logging.getLogger(__name__)

NAMED = frozenset({"doi", "pmid", "pmcid", "url", "wikipedia"})
"""What a suggested source may be named by. Files of the project are none of a reader's business."""

SUGGESTER = "whoever suggested it"
"""Who hands a draft in for review once its suggester has approved it."""

MANY = 10_000


@dataclass(frozen=True)
class Subject:
    """What a suggestion is about: a published article, and one of its statements, if any."""

    digest: str
    version: Version
    statement: Statement | None


def subject(workspace: Workspace, slug: str, statement: str | None) -> Subject:
    """What somebody wants to suggest something about.

    :param statement: a statement's id; None for the article as a whole, as is one that the
        published version does not have any more.
    :raises NotFound: when there is no such article, or nothing of it is published.
    """
    live = workspace.catalogue.published(slug)
    if live is None:
        raise NotFound(f"there is no published article {slug[:100]!r}.")
    version = workspace.version(live.digest)
    found = next((one for one in version.article.statements() if one.id == statement), None)
    return Subject(live.digest, version, found)


def refuse_unnamed(workspace: Workspace, text: str) -> None:
    """Refuse what names no source.

    :raises InputError: when a text is no address, DOI, PMID or PMCID.
    """
    try:
        usable = identify(text, workspace.project).kind in NAMED
    except InputError:
        # Its message may tell what files there are.
        usable = False
    if not usable:
        raise InputError(
            f"{text[:100]!r} is no web address, DOI or PMID.",
            hint="Give one like https://…, 10.1000/182 or PMID 23070875.",
        )


def examined(proposal: Proposal) -> Screening:
    """What in a suggestion could identify a person; offsets are those of its text.

    Of what is certain only the kinds and their number are put on record, never the text.
    """
    found = screen(proposal.text)
    if found.blocked:
        kinds = ", ".join(sorted({one.kind.value for one in found.findings}))
        log.info("a suggestion was refused: %d findings (%s)", len(found.findings), kinds)
    return found


@repeated
def receive(workspace: Workspace, proposal: Proposal, address: str) -> Suggestion:
    """Keep a suggestion, and mail whoever sent it to confirm it.

    :param address: the application's, without a slash at its end.
    :raises InputError: when its text certainly identifies a person, or it names no source.
    :raises NotFound: when the article has no such version.
    """
    if examined(proposal).blocked:
        raise InputError("the suggestion holds what identifies a person.", hint="Take it out.")
    for source in proposal.sources:
        refuse_unnamed(workspace, source)
    with workspace.database.writing() as connection:
        made = Suggestions(workspace.database).add(proposal, within=connection)
        mail_confirmation(workspace, made, address, connection)
    return made


def confirm(workspace: Workspace, token: str, address: str) -> str:
    """Take a confirmation; gives the token of the suggestion's own page.

    :raises InputError: when the link is unknown, used or too old.
    """
    name = Tokens(workspace.database).use("confirm", token)
    suggestions = Suggestions(workspace.database)
    with workspace.database.writing() as connection:
        done = suggestions.step(
            name, "confirm", seen="unconfirmed", party="suggester", within=connection
        )
        return mail_received(workspace, done, address, connection)


def endorse(workspace: Workspace, name: str) -> Suggestion:
    """Whoever suggested it approves the draft, which is handed in for review.

    :raises InputError: when there is no draft that waits for them.
    """
    one = found(workspace, name)
    done = _step(workspace, one, "endorse", "suggester")
    assert done.draft is not None
    entry = workspace.catalogue.entries([done.draft])[done.draft]
    if entry.state == "draft":
        said = "Approved by whoever suggested it."
        reviewing.submit(workspace, entry.slug, entry.number, SUGGESTER, said)
    return done


def withdraw(workspace: Workspace, name: str) -> Suggestion:
    """Whoever suggested it takes it back; a draft of it goes with it.

    :raises InputError: when it is closed already.
    """
    one = found(workspace, name)
    done = _step(workspace, one, "withdraw", "suggester")
    return _closed(workspace, done, "Whoever suggested it has withdrawn it.")


def start(workspace: Workspace, name: str, actor: str) -> Suggestion:
    """An editor has it drafted: the next run of the flow takes it.

    :raises InputError: when it is not one that can be drafted.
    """
    return _step(workspace, found(workspace, name), "start", "editor", actor)


def decline(workspace: Workspace, name: str, actor: str, reason: str) -> Suggestion:
    """An editor does not take it up; the reason is mailed, and a draft of it is taken back.

    :raises InputError: when no reason is given, or it is not open.
    """
    one, said = found(workspace, name), reason.strip()
    if not said:
        raise InputError("declining a suggestion needs a reason.", hint="It is mailed as it is.")
    with workspace.database.writing() as connection:
        done = Suggestions(workspace.database).step(
            name,
            "decline",
            seen=one.state,
            party="editor",
            detail=f"{actor}: {said}",
            within=connection,
        )
        mail_declined(workspace, done, said, connection)
    return _closed(workspace, done, "The suggestion was declined.")


def tidy(workspace: Workspace) -> list[Suggestion]:
    """Put aside what was waited for in vain, close what was withdrawn in review, and finish what a
    killed process left half done; gives the suggestions that were closed.
    """
    suggestions, now = Suggestions(workspace.database), workspace.clock()
    done = []
    for one in suggestions.listing(["unconfirmed"], before=now - CONFIRM_WITHIN, limit=MANY):
        expired = _step(workspace, one, "expire", "program")
        done.append(_closed(workspace, expired, ""))
    for one in suggestions.listing(("drafted", "endorsed"), limit=MANY):
        last = suggestions.events(one.id)[-1].at
        overdue = last < as_text(now - ANSWER_WITHIN)
        if _is_withdrawn(workspace, one):
            done.append(decline(workspace, one.id, "Review", "The draft was withdrawn in review."))
        elif one.state == "drafted" and overdue:
            expired = _step(workspace, one, "expire", "program")
            done.append(_closed(workspace, expired, "Nobody has answered for the draft."))
    left = [one for one in suggestions.listing(tuple(CLOSED), limit=MANY) if one.email]
    return done + [_closed(workspace, one, "The suggestion was closed.") for one in left]


def found(workspace: Workspace, name: str) -> Suggestion:
    """The suggestion of that id.

    :raises NotFound: when there is none.
    """
    one = Suggestions(workspace.database).find(name)
    if one is None:
        raise NotFound(f"there is no suggestion {name[:40]!r}.")
    return one


def busy(workspace: Workspace) -> frozenset[str]:
    """The articles whose newest version is the draft of a suggestion that is not decided on."""
    states: tuple[SuggestionState, ...] = ("drafted", "endorsed")
    waiting = Suggestions(workspace.database).listing(states, limit=MANY)
    return frozenset(one.slug for one in waiting)


def make_way(workspace: Workspace, slug: str, why: str) -> None:
    """Take back the draft of an article's suggestion, which is drafted anew later.

    :param why: what is graver than it; the suggestion's page tells it.
    """
    states: tuple[SuggestionState, ...] = ("drafted", "endorsed")
    for one in Suggestions(workspace.database).listing(states, limit=MANY):
        if one.slug == slug and one.draft is not None:
            _step(workspace, one, "reset", "program", why)
            take_back(workspace, slug, one.draft, why)


def _step(
    workspace: Workspace, one: Suggestion, action: SuggestionAction, party: Party, detail: str = ""
) -> Suggestion:
    suggestions = Suggestions(workspace.database)
    return suggestions.step(one.id, action, seen=one.state, party=party, detail=detail)


def _closed(workspace: Workspace, one: Suggestion, why: str) -> Suggestion:
    """Take back the draft of a closed suggestion that was not published, and forget whose it is."""
    if one.draft is not None and one.state != "published":
        take_back(workspace, one.slug, one.draft, why)
    try:
        Suggestions(workspace.database).erase_email(one.id)
    except CitewrightError:
        # It is closed all the same; `tidy` erases the address.
        log.exception("the address of the suggestion %s is not erased yet", one.id)
    return one


def _is_withdrawn(workspace: Workspace, one: Suggestion) -> bool:
    known = workspace.catalogue.entries([one.draft or ""])
    return any(entry.state == "withdrawn" for entry in known.values())
