"""Names of private persons: words in capitals next to what says that a person is meant.

There is no list of surnames and no language model. An author's name in a citation looks like a
patient's; what tells them apart is what stands around, so a name without any cue is not found.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citewright.privacy import cues, words
from citewright.privacy.cues import Cue, Need
from citewright.privacy.cues_before import BEFORE
from citewright.privacy.cues_behind import BEHIND, CITED, CLINICAL
from citewright.privacy.findings import Certainty, Kind
from citewright.privacy.folding import Folded
from citewright.privacy.forms import Hit

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_JOINED = re.compile(r"\.? |\.|- ?")
_LONGEST = 5
_NEAR = 30
"""Characters within which an identifier of another kind makes a name a person's."""

_METHOD = re.compile(
    r" (?:scale|inventory|questionnaire|test|therapy|model|theory|method|approach|technique"
    r"|framework|syndrome|disease|criteria|index|effect|protocol|alpha|kappa|system|paradigm"
    r"|programme?|training|concert|style|interview|manual|clinic|hospital|institute|university)s?\b"
)
_EDITORIAL = frozenset(
    "editor editors team all everyone colleagues authors author sirs reader".split()
)
_AFTER_ALL = frozenset("will may april june august jan".split())
_ANNOUNCED = frozenset("patient client named called mr mrs ms miss".split())
_ACTS = re.compile(
    r" (?!developed|proposed|argued|described|showed|published|designed|created|coined|introduced)"
    r"(?:left|was|is|has|had|got|[a-z]{2,10}ed)\b"
)
_TITLED = re.compile(r"\b(?:Dr|Prof|Mr|Mrs|Ms)\. \Z")
_NO_PERSON_BEFORE = re.compile(
    r"(?:\bst\.?|\bsan|\bsanta|\bsaint|&|\bport|\blake|\bprince|\bking|\bqueen|\bpope) \Z"
)
_SURNAME_FIRST = re.compile(r"([^\W\d_][\w'-]{1,30}), \Z")
_INITIALS = re.compile(
    r"\b(?:[Pp]atient|[Cc]lient|[Pp]t|[Ss]upervisee|[Mm]an|[Ww]oman|[Bb]oy|[Gg]irl|M[rs]s?\.?)"
    r"(?: of mine)?,? \(?(?P<id>(?:[A-Z]\.[ ]?){2,3}|[A-Z]\.(?= [a-z]))"
    r"|\b(?:[Mm]y|[Oo]ur) (?:[a-z]{1,12} ){0,2}(?:patient|client"
    r"|supervisee),? (?P<bare>[A-Z]{1,2})(?= [a-z]|,)"
    r"|(?:(?<=\n)|(?<=\A)|(?<=[.!?] ))(?P<first>(?:[A-Z]\.){2,3}),? (?=is an? \d"
    r"|an? \d{1,2}[ -]y|\d{1,2},)"
)
_SMALL = re.compile(
    r"\b(?:(?:my|his|her|patient's|client's) (?:full |last |first |maiden )?name(?:'s| is| was)"
    r"|(?:people|everyone|friends|they) calls? (?:me|him|her)|(?:patient|client) (?:named"
    r"|called))[: ]{1,2}"
    r"(?:mr|mrs|ms|dr)?\.? ?"
    r"(?P<id>[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)"
    r"|\b(?:mr|mrs|ms)\. (?P<titled>[^\W\d_]{2,20})"
)


@dataclass(frozen=True)
class _Name:
    """A run of words that may be a name: where it stands, its words in lower case."""

    start: int
    end: int
    parts: tuple[str, ...]
    first_of_sentence: bool
    small: bool = False

    @property
    def given(self) -> bool:
        return self.parts[0] in words.GIVEN

    @property
    def full(self) -> bool:
        return sum(len(part) > 1 for part in self.parts) > 1

    def fits(self, need: Need) -> bool:
        plural = self.first_of_sentence and len(self.parts) == 1 and self.parts[0].endswith("s")
        if need is Need.ANY:
            return not plural or self.given
        if need is Need.GIVEN:
            return self.given
        likely = self.full or any(part in words.GIVEN for part in self.parts)
        return likely or (need is Need.SHOWN and not self.first_of_sentence)


