"""Review in the application: the queue, decisions, refusals, sources, runs, the interface."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from citewright.pipeline import queueing, reviewing
from citewright.pipeline.site_build import build_site
from citewright.versions.sources import Happening
from tests.web.desk import (
    SLUG,
    Desk,
    Running,
    calls_of,
    commit,
    many,
    opened,
    paragraph,
    same,
    seen,
    served,
    two,
    whole,
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    workspace = opened(tmp_path_factory.mktemp("review") / "project")
    with served(workspace) as found:
        yield found


@pytest.fixture
def slug(running: Running, request: pytest.FixtureRequest) -> str:
    """An article of this test's own: published, and a version in review."""
    name = re.sub(r"[^a-z]+", "-", request.node.name)[:80].strip("-")
    two(running.workspace, name)
    return name


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Running]:
    """An application with one article, published and with a version in review."""
    workspace = opened(tmp_path / "project")
    two(workspace)
    with served(workspace) as found:
        yield found


def change(running: Running, slug: str, kind: str) -> str:
    shown = reviewing.under_review(running.workspace, slug, "1.1")
    return next(one.id for one in shown.changes if one.change.kind == kind)


def test_from_the_queue_to_the_published_page(running: Running, slug: str) -> None:
    page_of = f"/review/{slug}/1.1"
    bo, ed = running.signed_in("Bo"), running.signed_in("Ed")
    queue = bo.get("/queue").text
    assert f'<a href="{page_of}" dir="auto">' in queue
    page = bo.get(page_of).text
    assert "<del>eight</del><ins>nine</ins>" in page
    assert "a number" in page
    assert "Against the live version 1.0" in page
    accepted = bo.post(
        f"{page_of}/changes/{change(running, slug, 'reworded')}", page_of,
        act="accept", seen=seen(page), anchor="change-1",
    )  # fmt: skip
    assert accepted.headers["location"] == f"{page_of}?view=inline#change-1"
    page = bo.get(page_of).text
    assert "Accepted by Bo" in page
    assert bo.post(f"{page_of}/approve", page_of, seen=seen(page)).status_code == 303
    refused = bo.post(f"{page_of}/publish", page_of, seen="99")
    assert refused.status_code == 403, "a reviewer does not publish"
    done = ed.post(f"{page_of}/publish", page_of, seen=seen(ed.get(page_of).text))
    assert done.status_code == 303, done.text
    assert running.workspace.catalogue.published(slug).number == "1.1"
    assert page_of not in bo.get("/queue").text
    noted = [(one.actor, one.action) for one in running.community.audit.listing()]
    assert ("Ed", "publish") in noted
    assert ("Bo", "approve") in noted


def test_a_second_reviewers_stale_decision_is_refused_and_kept(running: Running, slug: str) -> None:
    page_of = f"/review/{slug}/1.1"
    bo, bea = running.signed_in("Bo"), running.signed_in("Bea")
    one = change(running, slug, "added")
    read = seen(bo.get(page_of).text)
    path = f"{page_of}/changes/{one}"
    other = f"{page_of}/changes/{change(running, slug, 'removed')}"
    assert bea.post(path, page_of, act="reject", seen=read, reason="No source.").status_code == 303
    late = bo.post(path, page_of, act="accept", seen=read, reason="Looks <b>fine</b> to me.")
    assert late.status_code == 409
    assert "Bea has rejected this in the meantime: No source." in late.text
    assert 'value="Looks &lt;b&gt;fine&lt;/b&gt; to me."' in late.text
    assert bo.post(other, page_of, act="accept", seen=read).status_code == 303, "another change"
    whole_one = bo.post(f"{page_of}/return", page_of, seen=read, reason="Do it again.")
    assert whole_one.status_code == 409
    assert ">Do it again.</textarea>" in whole_one.text
    now = seen(bo.get(page_of).text)
    again = bo.post(path, page_of, act="accept", seen=now, reason="It is common knowledge.")
    assert again.status_code == 303


