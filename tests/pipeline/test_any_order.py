"""Any order of generate, refresh, edit, approve, publish and withdraw, with real drafts."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pipeline.small import SLUG, Small, make_small, write_outline
from policies import ease_safety

from citewright.errors import InputError
from citewright.model.version import Version
from citewright.pipeline import pages, reviewing, revising
from citewright.pipeline.staleness import survey

PEOPLE = st.sampled_from(["Ada", "Bo"])
OUTLINES = (
    ("type-discipline", "core-principles", "evidence-base"),
    ("core-principles", "evidence-base"),
    ("evidence-base", "core-principles", "interventions-techniques"),
)


class AnyOrder(RuleBasedStateMachine):
    """Numbers have no gap, all verifies, what was not touched stays, replay is exact."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        on = ["retraction", "text", "request", "outline"]
        project = make_small(Path(self.folder.name) / "project", refresh_on=on, review=True)
        ease_safety(project)
        self.small = Small(project)
        self.small.generate("Ada")
        self.replayed: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder.name)

    @rule(place=st.integers(0, 20))
    def a_source_changes(self, place: int) -> None:
        one = self.small.quoted(place)
        (citation,) = one.citations[:1]
        assert citation.evidence.kind == "quote"
        file = self.small.folder / "sources" / "notes" / f"{citation.source}.md"
        # What was taken back already, and still waits for a refresh, is not there any more.
        if citation.evidence.quote.exact in file.read_text(encoding="utf-8"):
            self.small.take_back(one)

    @rule(place=st.integers(0, 20))
    def somebody_asks(self, place: int) -> None:
        self.small.ask("Is this so?", self.small.quoted(place).id)

    @rule(sections=st.sampled_from(OUTLINES))
    def the_outline_changes(self, sections: tuple[str, ...]) -> None:
        write_outline(self.small.folder, sections)

    @rule()
    def refresh(self) -> None:
        found = survey(self.small.workspace)
        before = self.small.version()
        if not found.stale:
            return
        (plan,) = found.stale
        done = self.small.refresh()
        after = self.small.version()
        assert (done.result == "version") == (after.digest != before.digest)
        self.nothing_else_changed(before, after, plan.touched, set(plan.drafted))

    def nothing_else_changed(
        self, before: Version, after: Version, touched: frozenset[str], drafted: set[str]
    ) -> None:
        now = {one.id: one for one in after.article.statements()}
        dropped = {one.statement for one in after.changes if one.change == "dropped"}
        for section in before.article.sections:
            said = [one for block in section.blocks for one in getattr(block, "statements", ())]
            if section.id in drafted or dropped.issuperset(one.id for one in said):
                continue
            assert all(now[one.id] == one for one in said if one.id not in touched)

    @rule(actor=PEOPLE)
    def generate(self, actor: str) -> None:
        self.small.generate(actor)

    @rule(actor=PEOPLE, deed=st.sampled_from(["submit", "approve", "return", "withdraw"]))
    def review(self, actor: str, deed: str) -> None:
        deeds = {
            "submit": reviewing.submit,
            "approve": reviewing.approve,
            "return": reviewing.send_back,
            "withdraw": reviewing.withdraw,
        }
        head = self.small.workspace.catalogue.version(SLUG)
        with suppress(InputError):
            deeds[deed](self.small.workspace, SLUG, head.number, actor, "Why.")
            return
        assert self.small.workspace.catalogue.version(SLUG) == head

    @rule(actor=PEOPLE, approve=st.booleans())
    def publish(self, actor: str, approve: bool) -> None:
        workspace = self.small.workspace
        if approve:
            with suppress(InputError):
                reviewing.submit_and_approve(workspace, SLUG, actor, "Why.")
        before = {one.digest: one.state for one in workspace.catalogue.of_article(SLUG)}
        (result,) = pages.release(workspace, [SLUG], actor)
        after = {one.digest: one.state for one in workspace.catalogue.of_article(SLUG)}
        entry = workspace.catalogue.version(SLUG, result.number)
        if result.page is None:
            assert result.objections
            assert after == before
            return
        assert before[entry.digest] in ("approved", "published")
        superseded = {digest for digest, state in before.items() if state == "published"}
        wanted = before | dict.fromkeys(superseded, "superseded") | {entry.digest: "published"}
        assert after == wanted

    @rule(which=st.integers(0, 9))
    def edit(self, which: int) -> None:
        workspace = self.small.workspace
        shown = reviewing.under_review(workspace, SLUG)
        if shown.entry.state != "in_review" or not shown.changes:
            return
        name, number = shown.changes[which % len(shown.changes)].id, shown.entry.number
        reviewing.decide(workspace, SLUG, number, "Bo", [name], accept=False, reason="No.")
        # What cannot be taken back on its own is refused, and nothing is made.
        with suppress(InputError):
            assert revising.revise(workspace, SLUG, number, "Bo").changes

    @invariant()
    def all_holds(self) -> None:
        if not hasattr(self, "small"):
            return
        assert self.small.problems() == []
        entries = self.small.workspace.catalogue.all_versions()
        assert [one.state for one in entries].count("published") <= 1
        numbers = [tuple(map(int, one.number.split("."))) for one in entries]
        for (major, minor), following in pairwise(numbers):
            assert following in ((major, minor + 1), (major + 1, 0))
        for one in entries:
            if one.digest not in self.replayed:
                assert self.small.exact(one.number) == ()
                self.replayed.add(one.digest)


AnyOrder.TestCase.settings = settings(max_examples=4, stateful_step_count=9)
TestAnyOrder = pytest.mark.slow(AnyOrder.TestCase)
