"""A version diff as an HTML fragment, to be put into a page.

There is no script and no style in it: it works without script and under a strict content security
policy. Every text is escaped. :func:`render_html` gives the whole fragment, :func:`render_change`
one change of a :class:`citewright.diff.view.DiffView` (with room for a form), and
:func:`render_spans` the runs of a wording. Three views:

``inline``
    old and new in one text; unchanged statements are folded.
``sides``
    the old and the new wording beside each other; unchanged statements are folded.
``changes``
    as inline, without the unchanged statements.

Classes, for the page's style sheet (without one, the fragment is readable in its order):

=====================  =====================================================================
``version-diff``       the ``section`` around all; with ``inline``, ``sides`` or ``changes``
``diff-summary``       the counts in a sentence
``diff-index``         the ``ol`` of all changes in words, each linked to its place
``change``             an ``article``, its ``id`` the change's; with ``reworded``, ``added``,
                       ``removed``, ``moved``, ``moved_and_reworded``, ``split``, ``merged``,
                       ``unchanged`` (the wording is), and ``flagged`` where the meaning may differ
``meaning``            the ``ul`` of a change's meaning flags
``wording``            a text with ``del`` and ``ins``
``before``, ``after``  the two wordings where they are shown whole, and the two in ``pair``
``pair``               the ``div`` around both wordings, to be put side by side
``marker``             what the statement cites, or ``LLM``
``edits``              the ``ul`` of the changed words, told in words
``causes``             the ``ul`` of why it was changed, as far as the version records it
``citations``          the ``ul`` of what changed of the citations
``unchanged``          the ``details`` of a run of unchanged statements
``sources``, ``fields``  the ``ul`` of changes of the source list, and of all else
=====================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Literal

from citewright.diff.changes import VersionDiff
from citewright.diff.view import (
    ChangeView,
    DiffView,
    FieldView,
    PassageView,
    SectionView,
    SourceView,
    UnchangedView,
    view,
)
from citewright.diff.words import Span

Mode = Literal["inline", "sides", "changes"]
"""Which of the three views."""

_TAGS = {"deleted": "del", "inserted": "ins"}


def render_html(diff: VersionDiff | DiffView, mode: Mode = "inline") -> str:
    """A ``section`` with the counts, a list of the changes in words, and the changed texts."""
    shown = view(diff) if isinstance(diff, VersionDiff) else diff
    parts = [
        f'<section class="version-diff {mode}">',
        f"<h2>{escape(shown.heading)}</h2>",
        f'<p class="diff-summary">{escape(shown.summary)}</p>',
        *_index(shown.changes),
        *(part for section in shown.sections for part in _section(section, mode)),
        *_list("Sources", "sources", map(_source, shown.sources)),
        *_list("Other changes", "fields", map(_field, shown.fields)),
        "</section>",
    ]
    return "\n".join(parts)


def render_change(change: ChangeView, mode: Mode = "inline", form: str = "") -> str:
    """One change as an ``article``.

    :param form: HTML that is put at its end as it is, such as a form to decide on it.
    """
    flagged = " flagged" if change.flags else ""
    return "".join(
        [
            f'<article id="{escape(change.id)}" class="change {change.kind}{flagged}">',
            f"<h4>{escape(change.words)}</h4>",
            _items("meaning", (one.words for one in change.flags)),
            _sides(change) if mode == "sides" else _inline(change),
            _items("edits", change.edits),
            _items("causes", change.causes),
            _items("citations", (line for one in change.citations for line in one.words)),
            form,
            "</article>",
        ]
    )


def render_spans(spans: Iterable[Span]) -> str:
    """Runs of text with ``del`` and ``ins``."""
    return "".join(
        f"<{_TAGS[span.op]}>{escape(span.text)}</{_TAGS[span.op]}>"
        if span.op in _TAGS
        else escape(span.text)
        for span in spans
    )


def _index(changes: Sequence[ChangeView]) -> Iterator[str]:
    if changes:
        inside = "".join(f"<li>{_line(change)}</li>" for change in changes)
        yield f'<h3>Changes</h3><ol class="diff-index">{inside}</ol>'


def _line(change: ChangeView) -> str:
    told = "; ".join([change.words, *(one.words for one in change.flags)])
    text = (change.new or change.old)[0].text
    return f'<a href="#{escape(change.id)}">{escape(told)}</a>: {escape(text)}'


def _section(section: SectionView, mode: Mode) -> Iterator[str]:
    if mode == "changes" and not section.changes:
        return
    yield f"<h3>{escape(section.title)}</h3>"
    for item in section.items:
        if isinstance(item, ChangeView):
            yield render_change(item, mode)
        elif mode != "changes":
            yield _folded(item)


def _folded(run: UnchangedView) -> str:
    inside = "".join(f"<p>{escape(text)}</p>" for text in run.texts)
    summary = f"<summary>{len(run.texts)} unchanged</summary>"
    return f'<details class="unchanged">{summary}{inside}</details>'


def _inline(change: ChangeView) -> str:
    if change.rewritten:
        old, new = ([span for span in change.spans if span.op == op] for op in _TAGS)
        text = (
            f'<p class="wording before">{render_spans(old)}</p>'
            f'<p class="wording after">{render_spans(new)}</p>'
        )
    else:
        text = f'<p class="wording">{render_spans(change.spans)}</p>'
    return text + _marker(change)


def _marker(change: ChangeView) -> str:
    if not change.resourced:
        marker = change.marker_after if change.new else change.marker_before
        return f'<p class="marker">Marker: {escape(marker)}</p>'
    before, after = escape(change.marker_before), escape(change.marker_after)
    return f'<p class="marker">Marker: <del>{before}</del> <ins>{after}</ins></p>'


def _sides(change: ChangeView) -> str:
    old = _side("before", "Before", change.old, change, "inserted")
    new = _side("after", "After", change.new, change, "deleted")
    return f'<div class="pair">{old}{new}</div>'


def _side(
    name: str, title: str, passages: Sequence[PassageView], change: ChangeView, hidden: str
) -> str:
    if not passages:
        return f'<div class="{name}"><h5>{title}</h5><p>Not there.</p></div>'
    spans = [span for span in change.spans if span.op != hidden]
    marker = "; ".join(one.marker for one in passages)
    return (
        f'<div class="{name}"><h5>{title}</h5><p class="wording">{render_spans(spans)}</p>'
        f'<p class="marker">Marker: {escape(marker)}</p></div>'
    )


def _items(name: str, texts: Iterable[str]) -> str:
    inside = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<ul class="{name}">{inside}</ul>' if inside else ""


def _source(source: SourceView) -> str:
    return f'<li id="{source.id}">{escape(source.words)}</li>'


def _field(field: FieldView) -> str:
    old = "–" if field.old is None else f"<del>{escape(field.old)}</del>"
    new = "–" if field.new is None else f"<ins>{escape(field.new)}</ins>"
    return f'<li id="{field.id}">{escape(field.name)}: {old} → {new}</li>'


def _list(title: str, name: str, items: Iterable[str]) -> Iterator[str]:
    inside = "".join(items)
    if inside:
        yield f'<h3>{title}</h3><ul class="{name}">{inside}</ul>'