def test_a_decision_on_a_version_that_is_not_current_any_more_is_refused(
    running: Running, slug: str
) -> None:
    page_of = f"/review/{slug}/1.1"
    bo = running.signed_in("Bo")
    read, one = seen(bo.get(page_of).text), change(running, slug, "added")
    commit(running.workspace, whole(paragraph(Desk().cited("Eight weeks.")), slug))
    for path, act in ((f"{page_of}/changes/{one}", "accept"), (f"{page_of}/approve", "")):
        late = bo.post(path, page_of, act=act, seen=read, reason="Kept.")
        assert late.status_code == 409
        assert "is not the current version any more: 1.2 is" in late.text
        assert "Kept." in late.text


def test_nobody_accepts_what_they_made(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "project")
    with served(workspace) as running:
        commit(workspace, whole(paragraph(Desk().cited()), SLUG), actor="Bo")
        reviewing.submit(workspace, SLUG, "1.0", "Bo", "")
        bo = running.signed_in("Bo")
        page = f"/review/{SLUG}/1.0"
        refused = bo.post(f"{page}/approve", page, seen=seen(bo.get(page).text))
        assert refused.status_code == 409
        assert "Bo made an-article 1.0 and cannot approve it" in refused.text
        assert "read it as a whole" in refused.text


def test_rejected_changes_are_taken_back(running: Running, slug: str) -> None:
    page_of = f"/review/{slug}/1.1"
    ed = running.signed_in("Ed")
    page = ed.get(page_of).text
    for kind in ("reworded", "added"):
        path = f"{page_of}/changes/{change(running, slug, kind)}"
        ed.post(path, page_of, act="reject", seen=seen(page), reason="Not so.")
    made = ed.post(f"{page_of}/revise", page_of, seen=seen(ed.get(page_of).text))
    assert made.headers["location"] == f"/review/{slug}/1.2"
    assert "It takes eight weeks" in ed.get(f"/review/{slug}/1.2?view=side").text


def test_many_are_approved_only_where_nothing_changed(alone: Running) -> None:
    workspace, bo = alone.workspace, alone.signed_in("Bo")
    for name in ("one", "two"):
        same(workspace, name)
    queue = bo.get("/queue").text
    offered = re.findall(r'name="version" value="([^"]+)"', queue)
    digests = {name: workspace.catalogue.version(name).digest for name in ("one", "two", SLUG)}
    assert set(offered) == {digests["one"], digests["two"]}
    done = bo.post("/queue/approve", "/queue", version=list(digests.values()))
    assert done.status_code == 409
    assert "an-article 1.1 says something else than the live version" in done.text
    states = {name: workspace.catalogue.version(name).state for name in digests}
    assert states == {"one": "approved", "two": "approved", SLUG: "in_review"}


def test_a_version_with_changes_of_every_kind(running: Running) -> None:
    many(running.workspace, "every-kind")
    bo = running.signed_in("Bo")
    page = bo.get("/review/every-kind/1.1").text
    for said in ("Reworded", "Added", "Removed", "Moved", "Split in two or more · other sources",
                 "Other sources", "Other passage behind it", "A number</b>", "A dose</b>",
                 "A negation</b>", "How certain it is</b>", "Whom it is about</b>",
                 "5 mg → 50 mg", "0 of 10 decided", "25 % → 15 %",
                 "groups of twelve</mark>"):  # fmt: skip
        assert said in page, said
    assert page.count('class="change flagged"') == 4
    assert page.count('class="decide"') == 10
    assert "unchanged</summary>" in page
    assert "unchanged</summary>" not in bo.get("/review/every-kind/1.1?view=changes").text
    sides = bo.get("/review/every-kind/1.1?view=side").text
    assert '<p dir="auto">It is <del>not </del>suitable' in sides
    assert '<p dir="auto">It is suitable' in sides
    queue = bo.get("/queue").text
    assert "4 changes may alter the meaning" in queue


