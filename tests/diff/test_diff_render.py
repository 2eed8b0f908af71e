"""The diff as text, HTML and JSON Patch."""

from __future__ import annotations

import html.parser
import io
from typing import get_args

import jsonpatch
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model.values import (
    Desk,
    article,
    citation,
    every_block,
    figure,
    paragraph,
    section,
    snapshot,
    version,
    with_sections,
)
from rich.console import Console

from citewright.diff import Span, VersionDiff, compare, wording
from citewright.diff.html import Mode, render_change, render_html
from citewright.diff.patch import article_patch
from citewright.diff.schema import MODELS
from citewright.diff.terminal import render_text
from citewright.diff.view import DiffView, view
from citewright.diff.words import words
from citewright.errors import InputError
from citewright.model.article import Article
from citewright.model.canonical import dump
from citewright.model.schema import generate
from citewright.model.staleness import ChangeCause, Why
from citewright.model.statement import LLM

HOSTILE = "<script>alert('1 & 2')</script> lowered the \"pulse\" of [bold]twelve[/bold] adults."
WALK = "Walking outdoors each morning raised the mood of the invented volunteers."
TEA = "Nobody in the study drank tea, and the kettle stayed cold throughout."


def hostile_diff() -> VersionDiff:
    desk = Desk()
    bad, walk, cited = desk.llm(HOSTILE), desk.llm(WALK), desk.cited(TEA)
    worse = bad.model_copy(update={"text": HOSTILE.replace("twelve", "<i>ten</i>")})
    old, new = article(bad, walk), article(worse, cited).model_copy(update={"title": "<b>"})
    return compare(version(old), version(new, number="1.1"))


VIEWS = get_args(Mode)


