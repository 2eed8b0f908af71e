"""The drafter that only quotes: exact sentences, once each, within the words asked for."""

from __future__ import annotations

from functools import cache

import pytest
from drafting.claude_tasks import SNAPSHOT, source, spec
from model.values import NOW
from shared import ROOT, shared

from citewright.checks.examine import Corpus
from citewright.checks.quotes import QuoteFinder, same_words
from citewright.checks.section import NO_EVIDENCE, review, settle
from citewright.drafting.extractive import NEEDS_WRITING, NOTHING_SAID, ExtractiveDrafter
from citewright.drafting.extractive_cover import MOST_SENTENCES
from citewright.drafting.extractive_lists import MOST_DEFINITIONS
from citewright.drafting.extractive_select import LEAD_SENTENCES
from citewright.drafting.extractive_sentences import WORDS, Reader
from citewright.drafting.ports import SectionTask
from citewright.model.article import block_statements
from citewright.model.brief import Brief, Outline, SectionSpec
from citewright.model.canonical import bytes_digest
from citewright.model.draft import (
    DefinitionsDraft,
    DraftStatement,
    ProseDraft,
    QuestionsDraft,
    SectionDraft,
)
from citewright.model.evidence import Passage
from citewright.model.outlay import Outlay
from citewright.resources import read_yaml
from citewright.retrieval.jats import from_jats
from citewright.retrieval.passages import split
from citewright.retrieval.plain import from_markdown

JATS = ("PMC3494227", "PMC5053082", "PMC5154058")


@cache
def notes() -> dict[str, str]:
    folder = ROOT / "sources" / "notes"
    return {path.stem: from_markdown(path.read_text("utf-8")) for path in folder.glob("*.md")}


@cache
def articles() -> dict[str, str]:
    folder = shared("sources", "mindfulness-self-compassion").parent
    paths = [path for path in sorted(folder.glob("*/*.nxml")) if path.stem in JATS]
    return {path.stem.lower(): from_jats(path.read_bytes()) for path in paths}


@cache
def outline() -> Outline:
    return read_yaml(Outline, ROOT / "prompts" / "outlines" / "modality.yaml")


def cut(texts: dict[str, str]) -> tuple[Passage, ...]:
    return tuple(
        passage
        for key, text in sorted(texts.items())
        for digest in [bytes_digest(text.encode())]
        for passage in split(text, source=key, snapshot=digest, text_digest=digest)
    )


def task(
    section: SectionSpec,
    passages: tuple[Passage, ...],
    offered: tuple[Passage, ...] | None = None,
    *,
    noted: bool = False,
) -> SectionTask:
    keys = tuple(dict.fromkeys(passage.source for passage in passages)) or ("none",)
    brief = Brief(
        slug="a-practice",
        title="A Practice",
        topic="mindfulness self-compassion training",
        taxonomy=(),
        outline="modality",
        sources=keys,
    )
    return SectionTask(
        brief=brief,
        spec=section,
        offered=passages if offered is None else offered,
        shared=passages,
        sources=tuple(source(key) for key in keys),
        coverage=dict.fromkeys(keys, "notes" if noted else "full_text"),
    )


def lines(text: str, *, source: str = "invented", start: int = 0, heading: str = "") -> Passage:
    """A passage of an invented text, one sentence a line; a form feed breaks a line within one."""
    sentences, place = [], start
    for line in text.split("\n"):
        sentences.append((place, place + len(line)))
        place += len(line) + 1
    stored = text.replace("\f", "\n")
    return Passage(
        id=Passage.name(bytes_digest(source.encode()), start, start + len(text)),
        source=source,
        snapshot=SNAPSHOT,
        start=start,
        end=start + len(text),
        text=stored,
        sentences=tuple(sentences),
        heading=heading,
    )


def said(text: str, section: SectionSpec | None = None) -> list[str]:
    """What is quoted from sentences of an invented text, one a line."""
    draft = ExtractiveDrafter().draft(task(section or spec(), (lines(text),)))
    return [one.text for one in statements(draft)]


