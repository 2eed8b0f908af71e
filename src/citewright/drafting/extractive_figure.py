"""A wheel out of one sentence that counts and names a whole's parts, in the sentence's own words.

It is the one figure that needs no writing: the sentence is the caption, and the words in it are the
labels. A sentence that names more or fewer parts than it counts makes none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from citewright.drafting.extractive_sentences import Sentence
from citewright.model.draft import DraftCitation, DraftPart, DraftStatement, FigureDraft

_COUNTS = {word: n for n, word in enumerate("two three four five six seven eight".split(), 2)}
_LONGEST = 5
"""Words of a label: a longer part of a sentence is a clause and no name."""

_PARTS = re.compile(
    r"^(?:the )?(?P<hub>\S[^,;:()]{1,58}?),? "
    r"(?:(?:is|are) (?:made up|composed) of|consists? of|comprises?|involves?|entails?|includes?"
    r"|has|have|contains?) "
    rf"(?:the |these )?(?P<count>{'|'.join(_COUNTS)}|[2-8]) "
    r"(?:[\w-]+ ){0,3}?"
    r"(?:components|elements|parts|pillars|processes|principles|facets|dimensions|skills|aspects"
    r"|domains)(?P<set>:|,? namely|,? which are| ?[—–]|,) ?(?P<names>.+?)[.]?$",
    re.IGNORECASE,
)
# One "and", before the last name: a sentence with more of them says something of the names.
_LIST = re.compile(r"^(?P<others>[^,;]+(?:[,;] [^,;]+)*?)[,;]? and (?P<last>[^,;]+)$")
_AGAINST = re.compile(r" (?:versus|vs\.?|as opposed to|instead of|rather than) ")
_NAME = re.compile(
    r"^(?!(?:the|an?|which|that|each|as|in|with|of|to|while|but|it|they|when|so|for) )"
    r"[^\W\d_][^:()]*$"
)


def figure(found: Iterable[Sentence]) -> FigureDraft | None:
    """The wheel of the first sentence that makes one; None where none does."""
    for sentence in found:
        parts = _parts(sentence)
        if parts is not None:
            return FigureDraft(
                kind="figure", form="wheel", caption=_quoted(sentence, sentence.text), parts=parts
            )
    return None


def _parts(sentence: Sentence) -> tuple[DraftPart, ...] | None:
    match = _PARTS.match(sentence.text)
    if match is None:
        return None
    listed = _LIST.match(match["names"])
    if listed is None or len(re.findall(r"\band\b", match["names"])) > 1:
        return None
    names = [*re.split("[,;] ", listed["others"]), listed["last"]]
    count = match["count"].casefold()
    if len(names) != (int(count) if count.isdigit() else _COUNTS[count]):
        return None
    parts = [_part(sentence, "hub", match["hub"], "")]
    for place, name in enumerate(names):
        pair = [one.strip() for one in _AGAINST.split(name)]
        if len(pair) > 2 or not all(
            len(one.split()) <= _LONGEST and _NAME.match(one) for one in pair
        ):
            return None
        parts.append(_part(sentence, f"{place}", pair[0], "hub"))
        parts += [_part(sentence, f"{place}-against", one, f"{place}") for one in pair[1:]]
    return tuple(parts)


def _part(sentence: Sentence, name: str, label: str, under: str) -> DraftPart:
    return DraftPart(statement=_quoted(sentence, label), id=name, under=under, when="")


def _quoted(sentence: Sentence, words: str) -> DraftStatement:
    cited = DraftCitation(passage=sentence.passage.id, quote=sentence.quote)
    return DraftStatement(citations=(cited,), marker="sources", text=words)
