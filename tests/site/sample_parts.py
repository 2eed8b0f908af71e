"""What the sample versions are made of: invented texts, sources, statements, verdicts."""

from __future__ import annotations

from datetime import UTC, datetime

from citewright.model.canonical import bytes_digest
from citewright.model.evidence import EvidenceMissing, Passage, Snapshot, quote_at
from citewright.model.source import CslItem, Source
from citewright.model.statement import LLM, Citation, Marker, SourceMarker, Statement, StatementIds
from citewright.model.verdict import Checker, Outcome, Reason, Verdict

DATE = datetime(2026, 6, 4, 9, 30, tzinfo=UTC)

TEXTS = {
    "sample-trial-2020": (
        "Sample data. Paced Walking was compared with ordinary walking in an invented trial. "
        "Forty invented walkers took part for six weeks. Calm rose in both groups, and rose more "
        "in the paced group. The difference was small and the sample was small as well."
    ),
    "sample-institute": (
        "Sample data. The invented institute teaches Paced Walking in six weekly hours. "
        "A pace is four steps to a breath in and six steps to a breath out. "
        "Participants are told to stop whenever they feel dizzy."
    ),
    "sample-handbook": (
        "Sample notes. The invented handbook treats Paced Walking in one chapter. "
        "It says that the name is older than the practice."
    ),
}
COVERS = {
    "sample-trial-2020": "abstract",
    "sample-institute": "full_text",
    "sample-handbook": "notes",
}


def snapshot(key: str) -> Snapshot:
    """A snapshot of one of the invented texts."""
    text = TEXTS[key].encode()
    return Snapshot(
        source=key,
        covers=COVERS[key],
        raw=bytes_digest(text),
        text=bytes_digest(text),
        length=len(TEXTS[key]),
        media_type="text/plain",
        retrieved=datetime(2026, 6, 1, tzinfo=UTC),
        requested=f"sources/{key}.txt",
        final_url=None,
        extractor="plain",
        extractor_version="1",
    )


def sources() -> tuple[Source, ...]:
    """Four invented sources; nothing was read of the last."""
    return (
        Source(
            key="sample-trial-2020",
            tier="T1",
            tier_reason="An invented trial in an invented journal.",
            csl=CslItem.model_validate(
                {
                    "type": "article-journal",
                    "title": "Paced Walking: a sample trial",
                    "author": [
                        {"family": "Sample", "given": "Ada Beth"},
                        {"family": "Example", "given": "Carl-Dietrich"},
                    ],
                    "issued": {"date-parts": [[2020, 3]]},
                    "container-title": "Journal of Sample Data",
                    "volume": "12",
                    "issue": "3",
                    "page": "45-52",
                    "DOI": "10.99999/sample.12345",
                }
            ),
            access=(),
        ),
        Source(
            key="sample-institute",
            tier="T2",
            tier_reason="The invented originators' own page.",
            csl=CslItem(
                type="webpage",
                title="About Paced Walking",
                author=({"literal": "Institute of Sample Data"},),
                URL="https://walking.example/about?a=1&b=2",
            ),
            access=(),
        ),
        Source(
            key="sample-handbook",
            tier="T3",
            tier_reason="An invented handbook for the public.",
            csl=CslItem(type="book", title="The Sample Handbook", publisher="Nowhere Press"),
            access=(),
        ),
        Source(
            key="sample-talk",
            tier="T3",
            tier_reason="An invented talk.",
            csl=CslItem(type="speech", title="Walking, a sample talk"),
            access=(),
            printed="Example, C. Walking, a sample talk. Nowhere.",
        ),
    )


class Desk:
    """Makes statements with ids, evidence and verdicts."""

    def __init__(self) -> None:
        self.ids = StatementIds()
        self.verdicts: list[Verdict] = []

    def llm(self, text: str) -> Statement:
        """A statement without a source."""
        return Statement(id=self.ids.mint(text), text=text, form="own_words", marker=LLM)

    def cited(
        self, text: str, *quotes: tuple[str, str | None], outcome: Outcome = "supported"
    ) -> Statement:
        """A statement with a citation for each pair of source and quote; no quote: missing."""
        statement = self.ids.mint(text)
        citations = []
        for index, (key, quote) in enumerate(quotes):
            citations.append(citation(key, quote))
            self.verdicts.append(verdict(statement, index, key, quote, outcome))
        marker: Marker = SourceMarker(kind="sources", citations=tuple(citations))
        return Statement(id=statement, text=text, form="own_words", marker=marker)

    def quotation(self, key: str, quote: str) -> Statement:
        """A quotation of a source."""
        return self.cited(quote, (key, quote)).model_copy(update={"form": "quotation"})


def citation(key: str, quote: str | None) -> Citation:
    """A citation of an invented text."""
    if quote is None:
        reason = "the talk has no transcript"
        return Citation(source=key, evidence=EvidenceMissing(kind="missing", reason=reason))
    text = TEXTS[key]
    start = text.index(quote)
    end = start + len(quote)
    passage = Passage.name(snapshot(key).text, start, end)
    return Citation(source=key, evidence=quote_at(text, start, end, snapshot(key).digest, passage))


def verdict(statement: str, index: int, key: str, quote: str | None, outcome: Outcome) -> Verdict:
    """A verdict of an invented checker."""
    detail = "the quotation stands in the stored text" if quote else "no passage is stored"
    return Verdict(
        statement=statement,
        citation=index,
        source=key,
        outcome=outcome if quote else "not_assessed",
        checker=Checker(name="sample-checker", version="1.0"),
        score="0.9" if quote else None,
        reasons=(Reason(code="sample", certainty="certain", detail=detail),),
        assessed=DATE,
    )