def names(folded: Folded, others: Sequence[int] = ()) -> Iterator[Hit]:
    """The names of private persons in a folded text.

    :param others: where other identifiers begin, sorted: a name shortly before one is a person's.
    """
    for name in _runs(folded):
        found = _judged(name, folded) or _beside(name, folded, others)
        if found:
            yield name.start, _whole(name, folded), Kind.NAME, *found
    for match in _INITIALS.finditer(folded.text):
        group = match.lastgroup or "id"
        yield *match.span(group), Kind.NAME, Certainty.POSSIBLE, "the initials of a person"
    for match in _SMALL.finditer(folded.lower):
        group = match.lastgroup or "id"
        if match[group].split()[0] not in words.NO_NAMES | words.NO_NAME_AFTER_IS:
            yield *match.span(group), Kind.NAME, Certainty.CERTAIN, "what is called a name"


def _judged(name: _Name, folded: Folded) -> tuple[Certainty, str] | None:
    before = folded.lower[max(0, name.start - cues.REACH) : name.start]
    written = folded.text[max(0, name.start - cues.REACH) : name.start]
    behind = folded.lower[name.end : name.end + cues.REACH]
    if _of_a_work(name, behind):
        return None
    cited = bool(CITED.match(behind))
    found = [
        cue
        for cue in BEFORE
        if _counts(cue, name, cited)
        and cue.pattern.search(written if cue.cased else before)
        and (cue.also is None or cue.also.match(behind))
    ]
    found += [cue for cue in BEHIND if _counts(cue, name, cited) and cue.pattern.match(behind)]
    for certainty in (Certainty.CERTAIN, Certainty.POSSIBLE):
        for cue in found:
            if cue.certainty is certainty:
                return certainty, cue.words
    return None if cited or name.small else _alone(name, before, behind)


def _beside(name: _Name, folded: Folded, others: Sequence[int]) -> tuple[Certainty, str] | None:
    """A name shortly before a telephone number or the like, on a line of its own or with a verb."""
    at = bisect_left(others, name.end)
    behind = folded.lower[name.end : name.end + cues.REACH]
    if at == len(others) or not name.fits(Need.LIKELY) or _of_a_work(name, behind):
        return None
    far = others[at] - name.end
    own_line = (
        folded.text[max(0, name.start - 2) : name.start].endswith(("\n", "> ", ">"))
        or not name.start
    )
    block = own_line and re.compile(r"\s{0,3}\n").match(behind)
    near = cues.REACH if block else _NEAR
    if far > near or CITED.match(behind):
        return None
    return Certainty.POSSIBLE, "a name beside another identifier"


def _counts(cue: Cue, name: _Name, cited: bool) -> bool:
    return name.fits(cue.need) and (cue.even_cited or not cited)


def _of_a_work(name: _Name, behind: str) -> bool:
    if any(part in words.WORKS or part in _EDITORIAL for part in name.parts):
        return True
    return bool(_METHOD.match(behind)) and not name.given


def _alone(name: _Name, before: str, behind: str) -> tuple[Certainty, str] | None:
    """A given name without a surname, or one with it where somebody writes of patients."""
    if _NO_PERSON_BEFORE.search(before) or _METHOD.match(behind):
        return None
    if name.full:
        around = before.rpartition(". ")[2] + " " + behind.partition(". ")[0]
        clinical = CLINICAL.search(around) and (name.given or _ACTS.match(behind))
        return (Certainty.POSSIBLE, "a name beside one's own patients") if clinical else None
    listed = _SURNAME_FIRST.search(before)
    bibliographic = listed and listed[1] not in words.GIVEN
    if (
        not name.given
        or bibliographic
        or len(name.parts) > 1
        or name.parts[0] in words.SURNAMES_TOO
    ):
        return None
    return Certainty.POSSIBLE, "a given name that stands alone"


