"""Everything of the hostile texts through the suggestion form, its pages and the credits.

Each payload goes alone through each field of the form, by HTTP; what comes back has to be the page
that a harmless text gets, element by element, and is loaded in a browser without the application's
content security policy, so that escaping stands alone. Then all of them are really sent, and the
pages that show them are loaded as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import lxml.html
import pytest
from browser import chromium
from sqlalchemy import update

from citewright.database.community_tables import suggestions
from citewright.model.base import clean_text
from citewright.model.community import Proposal, clean_lines
from citewright.pipeline import pages
from tests.web.desk import SLUG, Running, csrf, opened, served, two
from tests.web.hostile import payloads

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("hostile")]

ALARMS = """
for (const name of ['alert', 'prompt', 'confirm', 'print'])
  window[name] = () => { top.fired = (top.fired || 0) + 1; };
"""
FRAMES = """pages => { for (const page of pages) {
  const frame = document.createElement('iframe');
  frame.srcdoc = page;
  document.body.append(frame);
} }"""
NAMES = "() => [...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames())"
PLAIN = "x"


def batched(every: list[str], size: int) -> list[list[str]]:
    return [every[at : at + size] for at in range(0, len(every), size)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    workspace = opened(tmp_path_factory.mktemp("hostile") / "project")
    two(workspace)
    with served(workspace, serve_site=True) as found:
        yield found


def sender(running: Running, number: int) -> httpx.Client:
    """A client with a loopback address of its own: what one address may send is limited."""
    address = f"127.{1 + number // 62500}.{1 + number // 250 % 250}.{1 + number % 250}"
    transport = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=running.address, transport=transport, timeout=60)


def skeleton(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page with the names of their attributes."""
    tree = lxml.html.fromstring(page)
    return [(one.tag, tuple(one.attrib)) for one in tree.iter(lxml.html.etree.Element)]


def answered(client: httpx.Client, token: str, payload: str) -> httpx.Response:
    """The form with a payload in each field, given back since the kind is missing."""
    fields = {"text": payload, "sources": payload, "email": payload[:500], "name": payload[:500]}
    more = {"csrf": token, "credit": "name", "statement": payload[:500]}
    return client.post(f"/suggest/{SLUG}", data=fields | more)


def given_back(running: Running) -> Iterator[tuple[str, str]]:
    """Each payload with the page that its form came back as."""
    for number, part in enumerate(batched(payloads(), 250)):
        with sender(running, number) as client:
            token = csrf(client.get(f"/suggest/{SLUG}").text)
            for one in part:
                answer = answered(client, token, one)
                assert answer.status_code == 422, (one, answer.status_code)
                yield one, answer.text


def test_each_text_alone_comes_back_as_text(running: Running) -> None:
    with sender(running, 10_000) as client:
        token = csrf(client.get(f"/suggest/{SLUG}").text)
        harmless = {
            tuple(skeleton(answered(client, token, one).text))
            # The messages differ with what is wrong: a long text, a source that is an address.
            for one in (PLAIN, "x" * 8001, "x" * 300, "x\n" * 12, "https://a.example", "\u200b")
        }
    came, seen = [], 0
    for payload, page in given_back(running):
        seen += 1
        assert tuple(skeleton(page)) in harmless, payload
        came.append(page)
    assert seen == len(payloads()) > 4000
    asked: list[str] = []
    with chromium() as browser:
        for part in batched(came, 100):
            context = browser.new_context()
            page = context.new_page()
            page.add_init_script(ALARMS)
            page.on("request", lambda request: asked.append(request.url))
            page.set_content("<body></body>")
            # The application's own files are not there, and are not needed.
            page.evaluate(FRAMES, [re.sub(r"<[^<]*/assets/[^>]*>", "", one) for one in part])
            page.wait_for_function(
                "many => frames.length === many && [...document.querySelectorAll('iframe')]"
                ".every(one => one.contentDocument.readyState === 'complete')",
                arg=len(part),
            )
            assert page.evaluate("window.fired || 0") == 0, part
            context.close()
    assert {url for url in asked if not url.startswith("about:")} == set()


def test_the_frames_of_this_test_would_see_a_payload_run() -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.add_init_script(ALARMS)
        page.set_content("<body></body>")
        page.evaluate(FRAMES, ["<p>safe", "<img src=x onerror=alert(1)>"])
        page.wait_for_function("window.fired === 1")


def test_what_is_stored_and_shown_runs_nowhere(running: Running) -> None:
    workspace, community = running.workspace, running.community
    texts = packed(payloads(), 3500)
    live = workspace.catalogue.published(SLUG)
    assert live is not None
    names = [clean_text(one)[:100].strip() for one in payloads()]
    names = list(dict.fromkeys(one for one in names if one and len(one) > 3))
    made = []
    with workspace.database.writing() as connection:
        for number, name in enumerate(names):
            text = texts[number] if number < len(texts) else "Nothing more."
            proposal = Proposal(
                slug=SLUG, version=live.digest, kind="error", text=text, credit="name",
                quote=clean_text(text)[:4000].strip(), sources=(clean_text(text)[:2000].strip(),),
                name=name,
                email=f"reader{number}@example.org",
            )  # fmt: skip
            made.append(community.suggestions.add(proposal, within=connection).id)
    shown = made[: len(texts)]
    tokens = [token(running, one) for one in shown]
    change(running, state="received")
    paths = ["/suggestions", *(f"/suggestions/{one}" for one in shown)]
    paths += [f"/suggestion/{one}" for one in tokens]
    hold(running, paths, "Ed")
    # Every name as the credit that readers see.
    change(running, state="published", draft=live.digest)
    pages.build_site(workspace, index=False)
    written = (workspace.site / SLUG / "index.html").read_text(encoding="utf-8")
    assert "With suggestions by" in written
    hold(running, [f"/{SLUG}/", f"/{SLUG}/v/1.0/"], None)


def packed(every: list[str], room: int) -> list[str]:
    """All payloads, one a line, in as few texts as hold them; what is longer is cut in pieces."""
    found, text = [], ""
    for line in (one[at : at + room] for one in every for at in range(0, len(one), room)):
        if len(text) + len(line) + 1 > room:
            found.append(text)
            text = ""
        text += f"{line}\n"
    kept = [clean_lines(one) for one in [*found, text]]
    return [one for one in kept if one]


def token(running: Running, name: str) -> str:
    from datetime import timedelta

    return running.community.tokens.issue("suggestion", name, timedelta(days=1))


def change(running: Running, **values: str) -> None:
    with running.workspace.database.writing() as connection:
        connection.execute(update(suggestions).values(**values))


def hold(running: Running, paths: list[str], who: str | None) -> None:
    """Load the pages, as the application serves them; nothing fires and nothing is asked for."""
    asked: list[str] = []
    with chromium() as browser:
        context = browser.new_context()
        if who:
            cookie = running.signed_in(who).client.cookies["session"]
            context.add_cookies([{"name": "session", "value": cookie, "url": running.address}])
        page = context.new_page()
        page.add_init_script(ALARMS)
        page.on("request", lambda request: asked.append(request.url))
        for path in paths:
            answer = page.goto(running.address + path)
            assert answer is not None
            assert answer.status == 200, path
            assert page.evaluate("window.fired || 0") == 0, path
            names = page.evaluate(NAMES)
            assert not [one for one in names if one.startswith("on")], path
            links = page.evaluate("() => [...document.links].map(a => a.protocol)")
            assert set(links) <= {"http:", "https:"}, path
    assert all(url.startswith((running.address, "data:")) for url in asked), asked
