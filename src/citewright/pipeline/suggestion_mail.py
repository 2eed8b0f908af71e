"""What is mailed to whoever suggested something: plain text, without a word of what they wrote.

Nothing that somebody entered stands in a mail, so that the form is of no use for sending messages
to other people.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from citewright.community.outbox import Outbox
from citewright.community.tokens import Tokens
from citewright.model.base import clean_text
from citewright.model.community import Suggestion
from citewright.pipeline.workspace import Workspace

CONFIRM_WITHIN = timedelta(days=3)
"""How long a suggestion waits to be confirmed."""

ANSWER_WITHIN = timedelta(days=30)
"""How long a draft waits for whoever suggested it."""

LINK_LASTS = timedelta(days=180)
"""How long a link to a suggestion's page holds."""

_SUBJECT = 120


def mail_confirmation(
    workspace: Workspace, suggestion: Suggestion, address: str, within: Connection
) -> None:
    """Ask whether the suggestion is really from there.

    :param address: the application's, without a slash at its end.
    """
    token = Tokens(workspace.database).issue(
        "confirm", suggestion.id, CONFIRM_WITHIN, within=within
    )
    body = (
        f"Somebody sent us a suggestion for “{_title(workspace, suggestion)}” and gave this "
        "address. If that was you, open this page and confirm it there:\n\n"
        f"{address}/suggestion/confirm/{token}\n\n"
        f"It holds for {CONFIRM_WITHIN.days} days. If it was not you, do nothing: the suggestion "
        "is not looked at, and your address is erased.\n"
    )
    _put(workspace, suggestion, "confirm", "Please confirm your suggestion", body, within)


def mail_received(
    workspace: Workspace, suggestion: Suggestion, address: str, within: Connection
) -> str:
    """Tell that it was received, with the link to its page; gives the link's token."""
    token = _page(workspace, suggestion, within)
    body = (
        f"Thank you. We have your suggestion for “{_title(workspace, suggestion)}”. An editor "
        "looks at it; if it is taken up, we draft the change from the source that you named and "
        "mail you when you can read it.\n\nWhere it stands, and how to withdraw it:\n\n"
        f"{address}/suggestion/{token}\n\nKeep this link to yourself: whoever has it can answer "
        "for you.\n"
    )
    _put(workspace, suggestion, "received", "We have your suggestion", body, within)
    return token


def mail_drafted(workspace: Workspace, suggestion: Suggestion, within: Connection) -> None:
    """Tell that there is a draft, and where to read it."""
    address = workspace.settings.app_url
    where = "Read it by the link that we mailed you when we received your suggestion."
    if address:
        token = _page(workspace, suggestion, within)
        where = f"Read it here:\n\n{address.rstrip('/')}/suggestion/{token}"
    body = (
        f"We have drafted a change of “{_title(workspace, suggestion)}” from your suggestion and "
        f"its source. {where}\n\nNothing is published unless you approve it there; then an editor "
        f"decides. Without an answer within {ANSWER_WITHIN.days} days it is put aside.\n"
    )
    _put(workspace, suggestion, "drafted", "A change is drafted: please look at it", body, within)


def mail_published(workspace: Workspace, suggestion: Suggestion, within: Connection) -> None:
    """Tell that it is published, and how it is credited."""
    credit = (
        f"It is credited to {suggestion.credited}, as you asked."
        if suggestion.credited
        else "It is credited to nobody, as you asked."
    )
    body = (
        f"The change of “{_title(workspace, suggestion)}” that you suggested is published. "
        f"{credit}\n{_address(workspace, suggestion)}\nYour address is erased with this mail. "
        "Thank you.\n"
    )
    _put(workspace, suggestion, "published", "Your suggestion is published", body, within)


def mail_declined(
    workspace: Workspace, suggestion: Suggestion, reason: str, within: Connection
) -> None:
    """Tell that it is not taken up, and why."""
    body = (
        f"We do not take up your suggestion for “{_title(workspace, suggestion)}”. The editor "
        f"says:\n\n{reason}\n\nYour address is erased with this mail. You can always make another "
        "suggestion.\n"
    )
    _put(workspace, suggestion, "declined", "About your suggestion", body, within)


def _page(workspace: Workspace, suggestion: Suggestion, within: Connection) -> str:
    tokens = Tokens(workspace.database)
    return tokens.issue("suggestion", suggestion.id, LINK_LASTS, within=within)


def _put(
    workspace: Workspace,
    suggestion: Suggestion,
    what: str,
    subject: str,
    body: str,
    within: Connection,
) -> None:
    if suggestion.email:
        Outbox(workspace.database).put(
            suggestion.email,
            f"{subject} ({_title(workspace, suggestion)})",
            body,
            # A draft may be made again after a failure, and is told again then.
            f"suggestion {suggestion.id} {what} {suggestion.draft or ''}".strip(),
            within=within,
        )


def _title(workspace: Workspace, suggestion: Suggestion) -> str:
    title = clean_text(workspace.version(suggestion.version).article.title)
    return title if len(title) <= _SUBJECT else f"{title[:_SUBJECT]}…"


def _address(workspace: Workspace, suggestion: Suggestion) -> str:
    site = workspace.settings.site_url
    return f"\n{site.rstrip('/')}/{suggestion.slug}/\n" if site else ""