def test_the_queue_knows_risk_and_retractions_and_is_rebuilt(alone: Running) -> None:
    workspace, queue = alone.workspace, alone.community.queue
    same(workspace, "calm")
    risks = {one.slug: one.risk for one in queue.page()}
    assert risks == {SLUG: 12, "calm": 0}
    happened = [Happening(kind="standing", service=None, detail="retracted")]
    workspace.source_log.record("invented-2020", happened, workspace.clock())
    for one in queue.page():
        queue.remove(one.version)
    assert queueing.rebuild(workspace) == 2
    items = queue.page()
    assert [one.slug for one in items] == [SLUG, "calm"]
    assert {one.origin for one in items} == {"retraction"}
    assert items[0].risk == 1012
    assert items[0].meaning_changes == 1
    page = alone.signed_in("Bo").get("/queue").text
    assert "retracted source" in page


def test_what_a_killed_program_left_behind_in_the_queue_is_put_right(alone: Running) -> None:
    workspace, queue = alone.workspace, alone.community.queue
    same(workspace, "calm")
    assert queueing.reconcile(workspace) == 0
    (waits, calm) = queue.page()
    # As if the program had ended between the version's transaction and the queue's.
    queue.remove(waits.version)
    live = workspace.catalogue.published("calm").digest
    queue.put(replace(calm, version=live, risk=3))
    assert queueing.reconcile(workspace) == 2
    assert [(one.slug, one.version) for one in queue.page()] == [
        (SLUG, waits.version), ("calm", calm.version),
    ]  # fmt: skip
    assert queueing.reconcile(workspace) == 0


def test_serving_puts_the_queue_right(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "project")
    two(workspace)
    (item,) = workspace.queue.page()
    workspace.queue.remove(item.version)
    with served(workspace):
        until = time.monotonic() + 300
        while not workspace.queue.page():
            assert time.monotonic() < until
            time.sleep(0.02)
    assert workspace.queue.page() == [item]


def test_pages_of_the_queue_follow_one_another(alone: Running) -> None:
    (item,) = alone.community.queue.page()
    live = alone.workspace.catalogue.published(SLUG).digest
    alone.community.queue.put(replace(item, version=live, risk=3))
    bo = alone.signed_in("Bo")
    assert "2 versions wait" in bo.get("/queue").text
    rest = bo.get(f"/queue?after={item.version}").text
    assert ">1.0 " in rest
    assert ">1.1 " not in rest


def test_a_source_and_its_events(running: Running, slug: str) -> None:
    happened = [Happening(kind="retraction", service="crossref", detail="<b>found</b>",
                          notice="10.1/x", said_on="2026-01-02")]  # fmt: skip
    running.workspace.source_log.record("invented-2020", happened, running.workspace.clock())
    rea = running.signed_in("Rea")
    page = rea.get("/sources/invented-2020").text
    assert "&lt;b&gt;found&lt;/b&gt;" in page
    assert "10.1/x" in page
    assert f"/versions/{slug}" in page
    assert rea.get("/sources/nothing").status_code == 404
    assert rea.get("/sources?q=invented").status_code == 200


def test_a_run_shows_what_it_spent_and_what_to_do(running: Running, slug: str) -> None:
    calls_of(running.workspace)
    with running.workspace.database.writing() as connection:
        from decimal import Decimal

        from citewright.versions.runs import note_run

        note_run(connection, "run-1", Decimal(3))
    ed = running.signed_in("Ed")
    assert "run-1" in ed.get("/runs").text
    page = ed.get("/runs/run-1").text
    for said in ("$1.00</b> spent", "$0.50</b> reserved", "cap <b>$3.00", "50 % of the cap",
                 "Run the same command again", 'trigger="every 3s"', "1 call not"):  # fmt: skip
        assert said in page
    part = ed.get("/runs/run-1/progress").text
    assert part.startswith('<div id="progress"')
    assert ed.get("/runs/none").status_code == 404


