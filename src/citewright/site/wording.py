"""What the page says in fixed words, by drafter, state, outcome and coverage."""

from __future__ import annotations

from dataclasses import dataclass

from citewright.model.source import Coverage
from citewright.model.verdict import Outcome
from citewright.model.version import Generator, State


@dataclass(frozen=True)
class Wording:
    """What is said of an article, depending on who wrote it.

    ``banner`` stands on top of each page; ``model`` in the status line; ``origin`` opens the
    provenance line and ``rule`` ends it; ``dated`` says what the date is the date of; ``llm``
    explains the ``LLM`` tag.
    """

    banner: str
    model: str
    origin: str
    dated: str
    rule: str
    llm: str


def wording(generator: Generator) -> Wording:
    """The words for an article by this drafter."""
    models = ", ".join(generator.models)
    # One that was compiled later on top of a model's version keeps what the model wrote.
    mixed = generator.drafter == "extractive" and bool(models)
    match "claude" if mixed else generator.drafter:
        case "claude":
            return Wording(
                banner="LLM-generated — verify before clinical use. "
                "Sentences are marked with a source or an LLM tag.",
                model=f"model {models}" if models else "model not recorded",
                origin=f"This article is AI-generated (model: {models or 'not recorded'})"
                f"{'; some of it is compiled from quotations by rule' if mixed else ''}",
                dated="last generated",
                rule="Claims carry a source marker or an LLM tag; illustrative clinical examples "
                "are LLM-generated, not guidelines.",
                llm="No source; written by the model.",
            )
        case "extractive":
            return Wording(
                banner="Compiled from quotations, no language model — verify before clinical use. "
                "Quotations are marked with their source and stand here outside their context.",
                model="no language model",
                origin="This article is compiled from quotations by rule; no language model wrote "
                "any of it",
                dated="last compiled",
                rule="Each quotation carries a source marker. What an editor supplied without a "
                "source, such as a figure's caption, carries an LLM tag and has not been checked.",
                llm="No source; supplied with the order for this article, and not checked.",
            )
        case "import":
            named = f"names the model {models}" if models else "names no model"
            return Wording(
                banner="LLM-generated — verify before clinical use. Sentences are marked with a "
                "source or an LLM tag, as on the page they were imported from.",
                model=f"imported; the page {named}",
                origin=f"This article is AI-generated (model: {models or 'not recorded'}), "
                "imported from a published page",
                dated="last generated",
                rule="Claims carry a source marker or an LLM tag; each source marker says whether "
                "a passage behind it is known. Illustrative clinical examples are LLM-generated, "
                "not guidelines.",
                llm="No source; tagged LLM on the page this article was imported from, or without "
                "a marker there.",
            )


STATES: dict[State, str] = {
    "draft": "draft",
    "in_review": "in review",
    "approved": "approved",
    "published": "published",
    "superseded": "superseded",
    "withdrawn": "withdrawn",
}

COVERAGE: dict[Coverage, str] = {
    "full_text": "the full text",
    "abstract": "the abstract only",
    "notes": "notes on the source, not its text",
}

OUTCOMES: dict[Outcome, str] = {
    "supported": "Supported by this passage",
    "partial": "Partly supported by this passage",
    "not_supported": "Not supported by this passage",
    "contradicted": "Contradicted by this passage",
    "not_assessed": "Not assessed",
}

STANDS_IN_NOTES = "Stands in the notes on this source, which itself was not read"
"""What a card says of a quotation of notes: that it supports itself says nothing of the source."""

FLAGS: dict[Outcome, str] = {
    "supported": "",
    "partial": "~",
    "not_supported": "!",
    "contradicted": "!",
    "not_assessed": "?",
}
"""What stands behind a source's number in a marker, so that colour is not the only sign."""
