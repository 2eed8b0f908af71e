"""What the tests of drafting share: a section's task, and clocks."""

from __future__ import annotations

import time
from collections.abc import Iterable

from citewright.drafting.ports import SectionTask
from citewright.model.brief import Brief, SectionSpec
from citewright.model.canonical import bytes_digest
from citewright.model.evidence import Passage
from citewright.model.source import Source

SNAPSHOT = bytes_digest(b"a snapshot")

TEXTS: dict[str, Iterable[str]] = {
    "trial": """\
In a trial of 52 adults, the course lowered perceived stress more than a waiting list did. \
Gains were kept at the follow-up after six months. \
The sample was small and mostly female, and the authors suggest caution.
Participants who practised more reported larger changes. \
No adverse events were recorded during the course, although they were not asked for \
systematically.""".split("\n"),
    "handbook": """\
The course lasts eight weeks and is taught in groups. \
Teachers slow the pace when strong feelings surface. \
Each session holds a practice, a talk and an exercise in pairs.""".split("\n"),
}


def passages(texts: dict[str, Iterable[str]] = TEXTS) -> tuple[Passage, ...]:
    found = []
    for source, pieces in texts.items():
        for start, text in enumerate(pieces):
            name = Passage.name(bytes_digest(source.encode()), start, start + len(text))
            found.append(
                Passage(
                    id=name,
                    source=source,
                    snapshot=SNAPSHOT,
                    start=start,
                    end=start + len(text),
                    text=text,
                    sentences=((start, start + len(text)),),
                    heading="Results",
                )
            )
    return tuple(found)


def source(key: str, title: str = "A trial of a course") -> Source:
    return Source.model_validate(
        {
            "key": key,
            "tier": "T1",
            "tier_reason": "A journal with peer review.",
            "csl": {
                "type": "article-journal",
                "title": title,
                "author": [{"family": "Example", "given": "A."}],
                "issued": {"date-parts": [[2013]]},
            },
            "access": [],
        }
    )


def spec(kind: str = "prose", section: str = "evidence-base", *, llm: bool = True) -> SectionSpec:
    return SectionSpec.model_validate(
        {
            "id": section,
            "title": section.replace("-", " ").capitalize(),
            "kind": kind,
            "purpose": "What was found, in whom, against what, and how sure that is.",
            "terms": ["trial"],
            "blocks": ["paragraph", "list", "example"],
            "claims": ["efficacy"],
            "tiers": ["T1"],
            "words": [100, 300],
            "llm": llm,
        }
    )


def task(
    section: SectionSpec | None = None,
    *,
    shared: tuple[Passage, ...] | None = None,
    title: str = "A course",
) -> SectionTask:
    shared = passages() if shared is None else shared
    keys = tuple(dict.fromkeys(item.source for item in shared))
    brief = Brief(
        slug="a-course",
        title=title,
        topic="a course that teaches a skill",
        taxonomy=(),
        outline="modality",
        sources=keys or ("none",),
    )
    return SectionTask(
        brief=brief,
        spec=section or spec(),
        offered=tuple(reversed(shared)),
        shared=shared,
        sources=tuple(source(key) for key in keys),
        coverage={key: "notes" if key == "handbook" else "abstract" for key in keys},
    )


class Clock:
    """A clock that only sleeping moves, and the pauses that were slept."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


class Still(Clock):
    """A clock that never moves, for calls side by side: one's pauses are none of the others' time.

    Their patience ends by the number of tries.
    """

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


class Wall(Clock):
    """The clock on the wall."""

    def __call__(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        time.sleep(seconds)
