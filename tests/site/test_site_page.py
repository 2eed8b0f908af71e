"""The page of a version: everything on it, in order, well-formed, and honest for each drafter."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from citewright.errors import InputError
from citewright.model.article import Article, Video
from citewright.model.statement import SourceMarker, Statement
from citewright.model.version import Generator, Version
from citewright.site.context import PageContext
from citewright.site.facts import facts
from citewright.site.frame import ROOT
from citewright.site.measure import reading_minutes, sourced_percent
from citewright.site.render import render_article
from citewright.site.topics import topic_title
from citewright.site.view import article_view
from citewright.site.wording import wording
from tests.site import sample, sample_parts
from tests.site.pages import Page, places, read

DRAFTERS: tuple[sample.Drafter, ...] = ("claude", "extractive", "import")


def page(version: Version, context: PageContext | None = None) -> Page:
    return read(render_article(article_view(version, context or sample.context())))


def said(statement: Statement) -> str:
    return f"“{statement.text}”" if statement.form == "quotation" else statement.text


def label(article: Article, marker: object) -> str:
    if not isinstance(marker, SourceMarker):
        return "LLM"
    return str(article.number(marker.citations[0].source))


def everything(version: Version) -> list[str]:
    """All text of an article in reading order, each statement with its first marker."""
    article = version.article
    marked = {s.id: f"{said(s)} {label(article, s.marker)}" for s in article.statements()}
    parts = [*map(topic_title, article.taxonomy), article.title]
    parts += [marked[statement.id] for statement in article.lead.statements]
    assert article.figure
    parts += [article.figure.alt, marked[article.figure.caption.id]]
    for section in article.sections:
        parts.append(section.title)
    for section in article.sections:
        parts.append(section.title)
        if section.absent:
            parts.append(section.absent)
        for block in section.blocks:
            parts += block_parts(block, marked)
    parts.append("Sources")
    for source in article.sources:
        parts += [source.tier, source.tier_reason]
    return [*parts, "See also", *(other.title for other in article.see_also)]


def block_parts(block: object, marked: dict[str, str]) -> list[str]:
    plain = block.model_dump(mode="json")  # type: ignore[attr-defined]
    match plain["type"]:
        case "paragraph" | "list" | "questions":
            inner = plain.get("statements") or plain["items"]
            head = [plain["label"]] if plain.get("label") else []
            return head + [marked[statement["id"]] for statement in inner]
        case "example":
            return [plain["label"], marked[plain["statement"]["id"]]]
        case "definition_list":
            return [
                part
                for entry in plain["entries"]
                for part in (entry["term"], marked[entry["statement"]["id"]])
            ]
        case "table":
            heads = [f"{column['header']} LLM" for column in plain["columns"]]
            rows = [
                part
                for row in plain["rows"]
                for part in (*row["cells"], marked[row["claim"]["id"]])
            ]
            return [*heads, plain["claim_header"], *rows]
        case "video":
            return ["▶", plain["label"].rstrip(":")]
    raise AssertionError(plain["type"])


@pytest.mark.parametrize("drafter", DRAFTERS)
def test_all_text_of_a_version_stands_on_its_page_in_order(drafter):
    version = sample.version(drafter)
    places(page(version).text, everything(version))


@pytest.mark.parametrize("drafter", DRAFTERS)
def test_pages_are_well_formed_and_their_links_resolve(drafter):
    version = sample.version(drafter)
    found = page(version, sample.context(checked=False, current_href="../other/index.html"))
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    inner = [href[1:] for href in found.values("href") if href.startswith("#")]
    named = [name for value in found.values("aria-labelledby") for name in value.split()]
    assert len(inner) > 40
    for wanted in [*inner, *found.values("popovertarget"), *named, *found.values("for")]:
        assert wanted in ids, wanted
    assert {statement.id for statement in version.article.statements()} <= set(ids)


def test_the_parts_of_the_page_stand_in_the_order_readers_know():
    places(
        page(sample.version()).text,
        [
            "Sample Wiki",
            "⚠︎ LLM-generated — verify before clinical use.",
            "Sentences are marked with a source or an LLM tag.",
            "Invented practices",
            "Paced Walking (PW)",
            "version 1.0 · 2026-06-04 · published · model sample-model-1",
            "· not reviewed by a person",
            "sample data. LLM",
            "with a source",
            "A wheel with paced walking at the hub",
            "each against its opposite. LLM",
            "Contents",
            "LLM-generated illustrative example (not a guideline):",
            "Therapeutic framing.",
            "▶",
            "Sources",
            "See also",
            "This article is AI-generated (model: sample-model-1) · version 1.0",
            "· last generated 2026-06-04 · 1 min read · 4 sources.",
            "Claims carry a source marker or an LLM tag;",
            "illustrative clinical examples are LLM-generated, not guidelines.",
            "Suggest a revision",
            "Suggestions cannot be sent from this page",
            "Public credit preference",
            "protected health information (PHI)",
            "Evidence",
        ],
    )


def test_each_drafter_is_named_for_what_it_is():
    extractive = page(sample.version("extractive")).text
    assert "Compiled from quotations, no language model" in extractive
    assert "AI-generated" not in extractive
    assert "written by the model" not in extractive
    imported = page(sample.version("import")).text
    assert "as on the page they were imported from" in imported
    assert "names the model sample-model-0" in imported
    assert "No source; written by the model." in page(sample.version("claude")).text


def test_what_was_compiled_on_top_of_a_model_s_version_hides_no_model():
    found = wording(Generator(drafter="extractive", models=("sample-model-1",)))
    assert "model sample-model-1" in found.model
    assert found.banner.startswith("LLM-generated")
    assert "AI-generated (model: sample-model-1); some of it is compiled" in found.origin
    assert found.llm == "No source; written by the model."


def test_a_page_that_cannot_be_relied_on_says_so():
    assert "Not checked" not in page(sample.version()).text
    context = sample.context(
        checked=False, number_is_current=False, current_href="../paced-walking/index.html"
    )
    html = render_article(article_view(sample.version(), context))
    found = read(html)
    assert "it can be looked at, but not relied on. 1 of its 10 citations is not assessed." in (
        found.text
    )
    assert "Another version of this article is the current one." in found.text
    assert "../paced-walking/index.html" in found.values("href")
    assert '<meta name="robots" content="noindex">' in html
    withdrawn = page(sample.version(), sample.context(state="withdrawn"))
    assert "Withdrawn. This version must not be used." in withdrawn.text


def test_a_reviewer_is_named_when_there_was_one():
    text = page(sample.version(), sample.context(state="approved", reviewer="A. Person")).text
    assert "approved · model sample-model-1 · reviewed by A. Person" in text
    assert "not reviewed by a person" not in text


def test_cards_say_what_stands_behind_a_marker():
    cards = article_view(sample.version(), sample.context()).cards
    assert [card.label for card in cards][:5] == ["1a", "2a", "1b", "3a", "4a"]
    trial, institute, _, handbook, talk = cards[:5]
    assert (trial.quote.before[:1], trial.quote.exact) == ("…", "The difference was small")
    assert trial.quote.place == "characters 192–216 of the stored text"
    assert trial.read.words == "the abstract only"
    assert not institute.quote.before.startswith("…"), "the text begins less than a context before"
    assert handbook.read.notes
    assert handbook.verdict == "Partly supported by this passage"
    assert (talk.quote, talk.outcome) == (None, "not_assessed")
    assert talk.reasons == ("the talk has no transcript", "no passage is stored")


def test_notes_are_named_as_such_at_the_source_and_in_each_card():
    text = page(sample.version()).text
    assert "Read: notes on the source, not its text, retrieved 2026-06-01" in text
    assert "3a Partly supported by this passage Notes on the source, not its text." in text
    assert "Read: nothing; no text of this source is stored" in text


def test_a_verdict_cannot_outrank_evidence_that_is_missing():
    desk = sample_parts.Desk()
    content = sample.article(desk)
    verdicts = [
        v.model_copy(update={"outcome": "supported"}) if v.source == "sample-talk" else v
        for v in desk.verdicts
    ]
    cards = article_view(sample.of(content, verdicts), sample.context()).cards
    assert [c.outcome for c in cards if c.number == 4] == ["not_assessed"]


def test_markers_carry_a_sign_for_what_is_not_plainly_supported():
    text = page(sample.version()).text
    assert "in one small sample. 1~3~ Whether" in text
    assert "to have started it. 4?" in text
    assert "~ partly supported." in text
    assert "! not supported" not in text


def test_quotations_stand_in_quotation_marks():
    text = page(sample.version("extractive")).text
    assert "“Forty invented walkers took part for six weeks.” 1" in text
    assert "“Paced Walking is a sample practice" not in text


def test_back_links_lead_from_each_source_to_what_cites_it():
    view = article_view(sample.version(), sample.context())
    cited = {source.number: source.cited for source in view.sources}
    statements = {s.id: s for s in sample.version().article.statements()}
    for number, links in cited.items():
        key = view_source_key(number)
        wanted = [s.id for s in statements.values() for c in s.citations if c.source == key]
        assert [anchor for anchor, _ in links] == wanted


def view_source_key(number: int) -> str:
    return sample_parts.sources()[number - 1].key


def test_only_known_articles_are_linked():
    found = page(sample.version())
    assert "../slow-reading/index.html" in found.values("href")
    assert "Unwritten (no page here yet)" in found.text


def test_nothing_on_the_page_can_be_sent_or_runs():
    found = page(sample.version())
    assert not {"form", "script", "iframe", "video", "img", "textarea", "select"} & set(found.tags)
    assert not [n for _, n, _ in found.attributes if n.startswith("on") or n == "style"]
    assert [v for t, n, v in found.attributes if (t, n) == ("input", "type")] == [
        "checkbox",
        "checkbox",
    ]


def test_links_lead_to_web_addresses_or_within_the_site_only():
    for href in page(sample.version()).values("href"):
        assert re.match(r"#|\.\./|https?://|data:,$", href), href
    with pytest.raises(InputError, match="javascript:"):
        article_view(sample.version(), sample.context(home_href="javascript:alert(1)"))


def test_the_policy_names_exactly_the_style_sheets_on_the_page():
    html = render_article(article_view(sample.version(), sample.context()))
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() + "'"
        for s in styles
    ]
    assert policy == (
        f"default-src 'none'; style-src {' '.join(hashes)}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    assert 'content: "paced-walking · version 1.0 · 2026-06-04 · sha256:' in styles[1]


def test_a_figure_that_could_not_be_read_back_is_described():
    desk = sample_parts.Desk()
    content = sample.article(desk).model_copy(update={"figure": None})
    content = content.model_copy(update={"figure": sample.figure(desk, None)})
    found = page(sample.of(content, desk.verdicts, "import"))
    assert "The drawing is not at hand; its description: A wheel with paced walking" in found.text


def test_an_article_without_a_lead_says_why():
    desk = sample_parts.Desk()
    content = sample.article(desk)
    used = {s.id for s in content.lead.statements}
    lead = content.lead.model_copy(update={"statements": (), "absent": "nothing was found"})
    content = content.model_copy(update={"lead": lead})
    version = sample.of(content, [v for v in desk.verdicts if v.statement not in used])
    assert "No summary, and why: nothing was found" in page(version).text
    entry = read(facts(version, sample.context()).entry)
    assert "No summary, and why: nothing was found" in entry.text


def test_a_video_is_a_link_or_nothing():
    found = page(sample.version())
    assert "▶ a sample video: no video has been chosen." in found.text
    assert "https://video.example/watch?v=1" in found.values("href")
    assert any(isinstance(b, Video) for s in sample.version().article.sections for b in s.blocks)


def test_shares_are_exact_at_their_ends():
    article = sample.version().article
    view = article_view(sample.version(), sample.context()).share
    assert (view.total, view.sourced, view.llm) == (19, 9, 10)
    assert (view.sourced_percent, view.llm_percent) == (47, 53)
    bare = article.model_copy(update={"sections": (article.sections[6],), "figure": None})
    sourced = bare.model_copy(update={"sections": (article.sections[1],)})
    only = bare.lead.model_copy(update={"statements": bare.lead.statements[1:]})
    assert sourced_percent(sourced.model_copy(update={"lead": only})) == 100
    assert sourced_percent(bare) == 25


def test_reading_time_counts_words_at_the_documented_rate():
    article = sample.version().article
    lead = article.lead.statements[0]
    long = lead.model_copy(update={"text": "word " * (238 * 7)})
    longer = article.model_copy(
        update={"lead": article.lead.model_copy(update={"statements": (long,)})}
    )
    assert reading_minutes(article) == 1
    assert reading_minutes(longer) == 8


def test_an_entry_tells_what_its_article_is():
    version = sample.version()
    found = read(facts(version, sample.context(checked=False)).entry)
    places(
        found.text,
        [
            "Paced Walking (PW)",
            "stands here as sample data. LLM",
            "version 1.0 · 2026-06-04 · model sample-model-1 · not reviewed by a person · 47 %",
            "Not checked",
        ],
    )
    statement = version.article.lead.statements[0].id
    assert f"{ROOT}paced-walking/index.html#{statement}" in found.values("href")