def quotable(text: str, *, names: tuple[str, ...] = (), heading: str = "") -> list[str]:
    """What of an invented text can be quoted at all."""
    one = lines(text, heading=heading)
    return [sentence.text for sentence in Reader([one], names).sentences(one)]


def statements(draft: SectionDraft) -> list[DraftStatement]:
    match draft.body:
        case ProseDraft(blocks=blocks):
            return [one for block in blocks for one in block.statements]
        case DefinitionsDraft(entries=entries):
            return [entry.definition for entry in entries]
        case QuestionsDraft(questions=questions):
            return list(questions)
    return []


SECTIONS = [spec.id for spec in (outline().lead, *outline().sections) if spec.kind == "prose"]


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("texts", [notes, articles], ids=["notes", "articles"])
def test_a_section_is_exact_sentences_within_its_words(name: str, texts) -> None:
    section = outline().section(name)
    passages = cut(texts())
    given = task(section, passages, passages[::3], noted=texts is notes)
    made = ExtractiveDrafter().draft(given)
    assert made == ExtractiveDrafter().draft(given)
    found = statements(made)
    assert found or texts is articles
    assert len({one.text.casefold() for one in found}) == len(found)
    assert len(found) <= (LEAD_SENTENCES if name == "lead" else MOST_SENTENCES)
    assert sum(len(one.text.split()) for one in found) <= max(section.words[1], 2 * WORDS[1])
    exact = {
        passage.id: [
            passage.text[a - passage.start : b - passage.start] for a, b in passage.sentences
        ]
        for passage in given.shared
    }
    for one in found:
        [cited] = one.citations
        assert any(sentence.strip().endswith(cited.quote) for sentence in exact[cited.passage])
        assert same_words(one.text, cited.quote)
        assert one.marker == "sources"
    assert (made.form, made.spending, made.answers) == ("quotation", (), ())


def test_articles_fill_their_sections_and_no_two_quote_the_same() -> None:
    passages = cut(articles())
    sections = [outline().section(name) for name in SECTIONS if name != "lead"]
    quoted = []
    for place, section in enumerate(sections):
        offered = passages[place :: len(sections)]
        quoted += statements(ExtractiveDrafter().draft(task(section, passages, offered)))
    assert len(quoted) >= 10
    assert len({one.text for one in quoted}) == len(quoted)


@pytest.mark.parametrize("texts", [notes, articles], ids=["notes", "articles"])
def test_every_quotation_stands_after_the_checks(texts) -> None:
    passages = cut(texts())
    corpus = Corpus(
        passages={passage.id: passage for passage in passages},
        finders={bytes_digest(text.encode()): QuoteFinder(text) for text in texts().values()},
        tiers=dict.fromkeys(texts(), "T1"),
    )
    section = outline().section("core-principles")
    made = ExtractiveDrafter().draft(task(section, passages, passages[::2]))
    result = review(section, made, corpus)
    assert [(one.text, one.failures) for one in result.failures] == []
    outcome = settle(result, (), NOW)
    assert {verdict.outcome for verdict in outcome.verdicts} == {"supported"}
    assert outcome.section
    assert len(outcome.verdicts) == sum(
        len(list(block_statements(block))) for block in outcome.section.blocks
    )


def test_sources_stand_in_the_order_of_the_library() -> None:
    passages = cut(notes())
    mixed = tuple(sorted(passages, key=lambda passage: passage.start))
    made = ExtractiveDrafter().draft(task(outline().section("core-principles"), passages, mixed))
    assert isinstance(made.body, ProseDraft)
    home = {passage.id: passage.source for passage in passages}
    per_block = [
        {home[one.citations[0].passage] for one in block.statements} for block in made.body.blocks
    ]
    assert all(len(sources) == 1 for sources in per_block)
    order = [sources.pop() for sources in per_block]
    assert order == sorted(set(order))
    assert len(order) > 1


STANDS = "Breathing exercises lowered the pulse of all invented participants in the trial."


