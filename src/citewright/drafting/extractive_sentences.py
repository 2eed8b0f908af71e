"""The sentences of passages that can be quoted: whole, true of more than one study's conduct, and
understood without what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from citewright.drafting.extractive_terms import stems
from citewright.model.base import clean_text
from citewright.model.evidence import Passage

WORDS = (7, 60)
"""Fewest and most words of a sentence worth quoting."""

UNRESOLVED = 1
"""Most abbreviations of a sentence that nothing resolves."""

SAME = 0.6
"""Share of the words of two sentences from which on they say the same."""

_LABEL = re.compile(
    r"(?:(?:background|introduction|objectives?|aims?|purpose|methods?|design|setting|participants|"
    r"interventions?|results?|findings?|main results|principal findings|discussion|conclusions?|"
    r"interpretation|limitations?|implications?|significance)"
    r"(?:(?: and| &) (?:aims?|objectives?|conclusions?|purpose|results?))?\s*[.:—–-]\s*"
    r"|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])[.)]\s+|[•·▪–—*-]\s+)(?=[\"“‘'(]?[A-Z])",
    re.IGNORECASE,
)
# A sentence that opens with one of these points at something before it.
_LEANING = re.compile(
    r"(?:(?:it|its|that|they|their|them|he|she|his|her|both|however|moreover|furthermore|therefore|"
    r"thus|hence|also|then|finally|nevertheless|nonetheless|additionally|consequently|similarly|"
    r"likewise|conversely|instead|otherwise|overall|rather|another|others?|further|indeed|besides|"
    r"accordingly|subsequently|afterwards?|meanwhile|still|specifically|interestingly|"
    r"importantly|notably|first(?:ly)?|second(?:ly)?|third(?:ly)?|fourth|fifth|sixth|next|"
    r"last(?:ly)?|"
    r"the (?:latter|former|same|others?|second|third|first|next|remaining|above|following)|yet|"
    r"in (?:addition|contrast|turn|fact|particular|other words|so doing|sum|summary|short|general|"
    r"comparison|line with|accordance with|each|all|either)|for (?:example|instance|all|each)|"
    r"to (?:this|that|our|summari[sz]e|conclude|illustrate|do so)|"
    r"as (?:such|noted|mentioned|shown|expected|described|discussed|hypothesi[sz]ed|predicted|"
    r"a (?:result|consequence)|can be seen)|at (?:this|that|the same|each)|on the (?:other|"
    r"one) hand|"
    r"after (?:that|which)|of (?:these|those|the \w+|them|note|interest|\w+ (?:wo)?men|"
    r"\w+ pa\w+)|and|but|or|so|we|our|here|"
    r"one (?:of (?:these|them)|such|possible)|an? (?:second|third|further|additional|similar|final|"
    r"related)|according to (?:this|these)|because|even so|again|together|given (?:this|these|"
    r"that)|"
    r"with (?:this|these|regard|respect)|more (?:specifically|importantly|generally)|"
    r"all (?:of )?(?:these|those)|most of (?:these|the)|none of|see|note)\b"
    r"|(?:\S+ ){0,3}?(?:this|these|those|such(?! as))\b|\w+ly,)",
    re.IGNORECASE,
)
# Which study is meant, the number of the source behind the quotation says.
_SELF = re.compile(
    r"(?:in )?(?:this|the present|the current) (?:[\w-]+ ){0,3}?(?:study|trial|rct|review|"
    r"meta-analysis)\b,? ?(?!(?:group|condition|arm|session)s?\b)",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:table|figure|fig\.?|appendix|supplement\w*|section|box|chapter|trial registration|"
    r"informed consent|copyright|license|doi|isrctn\w*|nct\d+|above|aforementioned|"
    r"these (?:studies|trials|findings|results|data)|below(?=[.,;)])|described (?:earlier|"
    r"previously|elsewhere)|respectively|former|latter|similar (?:findings|results)|"
    r"the researchers|(?:the )?authors?)\b|https?://|www\.|@|[=<>≤≥]\s*$",
    re.IGNORECASE,
)
# What only joins a sentence to the one before: a quotation may begin behind it.
_JOINT = re.compile(
    r"(?:however|moreover|furthermore|therefore|thus|hence|finally|nevertheless|nonetheless|"
    r"additionally|consequently|overall|indeed|accordingly|importantly|notably|first(?:ly)?|"
    r"second(?:ly)?|third(?:ly)?|fourth(?:ly)?|fifth(?:ly)?|last(?:ly)?|also|likewise|"
    r"in (?:addition|conclusion|summary|sum|general)|taken together|to our knowledge), ",
    re.IGNORECASE,
)
# "we" and "our" are the authors of the source, unless somebody is quoted.
_FIRST_PERSON = re.compile(
    r"(?<![\"“‘])\b(?:we\b|our (?:own )?(?:\w+ )?(?:stud|trial|sample|result|finding|data|analys|"
    r"knowledge|intervention|program|protocol|research|hypothes|participants|work|aim|team))",
    re.IGNORECASE,
)
# What a paper says of itself: money, permission, people. True, and never what a section asks for.
_FORMAL = re.compile(
    r"\b(?:funders?|funded by|funding|grants?|supported this (?:research|study|work)|disclosed|"
    r"conflicts? of interest|competing interests?|ethics committee|ethical approval|review board|"
    r"declaration of helsinki|written consent|authors? contribut\w+|acknowledg\w+|"
    r"correspondence|manuscript|submitted\)|open access|statistical analys[ei]s|version \d)\b"
    r"|\b[A-Z]\.\s?[A-Z]\.(?=[,);’'])|\((?:[A-Z]{2,3}(?:, | and ))+[A-Z]{2,3}\)",
)
_ABBREVIATION = re.compile(r"(?<![\w.])[A-Za-z]{0,2}[A-Z]{2,}[A-Z0-9]*(?:-[A-Z]+)*(?=s?\b)")
_MIXED = re.compile(r"\b[A-Z][a-z]?[A-Z][a-z]?[A-Z]?\b")
_EVERYDAY = frozenset(
    "AIDS ADHD ANCOVA ANOVA BMI CBT CI DSM DSM-IV DSM-V EEG GP HIV HR ICD IQ IQR MD MRI NHS NICE "
    "OCD OR PTSD RCT RR SD SE TV UK US USA WHO DVD EU UN II III IV VI PM AM".split()
)
_BREAK = re.compile(r"(\w*)([-\u2010\u2011\u2012-\u2015\u2212])[^\S\n]*\n\s*(\w*)")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage: the exact ``quote`` as it is stored, and its ``text`` to be read.

    ``stems`` are those of its text; ``unresolved`` counts abbreviations that nothing explains.
    """

    passage: Passage
    place: int
    quote: str
    text: str
    stems: frozenset[str]
    unresolved: int

    @property
    def at(self) -> tuple[int, int]:
        """Where it stands in its source: in the order of the text."""
        return self.passage.start, self.place


