"""The pages that lead to articles: home, articles, topics, what is new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from citewright.site.builder import Builder, chunks
from citewright.site.facts import own_markup
from citewright.site.frame import Frame
from citewright.site.ledger import Known, Ledger
from citewright.site.measure import counted
from citewright.site.plain import clipped
from citewright.site.render import render
from citewright.site.topics import topic_path, topic_title

LATEST = 12
"""Articles on the home page; of a small site, all."""

SMALL = 30
PER_PAGE = 500
NEWS = 100


@dataclass(frozen=True)
class LineView:
    """A line of a list: where it leads, what is said beside it."""

    href: Markup | None
    title: str
    said: str = ""
    date: str = ""


@dataclass(frozen=True)
class ListView:
    """A page of a list in parts; ``pages`` lead to the parts, the own one without a link."""

    said: str
    pages: tuple[LineView, ...]
    groups: tuple[tuple[str, tuple[LineView, ...]], ...] = ()


@dataclass(frozen=True)
class HomeView:
    """The home page; ``more`` says how many articles there are, where not all are on it."""

    figures: tuple[tuple[str, str], ...]
    topics: tuple[LineView, ...]
    heading: str
    entries: tuple[Markup, ...]
    more: str
    news: tuple[LineView, ...]


@dataclass(frozen=True)
class TopicView:
    """A topic: those above and below it, and its articles."""

    title: str
    said: str
    above: tuple[LineView, ...]
    below: tuple[LineView, ...]
    pages: tuple[LineView, ...]
    articles: tuple[LineView, ...]


def by_title(known: Iterable[Known]) -> list[Known]:
    """The articles that lists name, by title."""
    listed = (one for one in known if one.listed)
    return sorted(listed, key=lambda one: (one.title.casefold(), one.slug))


def pager(
    names: Sequence[str], folder: str, own: int, frame: Frame, size: int = PER_PAGE
) -> tuple[LineView, ...]:
    """The parts of a list by the first and last name in each.

    :param names: the names in the list's order.
    :param own: the number of the part that this is for, from 0.
    """
    parts = list(chunks(len(names), size))
    if len(parts) == 1:
        return ()
    return tuple(
        LineView(
            None if place == own else frame.to(part_path(folder, place)),
            f"{clipped(names[start], 16)} – {clipped(names[end - 1], 16)}",
        )
        for place, (start, end) in enumerate(parts)
    )


def part_path(folder: str, place: int) -> str:
    """The folder of a list's part, counted from 0."""
    return folder if place == 0 else f"{folder}{place + 1}/"


def build_lists(
    builder: Builder,
    ledger: Ledger,
    frame: Frame,
    known: Mapping[str, Known],
    news: Sequence[Mapping[str, str]],
) -> None:
    """Home, the list of articles, topics and what is new."""
    articles = by_title(known.values())
    _articles(builder, frame, articles)
    below = _topics(builder, frame, articles)
    _home(builder, ledger, frame, articles, below, news)
    lines = tuple(_news_line(one, frame) for one in news)
    builder.page(
        "new/index.html", "", ["new", news], lambda: render("new.html", frame, entries=lines)
    )


def latest_news(ledger: Ledger) -> list[dict[str, str]]:
    """The last that happened, the newest first."""
    found = [one | {"title": title} for title, one in ledger.news()]
    found.sort(key=lambda one: (one["at"], one["path"]), reverse=True)
    return found[:NEWS]


def _news_line(one: Mapping[str, str], frame: Frame) -> LineView:
    return LineView(frame.to(one["path"]), one["title"], one["said"], one["at"][:10])


def _line(one: Known, frame: Frame) -> LineView:
    return LineView(frame.to(f"{one.slug}/"), one.title, one.said)


def _told(articles: Sequence[Known]) -> list[tuple[str, str, str]]:
    return [(one.slug, one.title, one.said) for one in articles]


def _articles(builder: Builder, frame: Frame, articles: Sequence[Known]) -> None:
    names = [one.title for one in articles]
    for place, (start, end) in enumerate(chunks(len(articles), PER_PAGE)):
        part = articles[start:end]
        pages = pager(names, "articles/", place, frame)
        said = counted(len(articles), "article")

        def make(
            part: Sequence[Known] = part, pages: tuple[LineView, ...] = pages, said: str = said
        ) -> str:
            return render("articles.html", frame, list=ListView(said, pages, _letters(part, frame)))

        builder.page(
            f"{part_path('articles/', place)}index.html",
            "",
            ["articles", _told(part), [page.title for page in pages], said],
            make,
        )