@pytest.mark.parametrize(
    "other",
    [
        "It also lowered the pulse of all invented participants in the trial.",
        "For example, breathing exercises lowered the pulse in the invented trial.",
        "We found that breathing exercises lowered the pulse in the invented trial.",
        "Although these exercises lowered the pulse, nobody in the invented trial slept.",
        "However, they lowered the pulse of all participants in the invented trial.",
        "Breathing exercises lowered the pulse in the trial, as Table 2 shows.",
        "Breathing exercises lowered the pulse in the trial (see www.example.org for all).",
        "Breathing exercises lowered the pulse in the trial (and in all",
        "breathing exercises lowered the pulse of all invented participants in the trial.",
        "Breathing exercises lowered the pulse.",
        "Breathing exercises in the trial: " + "and so on " * 30 + ".",
        "QBX and VZT lowered the pulse of all invented participants in the trial.",
        "The authors thank all the invented participants for their time in the trial.",
    ],
)
def test_what_cannot_stand_alone_is_not_quoted(other: str) -> None:
    assert quotable(f"{STANDS}\n{other}") == [STANDS]


@pytest.mark.parametrize(
    ("whole", "quoted"),
    [
        (f"Results: {STANDS}", STANDS),
        (f"2. {STANDS}", STANDS),
        (f"Main Findings {STANDS}", STANDS),
        (
            "Finally, the small sample of the invented trial calls for some caution.",
            "the small sample of the invented trial calls for some caution.",
        ),
    ],
)
def test_a_quotation_begins_behind_labels_and_joints(whole: str, quoted: str) -> None:
    assert quotable(whole, heading="Main Findings") == [quoted]


@pytest.mark.parametrize(
    ("broken", "elsewhere", "shown"),
    [
        ("inter-\fvention", "An intervention is meant.", "intervention"),
        ("self-\fcompassion", "It is self-compassion that counts.", "self-compassion"),
        ("well-\fbeing", "Being well is meant.", "well-being"),
        ("3-\f5", "", "3-5"),
        ("MBSR-\f8", "", "MBSR-8"),
    ],
)
def test_words_broken_at_a_line_are_shown_whole_and_found_again(
    broken: str, elsewhere: str, shown: str
) -> None:
    text = f"The MBSR course was on {broken} as the invented handbook says of it."
    one, other = lines(text), lines(elsewhere or "Nothing.", start=1000)
    [sentence] = Reader([one, other], ("MBSR",)).sentences(one)
    assert sentence.text == f"The MBSR course was on {shown} as the invented handbook says of it."
    place = QuoteFinder(one.text).find(sentence.quote)
    assert place is not None
    assert same_words(sentence.text, one.text[slice(*place)])


def test_an_abbreviation_is_explained_by_titles_or_by_the_sentence_itself() -> None:
    text = "QBX therapy and VZT therapy lowered the pulse of all invented adults."
    assert quotable(text) == []
    assert quotable(text, names=("A trial of QBX", "Very Zealous Training")) == [text]
    own = "Very zealous training (VZT) lowered the pulse of all adults beside QBX therapy."
    assert quotable(own) == [own]


def test_the_same_said_twice_is_quoted_once() -> None:
    again = (
        "Breathing exercises lowered the pulse of all of the invented participants in the trial."
    )
    assert said(f"{STANDS}\n{STANDS.upper()}\n{again}") == [STANDS]


def test_of_the_same_said_in_two_sections_one_is_quoted() -> None:
    taught = "Breathing exercises are taught in all of the eight sessions of the invented course."
    section = spec().model_copy(update={"claims": ("technique",)})
    one, other = lines(taught), lines(taught, source="other", start=500)
    drafts = [
        ExtractiveDrafter().draft(task(section, (one, other), (offered,)))
        for offered in (one, other)
    ]
    assert [[one.text for one in statements(draft)] for draft in drafts] == [[taught], []]


