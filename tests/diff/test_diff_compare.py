"""Two versions compared: what is told of statements, citations, sources and the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model.values import (
    TEXT,
    Desk,
    article,
    citation,
    every_block,
    figure,
    paragraph,
    section,
    snapshot,
    source,
    version,
    with_sections,
)

from citewright.diff import VersionDiff, compare
from citewright.diff.changes import StatementChange, labels
from citewright.errors import InputError
from citewright.model.article import Article, Block
from citewright.model.canonical import canonical_json, dump
from citewright.model.statement import LLM, Statement
from citewright.model.version import FileHash, Generator, Version

WALK = "Walking outdoors each morning raised the mood of the invented volunteers."
SLEEP = "Sleep diaries were collected from every volunteer over nine nights."
TEA = "Nobody in the study drank tea, and the kettle stayed cold throughout."
SONG = "Singing in a choir was the activity that most of them would repeat."


def reworded(statement: Statement, text: str) -> Statement:
    """The same statement, its id kept, with another text."""
    return statement.model_copy(update={"text": text})


def only(diff: VersionDiff) -> StatementChange:
    (change,) = [one for one in diff.statements if one.changed]
    return change


def of(old: Article, new: Article) -> VersionDiff:
    return compare(version(old), version(new, number="1.1"))


def test_equal_versions_have_no_change():
    said = article(*(Desk().llm(text) for text in (WALK, SLEEP)))
    diff = compare(version(said), version(said, number="1.1"))
    assert not diff.changed
    assert diff.counts() == {}
    assert [one.kind for one in diff.statements] == ["unchanged", "unchanged"]


def test_a_reworded_statement_is_told_word_by_word_and_flagged():
    desk = Desk()
    walk, tea = desk.llm(WALK), desk.llm(TEA)
    change = only(
        of(
            article(walk, tea),
            article(reworded(walk, WALK.replace("raised", "did not raise")), tea),
        )
    )
    assert change.kind == "reworded"
    assert [(one.op, one.text) for one in change.spans][1:3] == [
        ("deleted", "raised"),
        ("inserted", "did not raise"),
    ]
    assert {flag.kind for flag in change.flags} >= {"negation"}


def test_a_kept_id_pairs_statements_that_share_no_word():
    desk = Desk()
    walk, tea = desk.llm(WALK), desk.llm(TEA)
    diff = of(article(walk, tea), article(tea, reworded(walk, "Rest.")))
    assert not {one.kind for one in diff.statements} & {"added", "removed"}
    assert next(one for one in diff.statements if one.new[0].text == "Rest.").old[0].text == WALK


def test_a_statement_that_changes_its_section_moved():
    desk = Desk()
    walk, tea, song = desk.llm(WALK), desk.llm(TEA), desk.llm(SONG)
    old = with_sections(
        section(paragraph(walk, tea), name="one"), section(paragraph(song), name="two")
    )
    new = with_sections(
        section(paragraph(walk), name="one"), section(paragraph(tea, song), name="two")
    )
    change = only(of(old, new))
    assert (change.kind, change.old[0].section, change.new[0].section) == ("moved", "one", "two")


def test_a_section_that_moved_as_a_whole_is_one_change_and_no_moved_statements():
    desk = Desk()
    one = section(paragraph(desk.llm(WALK), desk.llm(TEA)), name="one")
    two = section(paragraph(desk.llm(SONG)), name="two")
    diff = of(with_sections(one, two), with_sections(two, one))
    assert diff.counts() == {}
    assert [(field.name, field.new) for field in diff.fields] == [("sections", "two, one")]


def test_other_evidence_of_the_same_source_is_told_with_both_quotes():
    desk = Desk()
    old = desk.cited(WALK, citation("The course lasts eight weeks"))
    new = old.model_copy(update={"marker": desk.cited(WALK, citation("groups of twelve")).marker})
    change = only(of(article(old), article(new)))
    (cited,) = change.citations
    assert labels(change) == ("evidence changed",)
    assert cited.old is not None
    assert cited.new is not None
    assert (cited.old.quote, cited.new.quote) == (
        "The course lasts eight weeks",
        "groups of twelve",
    )


def test_a_demoted_statement_is_re_sourced():
    cited = Desk().cited(WALK)
    change = only(of(article(cited), article(cited.model_copy(update={"marker": LLM}))))
    assert labels(change) == ("re-sourced",)
    assert [one.aspects for one in change.citations] == [("removed",)]
    assert (change.old[0].marker, change.new[0].marker) == ("sources", "llm")


def test_another_verdict_is_a_change_and_a_later_check_is_none():
    said = article(Desk().cited(WALK))
    change = only(compare(version(said), version(said, number="1.1", outcome="partial")))
    assert labels(change) == ("verdict changed",)
    later = [
        one.model_copy(update={"assessed": one.assessed.replace(year=2027)})
        for one in version(said).verdicts
    ]
    assert not compare(version(said), version(said, number="1.1", verdicts=tuple(later))).changed


def test_another_tier_is_told_of_the_statement_and_of_the_source():
    said = article(Desk().cited(WALK))
    diff = of(said, said.model_copy(update={"sources": (source(tier="T3"),)}))
    assert labels(only(diff)) == ("tier changed",)
    assert [one.fields for one in diff.sources] == [("tier",)]


def test_sources_that_come_go_and_change_their_number():
    said = article(Desk().llm(WALK))
    first, second, third = (source(f"invented-{year}") for year in (2001, 2002, 2003))
    old = said.model_copy(update={"sources": (first, second)})
    new = said.model_copy(update={"sources": (second, third)})
    told = [(one.source, one.old, one.new) for one in of(old, new).sources]
    assert told == [
        ("invented-2002", 2, 1),
        ("invented-2003", None, 2),
        ("invented-2001", 1, None),
    ]


def test_a_text_retrieved_anew_is_told_of_its_source():
    said = article(Desk().llm(WALK))
    again = version(said, number="1.1", snapshots=(snapshot(TEXT + " More."),))
    assert [one.fields for one in compare(version(said), again).sources] == [("snapshot",)]


def test_how_a_version_was_made_is_compared():
    said = article(Desk().llm(WALK))
    prompt = FileHash(name="prompts/lead.md", sha256="sha256:" + 64 * "a")
    new = version(
        said,
        number="1.1",
        generator=Generator(drafter="claude", models=("invented-model",)),
        files=(prompt,),
    )
    assert {field.name for field in compare(version(said), new).fields} == {
        "drafter",
        "models",
        "file prompts/lead.md",
    }


def test_versions_of_two_articles_are_refused():
    with pytest.raises(InputError, match="two articles"):
        compare(version(article()), version(article(slug="another")))


def test_it_survives_json_and_its_canonical_form():
    desk = Desk()
    old = with_sections(section(*every_block(desk)), figure=figure(desk))
    new = with_sections(section(*every_block(Desk())[::-1]))
    diff = of(old, new)
    assert VersionDiff.model_validate_json(canonical_json(dump(diff))) == diff


def _other_texts(draw: st.DataObject, block: Block) -> Block:
    """The block, perhaps with its label, term, cells or data changed."""
    updates: dict[str, dict[str, object]] = {
        "paragraph": {"label": "Mind"},
        "list": {"ordered": False},
        "example": {"label": "Another example"},
        "figure": {"alt": "A wheel of three."},
        "video": {"url": None},
        "table": {"claim_header": "Ground"},
    }
    if block.type in updates and draw.draw(st.booleans()):
        return block.model_copy(update=updates[block.type])
    return block


@given(st.data())
def test_nothing_of_an_article_changes_unnoticed(data: st.DataObject):
    """Whatever is dropped, reordered or relabelled: no change told means equal articles."""
    desk = Desk()
    blocks, drawing = every_block(desk), figure(desk)
    old = with_sections(section(*blocks), figure=drawing)
    kept = data.draw(st.lists(st.sampled_from(range(len(blocks))), unique=True, min_size=1))
    new = with_sections(
        section(*(_other_texts(data, blocks[n]) for n in kept)),
        figure=data.draw(st.sampled_from([drawing, None])),
    )
    new = new.model_copy(
        update={
            "title": data.draw(st.sampled_from([old.title, "Another Title"])),
            "taxonomy": data.draw(st.sampled_from([old.taxonomy, ()])),
        }
    )
    before, after = version(old), version(new, number="1.1")
    assert compare(before, after).changed == (before.content != after.content)
    assert _undone(compare(before, after), after)


def _undone(diff: VersionDiff, after: Version) -> bool:
    """Whether the new side of the diff holds the new version's statements, each once."""
    told = [place.id for change in diff.statements for place in change.new]
    return told == [statement.id for statement in after.article.statements()]


def test_statements_that_change_their_paragraph_are_told():
    desk = Desk()
    walk, tea, song = desk.llm(WALK), desk.llm(TEA), desk.llm(SONG)
    old = with_sections(section(paragraph(walk, tea), paragraph(song)))
    new = with_sections(section(paragraph(walk), paragraph(tea, song)))
    diff = of(old, new)
    assert diff.counts() == {}
    assert [(field.old, field.new) for field in diff.fields] == [("1 2 | 3", "1 | 2 3")]
