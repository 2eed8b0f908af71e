"""Quotes are found to the letter, whatever their typography, and nothing altered is found."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shared import ROOT, shared

from citewright.checks.quotes import ELLIPSIS_REACH, QuoteFinder, comparison_form, same_words

OWN = (
    "Slow breathing lowered the pulse of 52 invented adults by −3.5 beats (95% CI 1.2–5.8), but\n"
    "not in the 10⁵ people of the register. The “well-known” effect — the institute’s own — was\n"
    "modest: 10,000 steps, .05 of a mile, non-suicidal people who can’t sleep, and a naïve café.\n"
    "A self-\ncompassionate stance; ﬁrst of all: “the first shall be the last”."
)


@cache
def texts() -> list[str]:
    """Real stored texts where they are at hand."""
    folder = shared("sources", "evidence-spans", "txt")
    return [path.read_text(encoding="utf-8")[:8000] for path in sorted(folder.glob("*.txt"))[:12]]


@cache
def finder(text: str) -> QuoteFinder:
    return QuoteFinder(text)


@cache
def plain(text: str) -> str:
    return comparison_form(text).chars.strip().rstrip(".,;: ").casefold()


@cache
def words_of(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"\S+", text))


def pick(text: str, seed: int, having: str = "", *, without: str = "…") -> str:
    """Some words of a text in a row that begin with a letter and hold what the patterns say."""
    tokens = words_of(text)
    chance = random.Random(seed)
    for _ in range(300):
        start = chance.randrange(1, len(tokens) - 4)
        end = min(len(tokens) - 1, start + chance.randrange(3, 30))
        quote = text[tokens[start].start() : tokens[end].end()]
        # What a hyphen joins across a line's end is one word, which no quote begins or ends in.
        broken = tokens[start - 1][0].endswith("-") or quote.endswith("-")
        marked = re.search(r"\.\s?\.", quote) or re.search(without, quote)
        if quote[0].isalpha() and not broken and not marked and re.search(having, quote):
            return quote
    raise AssertionError("no such words")


SEEDS = st.integers(0, 2**32)
WHERE = pytest.mark.parametrize("real", [False, True], ids=["own", "real"])


@WHERE
@given(SEEDS)
def test_what_stands_there_is_found(real: bool, seed: int) -> None:
    text = texts()[seed % len(texts())] if real else OWN
    quote = pick(text, seed)
    place = finder(text).find(quote)
    assert place is not None, quote
    assert plain(text[slice(*place)]) == plain(quote)
    start = text.index(quote)
    assert finder(text).find(quote, start, start + len(quote)) == (finder(text).find(quote, start))


def _digit(words: list[str], chance: random.Random) -> None:
    place = chance.choice([i for i, word in enumerate(words) if re.search("[0-9]", word)])
    words[place] = re.sub("[0-9]", lambda m: str((int(m[0]) + 1) % 10), words[place], count=1)


def _dropped(words: list[str], chance: random.Random) -> None:
    del words[chance.randrange(1, len(words) - 1)]


def _inserted(words: list[str], chance: random.Random) -> None:
    words.insert(chance.randrange(1, len(words)), "invented")


def _negated(words: list[str], chance: random.Random) -> None:
    words.insert(chance.randrange(1, len(words)), "not")


def _swapped(words: list[str], chance: random.Random) -> None:
    place = chance.randrange(len(words) - 1)
    words[place : place + 2] = reversed(words[place : place + 2])


def _joined(words: list[str], chance: random.Random) -> None:
    place = chance.randrange(len(words) - 1)
    words[place : place + 2] = ["".join(words[place : place + 2])]


def _prefixed(words: list[str], chance: random.Random) -> None:
    place = chance.choice([i for i, word in enumerate(words) if word[0].isalpha()])
    words[place] = "non-" + words[place]


ALTERATIONS = [_digit, _dropped, _inserted, _negated, _swapped, _joined, _prefixed]


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda alter: alter.__name__)
@WHERE
@settings(max_examples=60)
@given(SEEDS)
def test_what_was_altered_is_not_found(alter, real: bool, seed: int) -> None:
    text = texts()[seed % len(texts())] if real else OWN
    # A hyphen at a line's end may be left out, so its two halves may be joined.
    words = pick(text, seed, "[0-9]" if alter is _digit else "", without=r"…|-\s").split()
    alter(words, random.Random(seed))
    altered = " ".join(words)
    assume(plain(altered) not in plain(text))
    assert finder(text).find(altered) is None, altered


def vary(text: str, chance: random.Random) -> str:
    """The same words in another typography."""
    same = {"'": "’‘'", '"': '“”"„', "-": "-‐‑–−", " ": [" ", "\u00a0", "  ", "\n", "\u2009"]}
    piece = "".join(chance.choice(same.get(char, [char])) for char in text)
    piece = piece.replace("fi", chance.choice(["fi", "ﬁ"])).replace("ffl", "ﬄ")
    words = piece.split(" ")
    long = [i for i, word in enumerate(words) if re.fullmatch(r"[a-z]{8,}", word)]
    for place in long[:2]:
        cut = chance.randrange(2, 6)
        words[place] = words[place][:cut] + chance.choice(["-\n", "\u00ad", "\u200b"]) + (
            words[place][cut:]
        )  # fmt: skip
    return unicodedata.normalize(chance.choice(["NFC", "NFD"]), " ".join(words))


@WHERE
@given(SEEDS)
def test_typography_makes_no_difference(real: bool, seed: int) -> None:
    chance = random.Random(seed)
    text = texts()[seed % len(texts())] if real else OWN
    # Before white space a dash may be a line break's hyphen in one text and not in the other.
    quote = pick(text, seed, without=r"…|[-\u2010-\u2015\u2212]\s|\s[-\u2010-\u2015\u2212]")
    place = finder(text).find(vary(quote, chance))
    assert place is not None, quote
    assert plain(text[slice(*place)]) == plain(quote)
    around = vary(f"before {quote} behind", chance)
    found = QuoteFinder(around).find(quote)
    assert found is not None, around
    assert plain(around[slice(*found)]) == plain(quote)
    assert same_words(around[slice(*found)].rstrip(".,;:"), quote.rstrip(".,;:"))


FOUND = [
    # text, quote, what is found
    ("The course lasts.", "the course lasts", "The course lasts"),
    ("The course lasts.", "[T]he course lasts,", "The course lasts."),
    ("and the course lasts.", "[T]he course lasts.", "the course lasts."),
    ("Breathing helps.", "[12] Breathing helps.", "Breathing helps."),
    ("Breathing helps.", "[3, 5–7] breathing helps", "Breathing helps"),
    ("He said “stop now”, and left.", "he said \"stop now\"", "He said “stop now”"),
    ("one two three four five", "one … four", "one two three four"),
    ("one two three four five", "one [...] three . . . five", "one two three four five"),
    ("one two – three", "one [...] – three", "one two – three"),
    ("compas-\nsion training", "compassion training", "compas-\nsion training"),
    ("self-\ncompassion training", "self-compassion training", "self-\ncompassion training"),
    ("of 10–\n20 people", "of 10–20 people", "of 10–\n20 people"),
    ("it is effective —\nnot so", "effective — not so", "effective —\nnot so"),
    ("kindness—mindful presence", "mindful presence", "mindful presence"),
    ("old cafe\u0301 days", "café days", "cafe\u0301 days"),
    ("R = .81 in all", "R = .81", "R = .81"),
    ("doses of 0.5 mg daily", "5 mg daily", "0.5 mg daily"),
    ("about 22.6 million", "about 22.", "about 22.6"),
    ("some 10,000 people", "some 10", "some 10,000"),
    ("fell by −3.5 beats", "3.5 beats", "−3.5 beats"),
    ("for 3–5 people", "5 people", "3–5 people"),
    ("at 120/80 mmHg", "80 mmHg", "120/80 mmHg"),
    ("rose by 5% in all", "rose by 5", "rose by 5%"),
    ("p < .05 in all", "05 in all", ".05 in all"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "found"), FOUND)
def test_found(text: str, quote: str, found: str) -> None:
    place = QuoteFinder(text).find(quote)
    assert place is not None
    assert text[slice(*place)] == found


ABSENT = [
    ("10⁵ cells", "105 cells"),
    ("105 cells", "10⁵ cells"),
    ("10⁵ cells", "10"),
    ("H₂O₂ was used", "H2O2 was used"),
    ("non-suicidal self-injury", "suicidal self-injury"),
    ("was non-inferior to it", "inferior to it"),
    ("was non-\ninferior to it", "inferior to it"),
    ("self-compassion helps", "selfcompassion helps"),
    ("selfcompassion helps", "self-compassion helps"),
    ("they can't sleep", "they can"),
    ("they can’t sleep", "they can"),
    ("fell by 3.5 beats", "−3.5 beats"),
    ("of −3.5 beats", "of 3.5 beats"),
    ("of 10–20 people", "of 1020 people"),
    ("of 10–\n20 people", "of 1020 people"),
    ("COVID-19 patients", "19 patients"),
    ("with 125 people", "25 people"),
    ("an unhappy man", "happy man"),
    ("old cafe\u0301", "old cafe"),
    ("x̄ was 3", "x"),
    ("one two three", "three … one"),
    ("It helps.", "it Helps."),
    ("anything", ""),
    ("anything", "…"),
    ("anything", "[12]"),
    ("anything", " . "),
    ("anything", "\u200b"),
]


@pytest.mark.parametrize(("text", "quote"), ABSENT)
def test_absent(text: str, quote: str) -> None:
    assert QuoteFinder(text).find(quote) is None


def test_an_ellipsis_does_not_reach_across_a_text() -> None:
    text = "the beginning " + "x " * ELLIPSIS_REACH + "the end"
    assert QuoteFinder(text).find("the beginning … the end") is None
    near = "the beginning " + "x " * (ELLIPSIS_REACH // 2 - 20) + "the end"
    assert QuoteFinder(near).find("the beginning … the end") == (0, len(near))


def test_a_stretch_of_a_text_bounds_the_search() -> None:
    text = "one two one two"
    assert QuoteFinder(text).find("one two", 1) == (8, 15)
    assert QuoteFinder(text).find("one two", 1, 14) is None
    assert QuoteFinder(text).find("one two", 0, 7) == (0, 7)


@given(st.text(), st.text(min_size=1))
def test_no_text_is_too_strange(text: str, quote: str) -> None:
    place = QuoteFinder(text).find(quote)
    if place is not None:
        assert 0 <= place[0] < place[1] <= len(text)
    assert same_words(text, text)
    assert same_words(text, quote) == same_words(quote, text)


def test_same_words_tells_signs_and_hyphens() -> None:
    assert same_words("a “naïve” self-test", 'a "nai\u0308ve" self–test')
    assert not same_words("-3.5 beats", "3.5 beats")
    assert not same_words("co-op", "coop")
    assert not same_words("The end", "the end")
    assert not same_words("The end", "The end is near")


def test_the_synthetic_quotes() -> None:
    path = shared("provenance_bench", "dev", "quotes_synthetic.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    found = {True: 0, False: 0}
    exact = 0
    for row in rows:
        text = row["passage"]
        place = QuoteFinder(text).find(row["quote"])
        found[row["is_faithful_quote"]] += place is not None
        if place is not None:
            exact += list(place) == row["span"]
            # Where they differ, a number was completed, or a last mark left out.
            (start, end), (begin, stop) = row["span"], place
            assert re.fullmatch(r"[\d.,%]*", text[min(begin, start) : max(begin, start)])
            assert re.fullmatch(r"[\d.,%\s]*", text[min(stop, end) : max(stop, end)])
            assert begin <= start
    assert len(rows) == 400
    assert found == {True: 200, False: 0}
    assert exact == 185


def _reordered(words: list[str], chance: random.Random) -> None:
    cut = chance.randrange(1, len(words))
    words[:] = words[cut:] + words[:cut]


@settings(max_examples=5000)
@given(SEEDS, st.sampled_from([_digit, _negated, _swapped, _reordered]))
def test_five_thousand_mutations_are_not_found(seed: int, alter) -> None:
    text = texts()[seed % len(texts())]
    words = pick(text, seed, "[0-9]" if alter is _digit else "", without=r"…|-\s").split()
    alter(words, random.Random(seed))
    altered = " ".join(words)
    # What two equal words make when they are swapped stands there still; so does what a mark that
    # came to the front, which counts for nothing there, stood in: a comma, the dash of a list.
    bare = re.sub(r"^(?:\[[\d\s,–-]+\]\s*)+", "", altered).strip(" .,;:–—-")
    assume(bare.casefold() not in " ".join(text.split()).casefold())
    assert finder(text).find(altered) is None, altered


PAGES = [
    # A form feed ends a page; a running head between two pages is no part of a sentence.
    ("they felt\x0ccalm again", "they felt calm again", "they felt\x0ccalm again"),
    ("self-compas-\x0csion helps", "self-compassion helps", "self-compas-\x0csion helps"),
    ("self-compas-\n\x0csion helps", "self-compassion helps", "self-compas-\n\x0csion helps"),
    ("of 10–\x0c20 people", "of 10–20 people", "of 10–\x0c20 people"),
    ("end. [4] Breathing\x0chelps.", "[4] Breathing helps.", "Breathing\x0chelps."),
    ("end.\n[4] Breathing helps.", "[4]Breathing helps", "Breathing helps"),
    ("Breathing helps.", "[4][5] Breathing helps.", "Breathing helps."),
]


@pytest.mark.parametrize(("text", "quote", "found"), PAGES)
def test_page_breaks_and_leading_reference_marks(text: str, quote: str, found: str) -> None:
    place = QuoteFinder(text).find(quote)
    assert place is not None
    assert text[slice(*place)] == found


def test_a_running_head_within_a_sentence_is_told_by_an_ellipsis_only() -> None:
    text = "they felt\n\x0cINVENTED JOURNAL 12\ncalm again"
    assert QuoteFinder(text).find("they felt calm again") is None
    assert QuoteFinder(text).find("they felt … calm again") == (0, len(text))


def documented() -> list[tuple[str, str, bool]]:
    """The examples of docs/checks.md: stored text, quote, whether it is found."""
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| `([^`]+)` \| `([^`]+)` \| (yes|no) \|$", text, re.MULTILINE)
    shown = str.maketrans({"⏎": "\n", "⇟": "\f", "·": "\u00ad"})
    return [(stored.translate(shown), quote, found == "yes") for stored, quote, found in rows]


def test_the_documented_examples_hold() -> None:
    examples = documented()
    assert len(examples) >= 25
    for stored, quote, found in examples:
        assert (QuoteFinder(stored).find(quote) is not None) == found, (stored, quote)