class _Page(html.parser.HTMLParser):
    """Checks that tags nest, and keeps what there is: tags, attributes, ids, targets, text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.targets += [values["href"] or ""] if "href" in values else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(fragment: str) -> _Page:
    page = _Page()
    page.feed(fragment)
    page.close()
    assert page.open == []
    return page


def reworded(old: str, new: str) -> DiffView:
    """The view of a version in which one statement got another wording."""
    said = Desk().llm(old)
    other = said.model_copy(update={"text": new})
    return view(compare(version(article(said)), version(article(other), number="1.1")))


@pytest.mark.parametrize("mode", VIEWS)
def test_hostile_text_stays_text_in_the_fragment(mode: Mode):
    page = parsed(render_html(hostile_diff(), mode))
    assert page.tags <= set(
        "section h2 h3 h4 h5 p ol ul li a article ins del details summary div".split()
    )
    assert page.attributes <= {"class", "id", "href"}
    assert "<script>alert('1 & 2')</script>" in page.text
    assert "number: 12 → 10" in page.text
    assert "“twelve” became “<i>ten</i>”" in page.text


@pytest.mark.parametrize("mode", VIEWS)
def test_the_fragment_links_each_change_to_its_text(mode: Mode):
    page = parsed(render_html(hostile_diff(), mode))
    assert page.targets == ["#change-1", "#change-2", "#change-3"]
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.ids) >= {target[1:] for target in page.targets}


def test_changed_words_are_marked_up():
    shorter = reworded(WALK, WALK.replace(" each morning", ""))
    assert "Walking outdoors <del>each morning </del>raised" in render_html(shorter)
    assert shorter.changes[0].edits == ("removed: “each morning”",)


def test_side_by_side_each_side_has_its_own_wording():
    (change,) = reworded(WALK, WALK.replace("each morning", "at night")).changes
    before, after = render_change(change, "sides").split('<div class="after">')
    assert "<del>each morning</del>" in before
    assert "<ins>" not in before
    assert "<ins>at night</ins>" in after
    assert "<del>" not in after


@pytest.mark.parametrize("mode", VIEWS)
def test_a_rewritten_statement_is_shown_before_and_after(mode: Mode):
    shown = reworded(WALK, TEA)
    (change,) = shown.changes
    assert change.rewritten
    text = render_html(shown, mode)
    assert f"<del>{WALK}</del></p>" in text
    assert f"<ins>{TEA}</ins></p>" in text


def test_only_the_changes_are_shown_where_only_they_are_wanted():
    desk = Desk()
    walk, tea = desk.llm(WALK), desk.llm(TEA)
    diff = compare(version(article(walk)), version(article(walk, tea), number="1.1"))
    assert WALK in parsed(render_html(diff, "inline")).text
    assert WALK not in parsed(render_html(diff, "changes")).text


def test_a_change_takes_the_id_it_is_given_and_a_form():
    shown = view(hostile_diff(), ids=["c-1", "c-2", "c-3"])
    assert [change.id for change in shown.changes] == ["c-1", "c-2", "c-3"]
    text = render_change(shown.changes[0], form='<form method="post"></form>')
    assert text.startswith('<article id="c-1"')
    assert text.endswith('<form method="post"></form></article>')
    with pytest.raises(InputError):
        view(hostile_diff(), ids=["c-1"])


def test_the_view_tells_old_and_new_evidence_and_marker():
    text = "Plain words first. Tea is wet."
    cited = Desk().cited(TEA, citation("Tea is wet.", text))
    old = version(article(cited), snapshots=(snapshot(text),))
    unsourced = version(article(cited.model_copy(update={"marker": LLM})), number="1.1")
    (change,) = view(compare(old, unsourced)).changes
    assert change.resourced
    assert (change.marker_before, change.marker_after) == (change.old[0].sources[0], "LLM")
    (cite,) = change.citations
    assert cite.old is not None
    assert (cite.old.quote, cite.new) == ("Tea is wet.", None)


def test_the_view_tells_why_a_statement_was_changed():
    diff = hostile_diff()
    changed = next(one for one in diff.statements if one.kind == "reworded")
    cause = ChangeCause(
        statement=changed.new[0].id,
        section="one",
        change="changed",
        causes=(Why(kind="decision", detail="<b> asked for it."),),
    )
    shown = view(diff, causes=[cause])
    assert [one.causes for one in shown.changes].count(("decision: <b> asked for it.",)) == 1
    assert "<li>decision: &lt;b&gt; asked for it.</li>" in render_html(shown)


def test_a_difference_fits_its_schema():
    (schema,) = generate(MODELS).values()
    jsonschema.Draft202012Validator(schema).validate(dump(hostile_diff()))


TEXTS = st.lists(st.sampled_from("tea rest 12 not , . mood rises".split()), max_size=9).map(
    " ".join
)


@given(TEXTS, TEXTS)
def test_every_changed_run_is_told_in_words(old: str, new: str):
    spans: tuple[Span, ...] = words(old, new)
    told = " ".join(wording.edits(spans))
    for span in spans:
        if span.op != "equal" and span.text.strip():
            assert f"“{span.text.strip()}”" in told
    assert bool(told) == (old != new)


def test_the_terminal_shows_changes_without_colour_and_without_markup():
    told = io.StringIO()
    Console(file=told, width=200, color_system=None).print(render_text(hostile_diff()))
    text = told.getvalue()
    assert "[bold][-twelve-]{+<i>ten</i>+}[/bold]" in text
    assert "! number: 12 → 10" in text
    assert f"[-{WALK}-]" in text
    assert f"{{+{TEA}+}}" in text
    assert "title: An Article → <b>" in text


def test_a_quote_cannot_command_the_terminal():
    text = "Plain words first. \x1b[2J\u202eErased words."
    taken = citation("\x1b[2J\u202eErased words.", text)
    desk = Desk()
    cited = desk.cited(TEA, taken)
    old = version(article(cited), snapshots=(snapshot(text),))
    unsourced = article(cited.model_copy(update={"marker": LLM}))
    diff = compare(old, version(unsourced, number="1.1"))
    assert "“[2JErased words.”" in render_text(diff).plain
    assert "\x1b" not in render_text(diff).plain + render_html(diff)
    assert "\u202e" not in render_text(diff).plain + render_html(diff)


def test_unchanged_statements_are_folded():
    desk = Desk()
    walk, tea, more = desk.llm(WALK), desk.llm(TEA), desk.llm("Rest is free.")
    diff = compare(version(article(walk, tea)), version(article(walk, tea, more), number="1.1"))
    assert "… 2 unchanged" in render_text(diff).plain
    assert "<summary>2 unchanged</summary>" in render_html(diff)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    desk = Desk()
    blocks = every_block(desk)
    names = draw(st.lists(st.sampled_from(["one", "two", "three"]), unique=True, min_size=1))
    places = draw(st.lists(st.integers(0, len(names) - 1), min_size=8, max_size=8))
    sections = []
    for number, name in enumerate(names):
        own = [block for block, place in zip(blocks, places, strict=True) if place == number]
        said = paragraph(desk.llm(draw(st.sampled_from([WALK, TEA, "Rest is free."]))))
        sections.append(section(said, *draw(st.permutations(own)), name=name))
    return with_sections(*sections, figure=draw(st.sampled_from([figure(desk), None])))


@given(articles(), articles())
def test_the_patch_turns_the_old_article_into_the_new_one(old: Article, new: Article):
    """Applied by another's implementation of RFC 6902."""
    patch = article_patch(old, new)
    assert jsonpatch.apply_patch(dump(old), patch) == dump(new)
    assert bool(patch) == (old != new)


def test_the_patch_of_one_added_statement_is_one_operation():
    desk = Desk()
    walk, tea = desk.llm(WALK), desk.llm(TEA)
    (operation,) = article_patch(article(tea), article(walk, tea))
    assert operation["op"] == "add"
    assert operation["path"] == "/sections/0/blocks/0/statements/0"
