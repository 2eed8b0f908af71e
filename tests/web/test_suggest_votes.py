"""Votes: one each, without cookies and without script, answered with the count as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from model.values import paragraph

from citewright.pipeline import pages
from tests.web.desk import SLUG, Running, commit, opened, served, two, whole

SITE = "https://wiki.example.org"

pytestmark = pytest.mark.xdist_group("web-suggest")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {"site_url": SITE, "app_url": "https://app.example.org"}
    workspace = opened(tmp_path_factory.mktemp("votes") / "project", **settings)
    two(workspace)
    with served(workspace) as found:
        yield found


def counted(running: Running, slug: str = SLUG) -> int:
    answer = running.anonymous().get(f"/vote/{slug}", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    votes = answer.json()
    assert votes["slug"] == slug
    return int(votes["votes"])


def test_a_vote_counts_once_sets_no_cookie_and_is_acknowledged(running: Running) -> None:
    for origin in (SITE, "null", running.address):
        client = running.anonymous()
        answer = client.post(f"/vote/{SLUG}", headers={"Origin": origin})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/vote/{SLUG}"
        assert "set-cookie" not in answer.headers
    assert counted(running) == 1
    page = running.anonymous().get(f"/vote/{SLUG}")
    assert "You have upvoted this: <b>1</b> upvote now" in page.text
    assert f'href="{SITE}/{SLUG}/">Back to the article' in page.text
    assert "set-cookie" not in page.headers
    # Somebody who is signed in has a vote of their own.
    reader = running.signed_in("Rea").client
    assert reader.post(f"/vote/{SLUG}", headers={"Origin": running.address}).status_code == 303
    assert counted(running) == 2
    assert reader.post(f"/vote/{SLUG}/withdraw").headers["location"] == f"/vote/{SLUG}"
    assert counted(running) == 1
    # A script gets the part of the page that changes.
    part = reader.post(f"/vote/{SLUG}", headers={"HX-Request": "true"})
    assert part.text.startswith('<div id="standing"')
    assert "<b>2</b> upvotes now" in part.text
    taken = reader.post(f"/vote/{SLUG}/withdraw", headers={"HX-Request": "true"})
    assert "<b>1</b> upvote now, none of them yours" in taken.text


def test_a_get_never_votes(running: Running) -> None:
    before = counted(running)
    running.signed_in("Bo").client.get(f"/vote/{SLUG}")
    assert counted(running) == before


def test_other_sites_and_unknown_articles_are_refused(running: Running) -> None:
    client = running.anonymous()
    before = counted(running)
    evil = client.post(f"/vote/{SLUG}", headers={"Origin": "https://evil.example"})
    assert evil.status_code == 403
    assert counted(running) == before
    for slug in ("no-such", "%00", "a'--"):
        answer = client.post(f"/vote/{slug}")
        assert answer.status_code == 404
        assert "set-cookie" not in answer.headers


def test_the_page_has_the_count_of_when_it_was_built(running: Running) -> None:
    before = counted(running)
    pages.build_site(running.workspace, index=False)
    page = running.workspace.site / SLUG / "index.html"
    assert f"{before} upvote" in page.read_text(encoding="utf-8")
    running.signed_in("Bea").client.post(f"/vote/{SLUG}")
    pages.build_site(running.workspace, index=False)
    assert f"{before + 1} upvote" in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_an_address_votes_only_so_often(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "project")
    two(workspace)
    with served(workspace) as running:
        client = running.anonymous()
        paths = [f"/vote/{SLUG}", f"/vote/{SLUG}/withdraw"] * 31
        answers = [client.post(path).status_code for path in paths]
    assert answers == [303] * 60 + [429] * 2


def test_an_article_that_was_never_published_has_no_votes(running: Running) -> None:
    from model.values import Desk

    commit(running.workspace, whole(paragraph(Desk().cited()), "unseen"))
    assert running.anonymous().post("/vote/unseen").status_code == 404