def test_what_was_found_is_quoted_where_evidence_belongs_and_nowhere_else() -> None:
    found = lines("Breathing exercises significantly reduced worry in people with insomnia.")
    evidence, uses = spec(), spec().model_copy(update={"claims": ("indication",)})
    by_section = [
        statements(ExtractiveDrafter().draft(task(section, (found,), offered)))
        for section, offered in ((evidence, ()), (uses, (found,)))
    ]
    assert [len(quoted) for quoted in by_section] == [1, 0]


def test_limits_stand_behind_findings_of_all_sources() -> None:
    limit = "The small sample of the invented training calls for caution with its results."
    other = "Meditation training reduced worry significantly in all of the adults of a school."
    passages = (lines(f"{limit}\n{STANDS}", source="a"), lines(other, source="b", start=900))
    made = ExtractiveDrafter().draft(task(spec(), passages))
    assert isinstance(made.body, ProseDraft)
    shown = [[one.text for one in block.statements] for block in made.body.blocks]
    assert shown == [[STANDS], [other], [limit]]


@pytest.mark.parametrize(("heading", "count"), [("Discussion", 1), ("Introduction", 0)])
def test_this_study_is_the_source_unless_others_are_told_of(heading: str, count: int) -> None:
    text = "In this invented trial, meditation training significantly reduced worry in adults."
    made = ExtractiveDrafter().draft(task(spec(), (lines(text, heading=heading),)))
    assert len(statements(made)) == count


def test_how_a_study_was_done_is_no_matter_of_a_section() -> None:
    told = lines(STANDS, heading="Statistical analysis")
    measured = lines("The pulse was measured with a questionnaire after the training.", start=300)
    assert statements(ExtractiveDrafter().draft(task(spec(), (told, measured)))) == []


def test_what_the_section_asks_for_comes_first() -> None:
    other = "The institute was founded by an invented person in an invented town."
    filler = "\n".join(
        f"Nothing of what number {n} says belongs to any question." for n in "abcdefg"
    )
    assert said(f"{other}\n{filler}\n{STANDS}") == [STANDS]


DEFINES = {
    "Backdraft":
        "Backdraft is the term for old pain that rises when people are kind to themselves.",
    "Mindful Self-Compassion":
        "Mindful Self-Compassion (MSC) is an eight-week training for the general public.",
    "Self-Compassion Scale":
        "The Self-Compassion Scale is a questionnaire of 26 items in six subscales.",
    "Self-compassion letter":
        "A self-compassion letter is a letter that people write to themselves.",
    "Over-identification":
        "Over-identification is, in the model, the state of being caught up in feelings.",
    "Self-pity":
        "Self-pity, in Neff's model, is a state of people who see only their own pain.",
    "Fierce self-compassion":
        "Fierce self-compassion is Kristin Neff's term for the active side of the stance.",
    "Theory of mind":
        "Theory of mind refers to the ability to see what other people think and feel.",
    "Self-kindness":
        "Self-kindness means comforting oneself in pain in place of harsh judgment.",
    "Acceptance":
        "Acceptance can be defined as the willingness to feel what is there to be felt.",
}  # fmt: skip


@pytest.mark.parametrize(("term", "sentence"), DEFINES.items())
def test_a_term_is_what_the_sentence_defines(term: str, sentence: str) -> None:
    made = definitions(sentence)
    assert [entry.term for entry in made.entries] == [term]
    assert made.entries[0].definition.text == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Compassion in Neff's book means being kind to oneself in a time of pain.",
        "Wikipedia's article describes mindfulness as a balanced approach to feelings.",
        "The idea that self-compassion is merely soft is a mistake in the eyes of many.",
        "Although the course is a program for all, some people leave it early on.",
        "Loving-kindness meditation is taught in most of the eight weekly sessions.",
        "Online courses are effective for most of the people who finish all of them.",
        "The primary outcome is the change in the score after the eight weekly sessions.",
        "Kristin Neff and Christopher Germer are the developers of the eight-week course.",
        "Participants viewed a mean of six sessions and completed a mean of five of them.",
        "What matters most is a kind tone of voice toward oneself in a hard moment.",
        "There is a small difference between the two groups at the end of the course.",
    ],
)
def test_what_defines_nothing_gives_no_term(sentence: str) -> None:
    assert definitions(sentence).entries == ()


