"""Rows of the matrix: hostile text on pages, forged forms, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from browser import chromium
from faults.planted import both, claimed, without
from markupsafe import Markup

from citewright.site import render, templating
from citewright.site.write import write_article
from citewright.web import guards
from tests.site import hostile, sample
from tests.web.desk import Running, csrf, opened, served

PAYLOADS = (
    "<script>window.fired.push(1)</script>",
    "<img src=x onerror=window.fired.push(2)>",
    '"><svg onload=window.fired.push(3)>',
    "<a href='javascript:window.fired.push(4)'>a link</a>",
    "<iframe srcdoc='<script>parent.fired.push(5)</script>'></iframe>",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium() as running:
        yield running


@pytest.mark.browser
@both
def test_no_hostile_text_runs_on_a_page(browser, tmp_path: Path, guarded: bool) -> None:
    version = hostile.version(hostile.plain(list(PAYLOADS)))
    room = len(sample.version().verdicts) - 1
    version = hostile.quoting(version, [(one, one, one) for one in PAYLOADS * room][:room])
    templating.environment.cache_clear()
    # Planted: texts stand on the page as they came, and no policy stands before them.
    with (
        without(templating, "_seen", _raw, guarded=guarded),
        without(render, "_policy", lambda *_, **__: "script-src 'unsafe-inline'", guarded=guarded),
    ):
        path = write_article(tmp_path, version, sample.context(site_name=PAYLOADS[0]))
    templating.environment.cache_clear()
    tab = browser.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.add_init_script("window.fired = window.fired || []")
    tab.goto(path.as_uri())
    for link in tab.locator("a[href^='javascript:']").all()[:3]:
        link.dispatch_event("click")
    fired = tab.evaluate("window.fired")
    links = tab.locator("a[href^='javascript:']").count()
    tab.close()
    with claimed(guarded):
        assert fired == []
        assert links == 0
        assert {one for one in asked if not one.startswith("data:")} == {path.as_uri()}


def _raw(value: object) -> object:
    return Markup(value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with served(opened(tmp_path_factory.mktemp("matrix") / "project")) as found:
        yield found


@both
@pytest.mark.parametrize("case", ["no token", "another's token", "another origin", "null origin"])
def test_a_forged_form_changes_nothing(running: Running, case: str, guarded: bool) -> None:
    ada, bo = running.signed_in("Ada"), running.signed_in("Bo")
    own, foreign = (csrf(one.get("/account").text) for one in (ada, bo))
    email = f"{case.replace(' ', '-').replace(chr(39), '')}-{guarded}@example.org".lower()
    fields = {"email": email, "name": f"New {case} {guarded}", "role": "administrator"}
    token = {"no token": {}, "another's token": {"csrf": foreign}}.get(case, {"csrf": own})
    origin = {"another origin": "https://evil.example", "null origin": "null"}.get(case)
    headers = {"Origin": origin} if origin else {}
    # Planted: whoever is signed in has sent it.
    always = SimpleNamespace(compare_digest=lambda *_: True)
    with (
        without(guards, "hmac", always, guarded=guarded),
        without(guards, "_check_origin", lambda *_: None, guarded=guarded),
    ):
        answer = ada.client.post("/accounts", data=fields | token, headers=headers)
    with claimed(guarded):
        assert answer.status_code == 403
        assert running.community.accounts.by_email(email) is None


@both
def test_a_session_that_was_ended_opens_nothing(running: Running, guarded: bool) -> None:
    browser = running.signed_in("Rea")
    stolen = httpx.Client(base_url=running.address, cookies=dict(browser.client.cookies))
    assert stolen.get("/account").status_code == 200
    sessions = type(running.community.sessions)
    # Planted: signing out takes the cookie away and leaves the session.
    with without(sessions, "close", lambda *_, **__: None, guarded=guarded):
        browser.post("/sign-out")
    with claimed(guarded):
        assert stolen.get("/account").status_code == 303
