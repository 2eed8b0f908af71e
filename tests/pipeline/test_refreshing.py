"""Refreshing: exactly what a change touches is drafted, and the rest stays to the byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from catalogues import copy_project, open_workspace
from commands import Cli, InProcess
from fakes.service_answers import ToldLookup
from shared import ROOT
from steps import make_version

from citewright.drafting.ports import Drafter, SectionTask
from citewright.errors import ModelError
from citewright.model.draft import (
    DraftBlock,
    DraftCitation,
    DraftStatement,
    ProseDraft,
    SectionDraft,
)
from citewright.model.outcome import Whole
from citewright.model.outlay import Outlay
from citewright.model.statement import Statement
from citewright.model.version import Version
from citewright.pipeline import pages, verifying
from citewright.pipeline.checking import Watch, check_sources
from citewright.pipeline.refetching import refetcher
from citewright.pipeline.refreshing import Refreshed, reaffirm, refresh_article
from citewright.pipeline.staleness import Survey, survey
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.refresh.plan import ArticlePlan
from citewright.versions.sources import Happening

# They share the version that copies are made of.
pytestmark = pytest.mark.xdist_group("refreshing")

SLUG = "mindful-self-compassion"
OPTIONS = RunOptions(run="test", drafter="extractive")


class Forbidden:
    """A drafter whose every use is a failure of the test."""

    def __call__(self, options: RunOptions) -> Drafter:
        raise AssertionError("nothing was to be drafted")


class Library:
    """A project with one version of the example article, its sources known and checked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace: Workspace = open_workspace(folder)

    def check(self) -> None:
        watch = Watch(ToldLookup(), refetcher(self.workspace), self.workspace.source_log)
        check_sources(self.workspace, self.workspace.library(), watch)

    def version(self) -> Version:
        return self.workspace.version(self.workspace.catalogue.version(SLUG).digest)

    def quoted(self) -> tuple[Statement, str, str]:
        """A statement of a section, its source, and what it quotes."""
        for section in self.version().article.sections:
            for block in section.blocks:
                if block.type == "paragraph" and len(block.statements) > 1:
                    one = block.statements[1]
                    evidence = one.citations[0].evidence
                    assert evidence.kind == "quote"
                    return one, one.citations[0].source, evidence.quote.exact
        raise AssertionError("no paragraph of two statements")

    def rewrite(self, key: str, change: Callable[[str], str]) -> None:
        (way,) = self.workspace.source(key).access
        assert way.kind == "file"
        file = self.folder / way.path
        before = file.read_text(encoding="utf-8")
        after = change(before)
        assert after != before
        file.write_text(after, encoding="utf-8")
        self.check()

    def happened(self, key: str, *happenings: Happening) -> None:
        self.workspace.source_log.record(key, happenings, self.workspace.clock())

    def survey(self) -> Survey:
        return survey(self.workspace)

    def plan(self) -> ArticlePlan:
        (plan,) = self.survey().stale
        return plan

    def refresh(self) -> Refreshed:
        found = self.survey()
        (plan,) = found.stale
        return refresh_article(self.workspace, plan, found.through, OPTIONS)

    def verified(self) -> None:
        assert verifying.verify(self.workspace).problems == []
        pages.build_preview(self.workspace, SLUG)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that is made once and copied for each test."""
    folder = tmp_path_factory.mktemp("made") / "project"
    shutil.copytree(ROOT / "sources", folder / "sources")
    for source in (folder / "sources" / "library").iterdir():
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace("covers: notes", "covers: full_text"), encoding="utf-8")
    make_version(folder, SLUG)
    Library(folder).check()
    return folder


@pytest.fixture
def library(made: Path, tmp_path: Path) -> Library:
    return Library(copy_project(made, tmp_path / "project"))


def unwrapped(text: str, quote: str, new: str) -> str:
    """The text with a quote exchanged, however its lines are broken."""
    words = quote.split()
    flat = " ".join(text.split(" "))
    start = next(
        place
        for place in range(len(flat))
        if flat[place:].split()[: len(words)] == words and not flat[place].isspace()
    )
    rest = flat[start:]
    end = 0
    for word in words:
        end = rest.index(word, end) + len(word)
    return flat[:start] + new + rest[end:]


def test_nothing_changed_makes_no_version_and_no_call(library: Library) -> None:
    before = library.version()
    quiet = replace(library.workspace, make_drafter=Forbidden())
    for _ in range(2):
        found = survey(quiet)
        assert found.plans == ()
        assert [head.slug for head in found.quiet] == [SLUG]
        assert reaffirm(quiet, found) == []
    assert library.version() == before


def test_a_text_that_grew_touches_nothing_and_anchors_the_evidence_anew(library: Library) -> None:
    before = library.version()
    _, key, _ = library.quoted()
    library.rewrite(key, lambda text: "An added opening paragraph of the notes.\n\n" + text)
    quiet = replace(library.workspace, make_drafter=Forbidden())
    found = survey(quiet)
    assert found.stale == ()
    (plan,) = found.plans
    citing = [
        (one.id, index)
        for one in before.article.statements()
        for index, cited in enumerate(one.citations)
        if cited.source == key
    ]
    assert {(one.statement, one.citation) for one in plan.anchors} == set(citing)
    (done,) = reaffirm(quiet, found)
    assert (done.result, done.number, done.cost_usd) == ("reaffirmed", "1.0", 0)
    assert library.version() == before
    # The anchors hold in the new text, and the next look finds nothing to do.
    for one in library.workspace.refresh_log.anchors(before.digest):
        text = library.workspace.finder(one.snapshot).text
        statement = next(s for s in before.article.statements() if s.id == one.statement)
        evidence = statement.citations[one.citation].evidence
        assert evidence.kind == "quote"
        assert text[one.start : one.end] == evidence.quote.exact
        assert one.snapshot != evidence.snapshot
    assert survey(quiet).plans == ()
    library.verified()


def test_one_changed_passage_touches_what_quotes_it_and_nothing_else(library: Library) -> None:
    before = library.version()
    statement, key, quote = library.quoted()
    library.rewrite(key, lambda text: unwrapped(text, quote, "This was taken back."))
    plan = library.plan()
    exact = {
        one.id
        for one in before.article.statements()
        for cited in one.citations
        if cited.evidence.kind == "quote" and cited.evidence.quote.exact == quote
    }
    assert statement.id in exact
    assert plan.touched == exact
    assert {cause.kind for cause in plan.causes} == {"text"}
    edits = {one.section: one.edit for one in plan.edits}
    kept = {one for one, edit in edits.items() if edit == "keep"}

    done = library.refresh()
    assert (done.result, done.number) == ("version", "1.1")
    after = library.version()
    assert after.parent == before.digest
    assert after.cause.kind == "refresh"
    assert key in after.cause.detail
    # Sections that are not touched are equal, and so is what stands in the others.
    was = {one.id: one for one in before.article.sections}
    for section in after.article.sections:
        if section.id in kept:
            assert section == was[section.id]
    now = {one.id: one for one in after.article.statements()}
    for one in before.article.statements():
        if one.id not in exact:
            assert now[one.id] == one
    assert quote not in {
        cited.evidence.quote.exact for cited in after.article.citations()
        if cited.evidence.kind == "quote"
    }  # fmt: skip
    library.verified()
    assert library.survey().plans == ()


def test_a_retracted_source_is_cited_no_more(library: Library) -> None:
    _, key, _ = library.quoted()
    library.happened(key, Happening("standing", None, "retracted"))
    plan = library.plan()
    citing = {
        one.id
        for one in library.version().article.statements()
        if key in {cited.source for cited in one.citations}
    }
    assert plan.touched == citing
    before = {one.id: one for one in library.version().article.statements()}
    assert library.refresh().number == "1.1"
    after = library.version()
    assert key not in {cited.source for cited in after.article.citations()}
    now = {one.id: one for one in after.article.statements()}
    assert all(now[name] == one for name, one in before.items() if name not in citing)
    library.verified()
    assert library.survey().stale == ()


def test_a_correction_is_handled_once(library: Library) -> None:
    _, key, _ = library.quoted()
    library.happened(key, Happening("correction", "crossref", "a", "10.5555/n", "2026-01-01"))
    assert {cause.kind for cause in library.plan().causes} == {"correction"}
    library.refresh()
    assert library.survey().stale == ()
    library.happened(key, Happening("correction", "crossref", "b", "10.5555/m", "2026-02-01"))
    assert library.plan().causes


def test_a_source_that_is_gone_is_told_and_touches_nothing(library: Library) -> None:
    _, key, _ = library.quoted()
    library.happened(key, Happening("gone", None, "404"))
    found = library.survey()
    assert found.stale == ()
    (plan,) = found.plans
    assert {cause.kind for cause in plan.told} == {"gone"}


def test_a_request_is_answered_by_what_comes_of_it(library: Library) -> None:
    statement, _, _ = library.quoted()
    log, now = library.workspace.request_log, library.workspace.clock()
    asked = log.ask(SLUG, statement.id, who="a reader", why="Is this still so?", now=now)
    assert library.plan().touched == {statement.id}
    assert log.open() == [asked]
    done = library.refresh()
    assert log.open() == []
    assert any("Is this still so?" in cause for cause in done.causes)
    assert library.survey().stale == ()


@pytest.mark.slow
def test_what_an_article_was_made_with_and_its_age_count_by_policy(library: Library) -> None:
    brief = library.folder / "sources" / "briefs" / f"{SLUG}.yaml"
    brief.write_text(brief.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    plan = library.plan()
    assert [cause.kind for cause in plan.causes] == ["brief"]
    assert {one.edit for one in plan.edits} == {"replace"}
    # The same result: reaffirmed, and known to be up to date from then on.
    assert library.refresh().result == "reaffirmed"
    assert library.survey().plans == ()

    outlines = library.folder / "prompts" / "outlines"
    outlines.mkdir(parents=True)
    packaged = ROOT / "prompts" / "outlines" / "modality.yaml"
    text = packaged.read_text(encoding="utf-8")
    (outlines / "modality.yaml").write_text(text + "# a remark\n", encoding="utf-8")
    assert library.survey().plans == ()
    asked = text.replace("Places the modality:", "Places what it is:")
    assert asked != text
    (outlines / "modality.yaml").write_text(asked, encoding="utf-8")
    (plan,) = library.survey().plans
    assert ([cause.kind for cause in plan.told], plan.stale) == (["outline"], False)

    settings = library.workspace.settings.model_copy(update={"review_after_days": 30})
    later = library.workspace.clock() + timedelta(days=31)
    aged = replace(library.workspace, settings=settings, clock=lambda: later)
    assert "age" in {cause.kind for cause in survey(aged).plans[0].causes}
    soon = replace(library.workspace, settings=settings)
    assert "age" not in {cause.kind for cause in survey(soon).plans[0].causes}


def test_two_refreshes_at_once_make_one_version(library: Library) -> None:
    _, key, quote = library.quoted()
    library.rewrite(key, lambda text: unwrapped(text, quote, "This was taken back."))
    found = library.survey()
    (plan,) = found.stale

    def run(_: int) -> Refreshed:
        return refresh_article(library.workspace, plan, found.through, OPTIONS)

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(run, range(3)))
    assert sorted(one.result for one in done) == ["overtaken", "overtaken", "version"]
    assert {one.number for one in done} == {"1.1"}
    assert len(library.workspace.catalogue.all_versions()) == 2
    library.verified()


def test_a_section_that_fails_leaves_the_article_as_it_is(library: Library) -> None:
    before = library.version()
    _, key, quote = library.quoted()
    library.rewrite(key, lambda text: unwrapped(text, quote, "This was taken back."))
    real = library.workspace.make_drafter(OPTIONS)

    class Failing:
        name, repairs, exclusive, kinds = real.name, 0, real.exclusive, real.kinds
        prepare, repair, read_whole = real.prepare, real.repair, real.read_whole

        def draft(self, task: object) -> object:
            drafted = real.draft(task)  # type: ignore[arg-type]
            return drafted.model_copy(update={"body": None, "failure": "The model refused."})

    broken = replace(library.workspace, make_drafter=lambda _: Failing())
    found = library.survey()
    with pytest.raises(ModelError, match="The model refused"):
        refresh_article(broken, found.stale[0], found.through, OPTIONS)
    assert library.version() == before
    assert library.survey().stale == found.stale


class Obedient:
    """Hands back what stands, in another order, and writes something else in place of the rest."""

    name, repairs, exclusive = "claude", 0, False
    kinds = frozenset({"prose", "definitions", "misconceptions", "questions", "smart_table"})

    def __init__(self, forgets: int = 0) -> None:
        self.forgets = forgets
        self.sections: list[str] = []

    def prepare(self, task: SectionTask) -> Outlay:
        return Outlay()

    def draft(self, task: SectionTask) -> SectionDraft:
        self.sections.append(task.spec.id)
        kept = [one.statement for one in task.before if one.stands]
        said = [self.again(task, one) for one in reversed(kept)][self.forgets :]
        gone = [one for one in task.before if not one.stands]
        said += [
            DraftStatement(citations=(), marker="llm", text=f"It is thought to help, part {place}.")
            for place, _ in enumerate(gone)
        ]
        body = ProseDraft(
            kind="prose", blocks=(DraftBlock(type="paragraph", statements=tuple(said)),)
        )
        return SectionDraft(section=task.spec.id, form="quotation", body=body, failure=None)

    def again(self, task: SectionTask, one: Statement) -> DraftStatement:
        cited = []
        for citation in one.citations:
            assert citation.evidence.kind == "quote"
            quote = citation.evidence.quote.exact
            passage = next(p for p in task.shared if quote in p.text)
            cited.append(DraftCitation(passage=passage.id, quote=quote))
        return DraftStatement(citations=tuple(cited), marker="sources", text=one.text)

    def repair(self, task: SectionTask, draft: SectionDraft, problems: object) -> SectionDraft:
        return draft

    def read_whole(self, brief: object, sections: object) -> Whole:
        return Whole(findings=(), outlay=Outlay())


@pytest.mark.parametrize("forgets", [0, 1])
def test_statements_that_are_handed_back_keep_id_evidence_and_verdict(
    library: Library, forgets: int
) -> None:
    before = library.version()
    statement, key, quote = library.quoted()
    library.rewrite(key, lambda text: "New above.\n\n" + unwrapped(text, quote, "Taken back."))
    drafter = Obedient(forgets)
    obeying = replace(library.workspace, make_drafter=lambda _: drafter)
    found = survey(obeying)
    (plan,) = found.stale
    refresh_article(obeying, plan, found.through, OPTIONS)
    assert drafter.sections == list(plan.drafted)

    after = library.version()
    now = {one.id: one for one in after.article.statements()}
    kept = [one for one in before.article.statements() if one.id not in plan.touched]
    # Also what the drafter forgot: what stands is not lost.
    assert all(now[one.id] == one for one in kept)
    assert [one.text for one in now.values() if one.marker.kind == "llm"]
    assert statement.text not in {one.text for one in now.values()}
    judged = {one.statement: one for one in before.verdicts}
    for one in after.verdicts:
        if one.statement in {each.id for each in kept}:
            assert one == judged[one.statement]
    # The kept evidence still names the snapshot it is from, and is known to stand in the new one.
    assert {snapshot.source for snapshot in after.snapshots} == set(library.workspace.library())
    assert survey(obeying).plans == ()
    library.verified()


@pytest.mark.slow
def test_the_command_tells_the_plan_and_the_flow_carries_it_out(
    library: Library, quick_cli: InProcess, flow_cli: Cli
) -> None:
    _, key, quote = library.quoted()
    library.rewrite(key, lambda text: unwrapped(text, quote, "This was taken back."))
    told = quick_cli("refresh", "--dry-run", "--project", library.folder, "--json")
    assert told.code == 0
    assert (told.json["stale"], told.json["standing"]) == (1, 0)
    (article,) = told.json["articles"]
    assert article["causes"][0]["kind"] == "text"
    assert (
        "because: The source" in quick_cli("refresh", "--dry-run", "--project", library.folder).out
    )

    held = flow_cli(
        "refresh", "--no-check", "--max-articles", "0", "--project", library.folder, "--json"
    )
    assert held.code == 5
    assert [one["result"] for one in held.json["articles"]] == ["waiting"]
    done = flow_cli("refresh", SLUG, "--no-check", "--project", library.folder, "--json")
    assert done.code == 0, done.err
    (one,) = done.json["articles"]
    assert (one["result"], one["number"], one["cost_usd"]) == ("version", "1.1", 0)
    again = flow_cli("refresh", "--no-check", "--project", library.folder, "--json")
    assert (again.code, again.json["articles"]) == (0, [])


def test_a_request_names_a_statement_that_there_is(library: Library, quick_cli: InProcess) -> None:
    statement, _, _ = library.quoted()
    order = ("--why", "Is it so?", "--as", "a reader", "--project", library.folder)
    wrong = quick_cli("request", SLUG, "--statement", "s-000000000000", *order)
    assert wrong.code == 2
    assert quick_cli("request", SLUG, "--statement", statement.id, *order).code == 0
    assert library.plan().touched == {statement.id}
