"""Keys one by one, sessions at sign-in, limits on whatever is sent, and where answers lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from citewright.database.community_tables import hits
from citewright.web.guards import HOUR, MOST_SIGNED_IN
from tests.web.desk import Running, csrf, opened, served


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with served(opened(tmp_path_factory.mktemp("security") / "project")) as found:
        yield found


def test_one_key_is_revoked_and_the_others_hold(running: Running) -> None:
    bea, bo = running.signed_in("Bea"), running.signed_in("Bo")
    keys = {}
    for name in ("Newsroom", "<b>Night</b>"):
        made = bea.post("/account/keys", name=name).text
        keys[name] = re.findall(r'class="key">([^<]+)<', made)[0]
    page = bea.get("/account").text
    assert "&lt;b&gt;Night&lt;/b&gt;" in page
    assert page.count('data-label="Last used">never') == 2
    assert not set(keys.values()) & set(re.findall(r"[\w-]{43}", page)), "shown once"
    (path, _) = re.findall(r'action="(/account/keys/\w{16}/revoke)"', page)
    assert bo.post(path).status_code == 404, "somebody else's"
    assert asked(running, keys["Newsroom"]) == asked(running, keys["<b>Night</b>"]) == 200
    assert bea.get("/account").text.count('data-label="Last used">never') == 0
    assert "The key &#39;Newsroom&#39; is revoked" in bea.post(path).text
    assert asked(running, keys["Newsroom"]) == 401
    assert asked(running, keys["<b>Night</b>"]) == 200
    assert "1 revoked" in bea.post("/account/keys/revoke").text
    assert asked(running, keys["<b>Night</b>"]) == 401


def asked(running: Running, key: str) -> int:
    keyed = {"Authorization": f"Bearer {key}"}
    return running.anonymous().get("/api/v1/articles", headers=keyed).status_code


def test_signing_in_again_ends_the_session_before(running: Running) -> None:
    bea = running.signed_in("Bea")
    before = bea.client.cookies["session"]
    account = running.community.accounts.by_email("bea@example.org")
    token = running.community.tokens.issue("sign-in", str(account.id), timedelta(minutes=5))
    assert bea.post(f"/sign-in/{token}").status_code == 303
    assert bea.client.cookies["session"] != before
    assert running.community.sessions.find(before) is None
    assert bea.get("/account").status_code == 200


def test_what_is_sent_too_often_is_refused(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "project")
    with served(workspace) as running:
        made = running.community.accounts.by_email("bo@example.org")
        bo, key = running.signed_in("Bo"), {"Authorization": f"Bearer {running.key('Bo')}"}
        token = csrf(bo.get("/account").text)
        running.community.limits.hit(f"post:by:{made.id}", MOST_SIGNED_IN, HOUR)
        with workspace.database.writing() as connection:
            # The same many times over: each by its own transaction would take ten seconds.
            row = connection.execute(select(hits).order_by(hits.c.id.desc())).first()
            copy = {"key": row.key, "at": row.at, "expires": row.expires}
            connection.execute(hits.insert(), [copy] * MOST_SIGNED_IN)
        assert bo.client.post("/queue/approve", data={"csrf": token}).status_code == 429
        path = "/api/v1/reviews/none/1.0/approve"
        problem = running.anonymous().post(path, json={}, headers=key)
        assert (problem.status_code, problem.json()["title"]) == (429, "Too Many Requests")
        assert bo.client.post("/sign-out", data={"csrf": token}).status_code == 303


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/", "/%2f%2fevil.example", "/\\evil.example",
             "/sign-in?next=%2f%2fevil.example", "/%0d%0aLocation:%20//evil.example"],
)  # fmt: skip
def test_no_answer_leads_to_another_site(running: Running, path: str) -> None:
    for client in (running.anonymous(), running.signed_in("Bo").client):
        answer = client.get(running.address + path)
        where = answer.headers.get("location", "/")
        assert re.match(r"/(?![/\\])", where), where