def _letters(
    articles: Sequence[Known], frame: Frame
) -> tuple[tuple[str, tuple[LineView, ...]], ...]:
    groups: dict[str, list[LineView]] = defaultdict(list)
    for one in articles:
        first = one.title[0].upper()
        groups[first if first.isalpha() else "0–9 and signs"].append(_line(one, frame))
    return tuple((letter, tuple(lines)) for letter, lines in groups.items())


def _topics(
    builder: Builder, frame: Frame, articles: Sequence[Known]
) -> dict[tuple[str, ...], dict[str, int]]:
    """All topics; gives those below each, with how many articles they have."""
    own: dict[tuple[str, ...], list[Known]] = defaultdict(list)
    below: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for one in articles:
        own[one.taxonomy].append(one)
        for depth in range(len(one.taxonomy)):
            step = one.taxonomy[depth]
            under = below[one.taxonomy[:depth]]
            under[step] = under.get(step, 0) + 1
    for steps in sorted({(), *own, *below, *(s[:d] for s in own for d in range(len(s)))}):
        _topic(builder, frame, steps, own.get(steps, []), below.get(steps, {}))
    return below


def _topic(
    builder: Builder,
    frame: Frame,
    steps: tuple[str, ...],
    articles: Sequence[Known],
    below: Mapping[str, int],
) -> None:
    folder = topic_path(steps)
    names = [one.title for one in articles]
    under = sorted(below.items())
    total = len(articles) + sum(below.values())
    for place, (start, end) in enumerate(chunks(len(articles), PER_PAGE)):
        pages = pager(names, folder, place, frame)
        part = articles[start:end]

        def make(part: Sequence[Known] = part, pages: tuple[LineView, ...] = pages) -> str:
            view = TopicView(
                title=topic_title(steps[-1]) if steps else "Topics",
                said=counted(total, "article"),
                above=_above(steps, frame),
                below=topic_lines(steps, under, frame),
                pages=pages,
                articles=tuple(_line(one, frame) for one in part),
            )
            return render("topic.html", frame, topic=view)

        builder.page(
            f"{part_path(folder, place)}index.html",
            "",
            ["topic", steps, _told(part), [page.title for page in pages], under, total],
            make,
        )


def _above(steps: tuple[str, ...], frame: Frame) -> tuple[LineView, ...]:
    if not steps:
        return ()
    upper = [steps[:depth] for depth in range(len(steps))]
    return tuple(
        LineView(frame.to(topic_path(one)), topic_title(one[-1]) if one else "Topics")
        for one in upper
    )


def topic_lines(
    steps: tuple[str, ...], below: Iterable[tuple[str, int]], frame: Frame
) -> tuple[LineView, ...]:
    """The topics right below one, with how many articles they have."""
    return tuple(
        LineView(
            frame.to(topic_path((*steps, name))), topic_title(name), counted(number, "article")
        )
        for name, number in below
    )


def _home(
    builder: Builder,
    ledger: Ledger,
    frame: Frame,
    articles: Sequence[Known],
    below: Mapping[tuple[str, ...], Mapping[str, int]],
    news: Sequence[Mapping[str, str]],
) -> None:
    small = len(articles) <= SMALL
    newest = sorted(articles, key=lambda one: (one.changed, one.slug), reverse=True)
    shown = list(articles) if small else newest[:LATEST]
    entries = ledger.entries(one.slug for one in shown)
    top = tuple(sorted(below.get((), {}).items()))
    steps: tuple[str, ...] = ()
    if len(top) == 1 and below.get((top[0][0],)):
        # One kind of article alone says nothing: what is below it does.
        steps = (top[0][0],)
        top = tuple(sorted(below[steps].items()))
    figures = tuple(
        (f"{number:,}", noun)
        for number, noun in ((len(articles), "articles"), (len(ledger.sources()), "sources"))
    )
    recent = [] if small and len(news) <= len(articles) else list(news[:8])

    def make() -> str:
        view = HomeView(
            figures=figures,
            topics=topic_lines(steps, top, frame),
            heading="Articles" if small else "Newest articles",
            entries=tuple(own_markup(entry) for entry in entries),
            more="" if small else f"{len(articles):,}",
            news=tuple(_news_line(one, frame) for one in recent),
        )
        return render("home.html", frame, home=view)

    builder.page("index.html", "", ["home", figures, steps, top, entries, recent], make)