class Reader:
    """Cuts passages into quotable sentences.

    :param passages: all passages of the article, which tell how a word broken at a line's end is
        written elsewhere.
    :param names: titles of the article and of its sources, which resolve abbreviations.
    """

    def __init__(self, passages: Iterable[Passage], names: Iterable[str]) -> None:
        # Without the words that are broken themselves, whose halves are no words.
        held = _BREAK.sub(" ", " ".join(passage.text for passage in passages)).casefold()
        self._written = frozenset(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", held))
        names = tuple(names)
        self._named = " ".join(names)
        initials = ("".join(word[0] for word in re.findall(r"[^\W\d_]+", name)) for name in names)
        self._initials = " ".join(initials).upper()
        self._cut: dict[Passage, tuple[Sentence, ...]] = {}

    def sentences(self, passage: Passage) -> tuple[Sentence, ...]:
        """The sentences of a passage that stand alone, in order."""
        if passage not in self._cut:
            self._cut[passage] = tuple(self._sentences(passage))
        return self._cut[passage]

    def _sentences(self, passage: Passage) -> Iterator[Sentence]:
        for place, (start, end) in enumerate(passage.sentences):
            whole = passage.text[start - passage.start : end - passage.start].strip()
            quote = _bare(whole, passage)
            text = clean_text(_BREAK.sub(self._whole, quote))
            if text and stands_alone(text, joined=quote[0].islower() and whole[:1].isupper()):
                unresolved = len(self._unresolved(text))
                if unresolved <= UNRESOLVED:
                    yield Sentence(passage, place, quote, text, frozenset(stems(text)), unresolved)

    def _whole(self, broken: re.Match[str]) -> str:
        """A word that a line's end broke, as it is written elsewhere in the sources."""
        before, dash, after = broken.groups()
        if dash not in "-\u2010\u2011\u2212" or not (before[-1:].isalpha() and after[:1].isalpha()):
            return f"{before}{dash}{after}"
        joined, parted = f"{before}{after}".casefold(), f"{before}-{after}".casefold()
        both = before.casefold() in self._written and after.casefold() in self._written
        hyphen = joined not in self._written and (parted in self._written or both)
        return f"{before}-{after}" if hyphen else f"{before}{after}"

    def names_one(self, text: str) -> bool:
        """Whether a sentence has an abbreviation that the titles explain, as of a therapy."""
        found = {*_ABBREVIATION.findall(text), *_MIXED.findall(text)} - _EVERYDAY
        return any(self._titled(one) for one in found)

    def _titled(self, short: str) -> bool:
        return short in self._named or re.sub(r"[^A-Z]", "", short) in self._initials

    def _unresolved(self, text: str) -> set[str]:
        found = {*_ABBREVIATION.findall(text), *_MIXED.findall(text)} - _EVERYDAY
        return {one for one in found if not self._resolved(one, text)}

    def _resolved(self, short: str, text: str) -> bool:
        introduced = re.search(
            rf"\([^()]*\b{re.escape(short)}s?\b[^()]*\)|\b{re.escape(short)} \(", text
        )
        own = "".join(word[0] for word in re.findall(r"[^\W\d_]+", text)).upper()
        return bool(introduced) or self._titled(short) or re.sub(r"[^A-Z]", "", short) in own


def _bare(quote: str, passage: Passage) -> str:
    """A sentence without the label or the heading that runs into it."""
    heading = passage.heading
    if heading and quote.startswith(heading) and quote[len(heading) :].lstrip(" :.")[:1].isupper():
        quote = quote[len(heading) :].lstrip(" :.\n")
    for pattern in (_LABEL, _JOINT):
        found = pattern.match(quote)
        quote = quote[found.end() :] if found else quote
    return quote


def stands_alone(text: str, *, joined: bool = False) -> bool:
    """Whether a sentence is whole and can be understood by itself.

    :param joined: it is the rest of a sentence, behind "However," and the like.
    """
    count = len(text.split())
    return (
        WORDS[0] <= count <= WORDS[1]
        and (joined or text[0].isupper())
        and text[-1] in ".!?”\"'’)]"
        and text.count("(") == text.count(")")
        and text.count("“") == text.count("”")
        and "|" not in text
        and not _LEANING.match(_SELF.sub("", text, count=1) if _SELF.match(text) else text)
        and not _POINTING.search(text)
        and not _FIRST_PERSON.search(text)
        and not _FORMAL.search(text)
    )


def alike(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences say the same in nearly the same words."""
    both = len(one.stems & other.stems)
    return both >= SAME * len(one.stems | other.stems)