def test_an_editor_asks_for_an_article_anew(running: Running, slug: str) -> None:
    ed = running.signed_in("Ed")
    page = f"/versions/{slug}"
    assert ed.post(f"/articles/{slug}/request", page, why="A new trial.").status_code == 303
    (asked,) = running.workspace.request_log.open()
    assert (asked.slug, asked.who, asked.why) == (slug, "Ed", "A new trial.")
    assert "A new trial." in ed.get(page).text
    assert ed.post(f"/articles/{slug}/request", page, why=" ").status_code == 409
    assert ed.post("/articles/none/request", page, why="x").status_code == 404


def test_the_interface_for_scripts(alone: Running) -> None:
    client = alone.anonymous()
    client.headers["Authorization"] = f"Bearer {alone.key('Ed')}"
    (head,) = client.get("/api/v1/articles").json()["articles"]
    assert (head["slug"], head["number"], head["state"]) == (SLUG, "1.1", "in_review")
    numbers = [one["number"] for one in
               client.get(f"/api/v1/articles/{SLUG}/versions").json()["versions"]]  # fmt: skip
    assert numbers == ["1.0", "1.1"]
    document = client.get(f"/api/v1/articles/{SLUG}/versions/1.1").json()
    assert document["format"] == "citewright/version/1"
    diff = client.get(f"/api/v1/articles/{SLUG}/diff?old=1.0&new=1.1").json()
    assert diff["format"] == "citewright/diff/1"
    (waiting,) = client.get("/api/v1/queue").json()["waiting"]
    assert waiting["risk"] == 12
    assert client.get("/api/v1/sources").json()["sources"][0]["key"] == "invented-2020"
    assert client.get("/api/v1/runs").json() == {"runs": []}
    found = client.get(f"/api/v1/reviews/{SLUG}/1.1").json()
    ids = [one["id"] for one in found["changes"]]
    where = f"/api/v1/reviews/{SLUG}/1.1"
    asked = {"action": "reject", "changes": ids[:1], "reason": "No.", "seen": found["seen"]}
    assert client.post(f"{where}/changes", json=asked).json()["state"] == "in_review"
    stale = client.post(f"{where}/approve", json={"seen": found["seen"]})
    assert stale.status_code == 409
    assert stale.headers["content-type"] == "application/problem+json"
    made = client.post(f"{where}/revise", json={}).json()
    assert made == {"slug": SLUG, "number": "1.2", "state": "in_review"}
    asked = client.post(f"/api/v1/articles/{SLUG}/requests", json={"why": "News."}).json()
    assert asked == {"request": 1}
    assert client.post(f"{where}/approve", json={"more": 1}).status_code == 422
    assert client.get("/api/v1/articles/none/versions").status_code == 404
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/reviews/{slug}/{number}/approve" in described["paths"]


def test_the_published_site_stands_beside_it_where_that_is_set(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "project")
    two(workspace)
    build_site(workspace)
    secret = workspace.project / "output" / "secret"
    with served(workspace, serve_site=True) as running:
        client = running.anonymous()
        assert secret.is_file()
        assert client.get("/").status_code == 200
        assert client.get(f"/{SLUG}").headers["location"] == f"/{SLUG}/"
        page = client.get(f"/{SLUG}/")
        assert "It takes eight weeks" in page.text
        policy = page.headers["content-security-policy"]
        assert "style-src" in policy
        assert "unsafe" not in policy
        assert policy.endswith("frame-ancestors 'none'")
        worker = workspace.site / "pagefind" / "pagefind-worker.js"
        worker.parent.mkdir(exist_ok=True)
        worker.touch()
        policy = client.get("/pagefind/pagefind-worker.js").headers["content-security-policy"]
        assert "script-src 'self' 'wasm-unsafe-eval';" in policy, "the search cannot start"
        for path in ("/../secret", "/%2e%2e/secret", "/..%2fsecret", "/%2e%2e%2fcatalogue.sqlite",
                     "//etc/passwd", "/.hidden", "/%00"):  # fmt: skip
            assert client.get(path).status_code == 404, path
