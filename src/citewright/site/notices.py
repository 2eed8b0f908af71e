"""The warnings above an article: what a reader must know before the first sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from citewright.site.context import PageContext
from citewright.site.measure import ShareView, counted
from citewright.site.plain import own_href

_BEFELL = {
    "retracted": "was retracted",
    "withdrawn": "was withdrawn",
    "concern": "has an expression of concern",
}


@dataclass(frozen=True)
class LinkView:
    """A title and where it leads, if anywhere."""

    title: str
    href: str | None


@dataclass(frozen=True)
class NoticeView:
    """A warning above the article; a ``grave`` one is not to be overlooked."""

    title: str
    text: str
    link: LinkView | None
    grave: bool = False


def notices(context: PageContext, share: ShareView) -> tuple[NoticeView, ...]:
    """What a reader must know before the first sentence.

    :raises InputError: when the current version's link is neither a web address nor a path.
    """
    return tuple(_notices(context, share))


def _notices(context: PageContext, share: ShareView) -> Iterator[NoticeView]:
    if context.state == "withdrawn":
        yield NoticeView("Withdrawn", "This version must not be used.", None, grave=True)
    if context.retracted:
        yield _retraction(context.retracted)
    if not context.number_is_current:
        href = own_href(context.current_href)
        yield NoticeView(
            "Not the current version",
            "Another version of this article is the current one.",
            LinkView("Read the current version", href) if href else None,
        )
    if not context.checked:
        yield _unchecked(share)
    if context.notes:
        yield NoticeView(
            "Notes, not sources",
            f"Of {counted(context.notes, 'source')} only notes were read, not the source itself. "
            "What is quoted from there stands in these notes.",
            None,
        )


def _unchecked(share: ShareView) -> NoticeView:
    open_pairs = (
        f" {share.unassessed:,} of its {counted(share.citations, 'citation')} "
        f"{'is' if share.unassessed == 1 else 'are'} not assessed."
        if share.unassessed
        else ""
    )
    return NoticeView(
        "Not checked",
        "This version has not passed its checks: it can be looked at, but not relied "
        f"on.{open_pairs}",
        None,
    )


def _retraction(retracted: tuple[tuple[str, str], ...]) -> NoticeView:
    listed = "; ".join(f"“{title}” {_BEFELL[what]}" for title, what in retracted)
    return NoticeView(
        "A source does not stand any more",
        f"Since this version was made, {listed}. Do not rely on what rests on it.",
        None,
        grave=True,
    )