def definitions(*sentences: str) -> DefinitionsDraft:
    one = lines("\n".join(sentences))
    made = ExtractiveDrafter().draft(task(spec("definitions"), (one,)))
    assert isinstance(made.body, DefinitionsDraft)
    return made.body


def test_a_term_is_defined_once_and_terms_are_sorted() -> None:
    found = definitions(
        "Patience is a stance toward the time that things take to change at all.",
        "Backdraft is the rise of old pain when people treat themselves with kindness.",
        "Backdraft is a word from firefighting that teachers of the course have borrowed.",
    )
    assert [entry.term for entry in found.entries] == ["Backdraft", "Patience"]


@pytest.mark.parametrize("texts", [notes, articles], ids=["notes", "articles"])
def test_terms_of_real_texts(texts) -> None:
    section = next(one for one in outline().sections if one.kind == "definitions")
    made = ExtractiveDrafter().draft(task(section, cut(texts())))
    assert isinstance(made.body, DefinitionsDraft)
    terms = [entry.term for entry in made.body.entries]
    assert 2 <= len(terms) <= MOST_DEFINITIONS
    for entry in made.body.entries:
        assert entry.term.casefold() in entry.definition.text.casefold()
        assert len(entry.term.split()) <= 5
        assert entry.term[0].isupper()
    if texts is notes:
        assert {"Backdraft", "Self-compassion"} & set(terms)


@pytest.mark.parametrize("kind", ["examples", "resources"])
def test_what_has_to_be_written_is_omitted_with_the_reason(kind: str) -> None:
    made = ExtractiveDrafter().draft(task(spec(kind), cut(notes())))
    assert (made.body, made.omitted, made.failure) == (None, NEEDS_WRITING, None)


FORMS = {
    "questions": (
        "How do you meet a client who is ashamed of every wish for kindness?",
        "What is the effect of the invented training on the pulse of adults?",
    ),
    "smart_table": (
        "The goal of homework is that clients practice kindness for ten minutes each day.",
        "The goal of the study was that clients practiced kindness for ten minutes each day.",
    ),
    "misconceptions": (
        "A common misconception is that kindness to oneself makes people lazy.",
        "Kindness to oneself is taught to people who have been lazy for years.",
    ),
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_of_its_own_is_quoted_where_a_source_has_it(kind: str) -> None:
    having, lacking = FORMS[kind]
    # Wherever it stands: the passage need not be offered to this section.
    passages = (lines(f"{lacking}\n{having}"),)
    made = ExtractiveDrafter().draft(task(spec(kind), passages, ()))
    assert [one.text for one in statements(made)] == [having]
    assert made.omitted is None


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_that_no_source_has_is_omitted_with_the_reason(kind: str) -> None:
    made = ExtractiveDrafter().draft(task(spec(kind), (lines(FORMS[kind][1]),)))
    assert (made.body, made.omitted, made.failure) == (None, NOTHING_SAID[kind], None)


@pytest.mark.parametrize("kind", ["prose", "definitions"])
@pytest.mark.parametrize("text", ["", "It also did so, as they said in all of their talks."])
def test_no_evidence_is_no_section(kind: str, text: str) -> None:
    passages = cut({"invented": text}) if text else ()
    made = ExtractiveDrafter().draft(task(spec(kind), passages))
    assert statements(made) == []
    outcome = settle(review(spec(kind), made, Corpus({}, {}, {})), (), NOW)
    assert (outcome.absent, outcome.failed) == (NO_EVIDENCE, False)


def test_a_repair_changes_nothing() -> None:
    given = task(outline().lead, cut(notes()))
    made = ExtractiveDrafter().draft(given)
    assert ExtractiveDrafter().repair(given, made, ()) is made
    assert ExtractiveDrafter().repairs == 0
    assert ExtractiveDrafter().prepare(given) == Outlay()
    assert ExtractiveDrafter().read_whole(given.brief, ()).findings == ()
