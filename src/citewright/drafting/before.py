"""What the previous version of a section says, and what was asked of it, as drafters are shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from citewright.drafting.ports import Before, Proposed, SectionTask
from citewright.drafting.prompts import Prompt, fence, render
from citewright.model.base import clean_text
from citewright.model.canonical import Json
from citewright.model.community import SuggestionKind
from citewright.model.evidence import Passage
from citewright.model.statement import Citation

KINDS: dict[SuggestionKind, str] = {
    "error": "says that something is wrong",
    "missing": "says that something is missing",
    "newer": "names newer evidence",
}

MOST_ASKED = 2000
"""Characters of a request that the drafter is shown."""


def before_prompt(task: SectionTask, project: Path | None) -> Prompt:
    """The prompt that shows the previous version's statements, those that still stand apart.

    A statement whose quotes are in no passage that may be cited now does not stand.

    :raises InputError: for an unusable prompt.
    """
    kept, gone = before_views(task.before, task.shared)
    return render(
        "before.md",
        project,
        fence=fence([str(view) for view in (*kept, *gone)]),
        kept=kept,
        gone=gone,
    )


def asked_prompt(task: SectionTask, project: Path | None) -> Prompt:
    """The prompt that hands on what people asked to be looked at, as data; who asked is left out.

    :raises InputError: for an unusable prompt.
    """
    asked: list[Json] = [
        {
            "about": "the whole article" if one.about is None else clean_text(one.about),
            "why": clean_text(one.why)[:MOST_ASKED],
        }
        for one in task.asked
    ]
    return render("asked.md", project, fence=fence([str(view) for view in asked]), asked=asked)


def proposed_prompt(proposed: Proposed, project: Path | None) -> Prompt:
    """The prompt that hands on what a reader suggested, as data; who it was is not in it.

    :raises InputError: for an unusable prompt.
    """
    about = "the section" if proposed.about is None else clean_text(proposed.about)
    text = clean_text(proposed.text)
    return render(
        "suggestion.md",
        project,
        fence=fence([about, text]),
        kind=KINDS[proposed.kind],
        about=about,
        suggestion=text,
        sources=list(proposed.sources),
    )


def before_views(
    before: Sequence[Before], passages: Sequence[Passage]
) -> tuple[list[Json], list[Json]]:
    """The statements as prompts show them: those that stand, and those that do not.

    :param passages: those that may be cited now.
    """
    kept: list[Json] = []
    gone: list[Json] = []
    for one in before:
        statement = one.statement
        cited = [_cited(citation, passages) for citation in statement.citations]
        view: Json = {
            "text": clean_text(statement.text),
            "marker": statement.marker.kind,
            "citations": [found for found in cited if found],
        }
        (kept if one.stands and all(cited) else gone).append(view)
    return kept, gone


def _cited(citation: Citation, passages: Sequence[Passage]) -> Json | None:
    """The passage that holds a quote now, and the quote; None where there is none."""
    evidence = citation.evidence
    if evidence.kind != "quote":
        return None
    quote = clean_text(evidence.quote.exact)
    own = [passage for passage in passages if passage.source == citation.source]
    # The very passage it was taken from first; texts are compared as the prompt shows them.
    own.sort(key=lambda passage: passage.id != evidence.passage)
    for passage in own:
        if quote in clean_text(passage.text):
            return {"passage": passage.id, "quote": quote}
    return None
