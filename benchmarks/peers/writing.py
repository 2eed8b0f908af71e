"""What the peers' model says: by rule, from the passages in its prompt, with lies planted in it.

Honest sentences are copied from the passages that the prompt offers and cite them in the form that
the peer asks for. Every section's first sentence is a lie, of the kinds in turn:

- ``absent-source``: true of a passage, cited to a source that was never offered;
- ``wrong-number``: a passage's sentence with another number, cited to that passage;
- ``other-source``: a passage's sentence, cited to a passage that does not say it;
- ``negated``: a passage's sentence with "never" in it, cited to that passage.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

KINDS = ("absent-source", "wrong-number", "other-source", "negated")
NEGATED = re.compile(r"\b(lowered|raised|eased|altered|steadied|lengthened|shortened|softened)\b")
"""The verbs of the generated sources."""
SENTENCES = 5
"""Sentences of a section, of which the first is the lie."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_NUMBER = re.compile(r"\b\d+(?= points)")


@dataclass(frozen=True)
class Offered:
    """A passage of a prompt: how it is cited, and its text."""

    mark: str
    text: str


@dataclass(frozen=True)
class Lie:
    """A planted sentence, without its citation.

    ``truth`` is the quote that would make it true, where there is one and other sections may have
    said the same with it.
    """

    kind: str
    text: str
    truth: str = ""


class Liar:
    """A model that lies once a section; ``lies`` are what it planted.

    :param honest: plants nothing.
    """

    def __init__(self, *, honest: bool = False) -> None:
        self.lies: list[Lie] = []
        self._honest = honest
        self._guard = threading.Lock()

    def section(self, place: int, offered: Sequence[Offered], absent: str) -> list[tuple[str, str]]:
        """Sentences with their marks.

        :param place: which section it is: it begins elsewhere in the passages, and its lie is of
            another kind.
        :param absent: a mark that no passage has.
        """
        pool = [
            (sentence, one)
            for one in offered
            for sentence in _SENTENCE.split(one.text.strip())
            if 8 <= len(sentence.split()) <= 60 and sentence.endswith(".")
        ]
        if not pool:
            return []
        # What a lie is made of is nowhere said honestly, so that it is known again.
        kept = [one for one in pool if not _reserved(one[0])] or pool
        first = SENTENCES * place
        said = [(text, one.mark) for text, one in islice(cycle(kept), first, first + SENTENCES)]
        reserved = [one for one in pool if _reserved(one[0])]
        if reserved and not self._honest:
            said[0] = self._lie(place, reserved[place % len(reserved)], offered, absent)
        return said

    def _lie(
        self, place: int, drawn: tuple[str, Offered], offered: Sequence[Offered], absent: str
    ) -> tuple[str, str]:
        kind = KINDS[place % len(KINDS)]
        sentence, one = drawn
        mark = one.mark
        if kind == "absent-source":
            mark = absent
        elif kind == "wrong-number":
            sentence = _NUMBER.sub(lambda found: str(int(found[0]) + 101), sentence, count=1)
        elif kind == "negated":
            sentence = NEGATED.sub(r"never \g<0>", sentence, count=1)
        else:
            others = [other.mark for other in offered if sentence not in other.text]
            if not others:
                return sentence, mark
            mark = others[0]
        with self._guard:
            self.lies.append(Lie(kind, sentence))
        return sentence, mark


def _reserved(sentence: str) -> bool:
    return hashlib.sha256(sentence.encode()).digest()[0] % 4 == 0


def writer(liar: Liar, sections: Sequence[str]) -> Callable[[str], str]:
    """What answers the prompts of all three peers.

    :param sections: the titles, by which a prompt's section is known: the last one it names.
    """
    readers = (_paperqa_summary, _paperqa_answer, _storm, _gpt_researcher)

    def write(asked: str) -> str:
        at, place = max(
            ((asked.rfind(title), place) for place, title in enumerate(sections)), default=(-1, 0)
        )
        for reader in readers:
            said = reader(asked, place if at >= 0 else 0, liar)
            if said is not None:
                return said
        return "Understood."

    return write


def _paperqa_summary(asked: str, place: int, liar: Liar) -> str | None:  # noqa: ARG001
    found = re.search(r"Excerpt from [^\n]*\n\n---\n\n(.*?)\n\n---\n\nQuestion:", asked, re.DOTALL)
    if found is None:
        return None
    sentences = _SENTENCE.split(found[1].strip())
    kept = " ".join(one for one in sentences if one.endswith("."))
    return json.dumps({"summary": kept[:1200].rpartition(".")[0] + ".", "relevance_score": 8})


def _paperqa_answer(asked: str, place: int, liar: Liar) -> str | None:
    found = re.search(r"Context:\n\n(.*?)\n\nValid Keys:", asked, re.DOTALL)
    if found is None:
        return None
    offered = [
        Offered(mark, text)
        for mark, text in re.findall(
            r"^(pqac-\w{8}): (.*?)\nFrom ", found[1], re.DOTALL | re.MULTILINE
        )
    ]
    said = liar.section(place, offered, "pqac-0badc0de")
    return " ".join(f"{sentence[:-1]} ({mark})." for sentence, mark in said)


def _storm(asked: str, place: int, liar: Liar) -> str | None:
    if "Write the lead section" in asked:
        sourced = re.findall(r"[A-Z][^.\n]*\.\[\d+\]", asked.rpartition("The draft page:")[2])
        return " ".join(sourced[-2:]) or "An article."
    _, asks, told = asked.rpartition("The collected information:")
    if not asks or "The section you need to write:" not in told:
        return None
    listed = told.partition("The topic of the page:")[0]
    parts = re.split(r"^\[(\d+)\]$", listed, flags=re.MULTILINE)
    offered = [
        Offered(f"[{mark}]", " ".join(text.split()))
        for mark, text in zip(parts[1::2], parts[2::2], strict=True)
    ]
    said = liar.section(place, offered, "[99]")
    title = told.partition("The section you need to write:")[2].strip().splitlines()[0]
    return f"# {title}\n" + " ".join(f"{sentence}{mark}" for sentence, mark in said)


def _gpt_researcher(asked: str, place: int, liar: Liar) -> str | None:
    if "search queries to research" in asked:
        # Near to the generated sources by their words, so that its filter lets them through.
        queries = [
            f"In group of the {who}, breathing lowered strain by points {when}, by observers, and "
            "sleep was raised too"
            for who, when in (
                ("adults", "after eight weeks"),
                ("nurses", "at follow-up"),
                ("veterans", "within a month"),
            )
        ]
        return json.dumps(queries)
    if "construct a detailed report on the subtopic" not in asked:
        return None
    offered = [
        Offered(f"([{mark.rpartition('/')[2]}]({mark}))", text)
        for mark, text in re.findall(
            r"^Source: (\S+)\nTitle: [^\n]*\nContent: (.*?)\n$", asked, re.DOTALL | re.MULTILINE
        )
    ]
    said = liar.section(place, offered, "([Unseen](https://sources.example/unseen))")
    return "## A section\n\n" + " ".join(f"{one[:-1]} {mark}." for one, mark in said)