def _whole(name: _Name, folded: Folded) -> int:
    """The end of the name, with what stands behind its comma in "Doe, Jane"."""
    behind = re.compile(r", ([^\W\d_]{2,20})").match(folded.lower, name.end)
    return behind.end() if behind and behind[1] in words.GIVEN else name.end


def _runs(folded: Folded) -> Iterator[_Name]:
    tokens = [(match[0], match.start(), match.end()) for match in _WORD.finditer(folded.text)]
    at = 0
    while at < len(tokens):
        last = _last(tokens, at, folded.text)
        if last is None:
            at += 1
            continue
        yield _named(tokens[at : last + 1], folded.text)
        at = last + 1


def _last(tokens: list[tuple[str, int, int]], first: int, text: str) -> int | None:
    """The place of the last word of the name that starts with this word, if one does."""
    word = tokens[first][0]
    if _bare(word) in words.GIVEN - words.WORDS_TOO and word.islower():
        return _last_small(tokens, first, text)
    if not _capital(tokens, first):
        return None
    last = first
    while last + 1 < len(tokens) and last - first + 1 < _LONGEST:
        if not _JOINED.fullmatch(text, tokens[last][2], tokens[last + 1][1]) or _owns(
            tokens[last][0]
        ):
            break
        gap = text[tokens[last][2]]
        if gap == "." and len(tokens[last][0]) > 1:
            break
        step = 1 if _capital(tokens, last + 1, within=True) else _over_particles(tokens, last + 1)
        if not step:
            break
        last += step
    return last


def _last_small(tokens: list[tuple[str, int, int]], first: int, text: str) -> int:
    if first + 1 < len(tokens):
        word, start, end = tokens[first + 1]
        plain = word.islower() and len(word) > 2 and word not in words.NO_NAMES | words.VERBS
        if (
            plain
            and text[tokens[first][2] : start] == " "
            and text[end : end + 1] in ("", ".", ",", " ")
        ):
            return first + 1
    return first


def _capital(tokens: list[tuple[str, int, int]], place: int, *, within: bool = False) -> bool:
    """Whether a word may be one of a name: a capital first, not all capitals unless it is known."""
    word = _bare(tokens[place][0], lower=False)
    lower = word.lower()
    if not word[:1].isupper():
        return False
    before = tokens[place - 1][0].lower() if place else ""
    if lower in words.NO_NAMES or (lower.partition("'")[0] in words.NO_NAMES and "'" in lower):
        return lower in _AFTER_ALL and before in _ANNOUNCED
    if len(word) == 1:
        return within
    if word.isupper():
        return lower in words.GIVEN or (within and len(word) > 2) or before in words.LABELS
    return True


def _over_particles(tokens: list[tuple[str, int, int]], place: int) -> int:
    """How many words on the name goes on behind small ones such as "van der"; 0 where it ends."""
    for step in range(2):
        if place + step >= len(tokens) or tokens[place + step][0] not in words.PARTICLES:
            return 0
        if place + step + 1 < len(tokens) and _capital(tokens, place + step + 1, within=True):
            return step + 2
    return 0


def _named(tokens: list[tuple[str, int, int]], text: str) -> _Name:
    start, end = tokens[0][1], tokens[-1][2]
    last = tokens[-1][0]
    end -= len(last) - len(_bare(last, lower=False))
    before = text[max(0, start - 3) : start].rstrip(' "(')
    first = not before or (
        before[-1] in ".!?\n:" and not _TITLED.search(text[max(0, start - 8) : start])
    )
    small = tokens[0][0].islower()
    return _Name(start, end, tuple(_bare(word) for word, *_ in tokens), first, small)


def _owns(word: str) -> bool:
    return word.endswith(("'s", "s'"))


def _bare(word: str, *, lower: bool = True) -> str:
    plain = word.removesuffix("'s").removesuffix("'S")
    return plain.lower() if lower else plain
