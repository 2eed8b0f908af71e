"""A project of one short article, and what happens to it: its sources change, it is refreshed."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from catalogues import open_workspace
from fakes.service_answers import ToldLookup
from opened import put_database
from shared import ROOT
from steps import make_version

from citewright.bootstrap.replay import open_replay
from citewright.model.statement import Statement
from citewright.model.version import Version
from citewright.pipeline import replaying, verifying
from citewright.pipeline.checking import Watch, check_sources
from citewright.pipeline.refetching import refetcher
from citewright.pipeline.refreshing import Refreshed, refresh_article
from citewright.pipeline.staleness import survey
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.refresh.plan import ArticlePlan
from citewright.versions.sources import Happening

SLUG = "mindful-self-compassion"
SOURCES = ("neff-germer-2013", "cmsc-msc-program", "neff-2011")
SECTIONS = ("type-discipline", "core-principles", "evidence-base")
PACKAGED = ROOT / "prompts" / "outlines" / "modality.yaml"


def make_small(folder: Path, **settings: object) -> Path:
    """Write the project: three sources, an outline of a lead and three sections, and a brief."""
    for name in ("briefs", "library", "notes"):
        (folder / "sources" / name).mkdir(parents=True)
    for key in SOURCES:
        library = (ROOT / "sources" / "library" / f"{key}.yaml").read_text(encoding="utf-8")
        covers = library.replace("covers: notes", "covers: full_text")
        (folder / "sources" / "library" / f"{key}.yaml").write_text(covers, encoding="utf-8")
        note = (ROOT / "sources" / "notes" / f"{key}.md").read_text(encoding="utf-8")
        # A paragraph a line, so that what is quoted stands in one piece.
        flat = "\n\n".join(" ".join(one.split()) for one in note.split("\n\n"))
        (folder / "sources" / "notes" / f"{key}.md").write_text(flat, encoding="utf-8")
    brief = (ROOT / "sources" / "briefs" / f"{SLUG}.yaml").read_text(encoding="utf-8")
    order = yaml.safe_load(brief) | {"outline": "small", "sources": list(SOURCES)}
    del order["figure"]
    file = folder / "sources" / "briefs" / f"{SLUG}.yaml"
    file.write_text(yaml.safe_dump(order), encoding="utf-8")
    write_outline(folder, SECTIONS)
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (folder / "citewright.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def write_outline(folder: Path, sections: tuple[str, ...], **changed: str) -> None:
    """The outline of these sections; ``changed`` gives some of them another purpose."""
    whole = yaml.safe_load(PACKAGED.read_text(encoding="utf-8"))
    specs = {one["id"]: one for one in whole["sections"]}
    outline = {
        "name": "small",
        "title": "A small outline",
        "lead": whole["lead"],
        "sections": [specs[name] for name in sections],
    }
    for name, purpose in changed.items():
        specs[name.replace("_", "-")]["purpose"] = purpose
    file = folder / "prompts" / "outlines" / "small.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(outline, sort_keys=False), encoding="utf-8")


class Small:
    """The project with its first version made and its sources checked."""

    def __init__(self, folder: Path, drafter: str = "extractive") -> None:
        self.folder = folder
        put_database(folder / "output")
        self.workspace: Workspace = open_workspace(folder)
        self.options = RunOptions(run="test", drafter=drafter)
        self._written = 0

    def generate(self, actor: str | None = None) -> Version:
        assert self.options.drafter is not None
        make_version(self.folder, SLUG, actor, self.options.drafter)
        self.check()
        return self.version()

    def check(self) -> None:
        watch = Watch(ToldLookup(), refetcher(self.workspace), self.workspace.source_log)
        check_sources(self.workspace, self.workspace.library(), watch)

    def version(self) -> Version:
        return self.workspace.version(self.workspace.catalogue.version(SLUG).digest)

    def quoted(self, place: int = 0) -> Statement:
        """A sourced statement of a section, by its place among these."""
        said = [
            one
            for section in self.version().article.sections
            for block in section.blocks
            if block.type == "paragraph"
            for one in block.statements
            if one.citations
        ]
        return said[place % len(said)]

    def take_back(self, statement: Statement) -> str:
        """Exchange what a statement quotes in its source; gives the source's key."""
        (citation,) = statement.citations
        assert citation.evidence.kind == "quote"
        self._written += 1
        file = self.folder / "sources" / "notes" / f"{citation.source}.md"
        before = file.read_text(encoding="utf-8")
        new = f"What stood here was taken back for the {self._written}. time."
        after = before.replace(citation.evidence.quote.exact, new)
        assert after != before
        file.write_text(after, encoding="utf-8")
        self.check()
        return citation.source

    def happened(self, key: str, detail: str) -> None:
        told = [Happening("standing", None, detail)]
        self.workspace.source_log.record(key, told, self.workspace.clock())

    def ask(self, why: str, statement: str | None = None) -> None:
        now = self.workspace.clock()
        self.workspace.request_log.ask(SLUG, statement, who="A. Reader", why=why, now=now)

    def plan(self) -> ArticlePlan:
        (plan,) = survey(self.workspace, [SLUG]).stale
        return plan

    def refresh(self) -> Refreshed:
        found = survey(self.workspace, [SLUG])
        (plan,) = found.stale
        return refresh_article(self.workspace, plan, found.through, self.options)

    def exact(self, number: str) -> tuple[str, ...]:
        """The fields in which a version that is made again is another one."""
        return replaying.replay(self.workspace, SLUG, number, open_replay).differs

    def problems(self) -> list[str]:
        return verifying.verify(self.workspace).problems
