"""A small project, its application behind a real server, and people who sign in to it."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import uvicorn
from catalogues import open_workspace
from model.values import (
    TEXT,
    Desk,
    citation,
    paragraph,
    section,
    snapshot,
    version,
    with_sections,
)
from opened import put_database

from citewright.bootstrap.community import Community
from citewright.database.tables import calls
from citewright.model.article import Article, Block, Section
from citewright.model.community import Role
from citewright.model.statement import SourceMarker, Statement
from citewright.model.version import Version
from citewright.pipeline import pages, reviewing
from citewright.pipeline.heads import seal
from citewright.pipeline.workspace import SNAPSHOT_TAG, VERSION_TAG, Workspace
from citewright.web.app import create_app
from citewright.web.serving import configured, listening

SLUG = "an-article"
PEOPLE: dict[str, Role] = {
    "Rea": "reader",
    "Bo": "reviewer",
    "Bea": "reviewer",
    "Ed": "editor",
    "Ada": "administrator",
}


def opened(project: Path, **settings: object) -> Workspace:
    """A project of one source, whose text is stored."""
    lines = [f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
             for name, value in ({"review": True} | settings).items()]  # fmt: skip
    library = project / "sources" / "library"
    library.mkdir(parents=True, exist_ok=True)
    (project / "citewright.toml").write_text("\n".join(lines), encoding="utf-8")
    (library / "invented-2020.yaml").write_text(SOURCE, encoding="utf-8")
    put_database(project / "output")
    workspace = open_workspace(project)
    taken = snapshot()
    workspace.store.put("raw", TEXT.encode())
    workspace.store.put("text", TEXT.encode())
    workspace.store.put_document("snapshot", SNAPSHOT_TAG, taken)
    workspace.catalogue.add_snapshot(taken)
    return workspace


SOURCE = """key: invented-2020
tier: T1
tier_reason: Invented.
csl: {type: book, title: An Invented Book}
access: []
"""


def commit(workspace: Workspace, said: Article, actor: str | None = "Mo") -> Version:
    """The next version of an article."""
    with workspace.catalogue.writing(said.slug) as writer:
        made = version(
            said,
            number=writer.next_number(major=writer.head is None),
            parent=writer.head.digest if writer.head else None,
        )
        workspace.store.put_document("version", VERSION_TAG, made)
        writer.add(made, "generated", actor)
    seal(workspace, said.slug)
    return made


def whole(statements: Block, slug: str) -> Article:
    """An article that the clinical lint has nothing against."""
    safe = Desk().cited("In a crisis the course is not the first step.")
    safety = section(paragraph(safe), name="contraindications-cautions-cultural-humility")
    return with_sections(section(statements), safety, slug=slug)


def two(workspace: Workspace, slug: str = SLUG) -> tuple[Version, Version]:
    """A published version, and one in review that rewords, adds and removes a statement."""
    desk = Desk()
    first, second, third = (
        desk.cited("It takes eight weeks."),
        desk.cited("Groups of twelve meet for it."),
        desk.llm("Nobody knows where this stood."),
    )
    old = commit(workspace, whole(paragraph(first, second, third), slug))
    reviewing.submit_and_approve(workspace, slug, "Zoe")
    # The state and not the site, which takes longer than all else and which few tests look at.
    assert pages.release(workspace, [slug])[0].objections == ()
    reworded = first.model_copy(update={"text": "It takes nine weeks."})
    added = desk.llm("Lanterns are bought for the walk.")
    said = whole(paragraph(reworded, second, added), slug)
    new = commit(workspace, said)
    reviewing.submit(workspace, slug, "1.1", "Mo", "")
    return old, new


BREATH = "Breathing slowly lowered the pulse of 52 invented adults by 3.5 beats"
GROUPS = "is taught in groups of twelve"


def many(workspace: Workspace, slug: str) -> tuple[Version, Version]:
    """A published version, and one in review that differs from it in every way there is."""
    desk, groups, breath = Desk(), citation(GROUPS), citation(BREATH)
    length = desk.cited("The course lasts eight weeks, with one session in each of them.")
    dose = desk.cited("The dose of the invented tea is 5 mg a day.", breath)
    safe = desk.cited("It is not suitable for people in an acute crisis.", groups)
    may = desk.cited("Slow breathing may lower the pulse of adults.", breath)
    kept = desk.cited("It is taught in groups of twelve.", groups)
    told = desk.llm("Groups are led by two teachers who have done the course themselves.")
    stays = desk.llm("The walk is taken in silence.")
    gone = desk.llm("Nobody knows where this stood.")
    long = desk.cited("It has eight sessions, and each of them ends with a walk in the garden.")
    moved = desk.cited("Participants write a letter to themselves in the last week.")
    quoted = desk.quotation()
    old = _split(paragraph(length, dose, safe, may, kept, told, gone, stays, long), moved, quoted)
    commit(workspace, with_sections(*old, slug=slug))
    reviewing.submit_and_approve(workspace, slug, "Zoe")
    pages.release(workspace, [slug])

    def said(one: Statement, text: str) -> Statement:
        return one.model_copy(update={"text": text})

    sources = SourceMarker(kind="sources", citations=(citation(), groups))
    body = paragraph(
        said(length, "The course lasts nine weeks, with one session in each of them."),
        said(dose, "The dose of the invented tea is 50 mg a day."),
        said(safe, "It is suitable for people in an acute crisis."),
        said(may, "Slow breathing lowers the pulse of children."),
        kept.model_copy(update={"marker": SourceMarker(kind="sources", citations=(citation(),))}),
        told.model_copy(update={"marker": sources}),
        desk.llm("Lanterns are bought for the walk before the course begins."),
        stays,
        said(long, "It has eight sessions."),
        desk.cited("Each of them ends with a walk in the garden."),
        moved,
    )
    new = commit(workspace, with_sections(*_split(body, None, quoted), slug=slug))
    reviewing.submit(workspace, slug, "1.1", "Mo", "")
    return version_of(workspace, slug, "1.0"), new


def version_of(workspace: Workspace, slug: str, number: str) -> Version:
    """A version by its number."""
    return workspace.version(workspace.catalogue.version(slug, number).digest)


def _split(body: Block, moved: Statement | None, quoted: Statement) -> tuple[Section, ...]:
    """A section of text, and the one without which nothing is published."""
    safety = Desk().cited("In a crisis the course is not the first step.")
    rest = [one for one in (moved, quoted) if one is not None]
    name = "contraindications-cautions-cultural-humility"
    caution = section(paragraph(safety, *rest), name=name)
    return section(body), caution.model_copy(update={"title": "Contraindications and cautions"})


def same(workspace: Workspace, slug: str) -> None:
    """A published version, and one in review that says the same with another check."""
    said = whole(paragraph(Desk().cited()), slug)
    commit(workspace, said)
    reviewing.submit_and_approve(workspace, slug, "Zoe")
    pages.release(workspace, [slug])
    commit(workspace, said)
    reviewing.submit(workspace, slug, "1.1", "Mo", "")


def calls_of(workspace: Workspace, run: str = "run-1") -> None:
    """Calls of a run: two answered, one failed, one under way."""
    row = {
        "run": run, "model": "claude-x", "reserved_usd": "0.50", "began": "2026-03-04T05:06:07Z",
        "detail": "", "slug": SLUG,
    }  # fmt: skip
    states = (("answered", "draft"), ("answered", "judge"), ("failed", "draft"), ("sent", "draft"))
    with workspace.database.writing() as connection:
        for number, (state, role) in enumerate(states):
            more = {"request": f"sha256:{run}{number}", "state": state, "role": role,
                    "cost_usd": str(Decimal("0.25") if state == "answered" else Decimal("0.5")),
                    "ended": None if state == "sent" else "2026-03-04T05:07:07Z"}  # fmt: skip
            connection.execute(calls.insert().values(**row | more))


@dataclass(frozen=True)
class Running:
    """An application that is served, and its parts."""

    address: str
    workspace: Workspace
    community: Community

    def anonymous(self) -> httpx.Client:
        """A client without cookies; redirects are not followed."""
        return httpx.Client(base_url=self.address, timeout=300)

    def signed_in(self, name: str) -> Browser:
        """Somebody's browser, signed in by a link as it would be mailed."""
        account = next(one for one in self.community.accounts.listing() if one.name == name)
        token = self.community.tokens.issue("sign-in", str(account.id), timedelta(minutes=5))
        client = self.anonymous()
        page = client.get(f"/sign-in/{token}")
        done = client.post(f"/sign-in/{token}", data={"csrf": csrf(page.text), "next": ""})
        assert done.status_code == 303, done.text
        return Browser(client)

    def key(self, name: str) -> str:
        """A key for scripts."""
        account = next(one for one in self.community.accounts.listing() if one.name == name)
        return self.community.tokens.issue("api", str(account.id), timedelta(days=1))


class Browser:
    """A client that sends forms as a browser does: with the page's token and its origin."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str) -> httpx.Response:
        """Load a page."""
        return self.client.get(path)

    def post(self, path: str, page: str = "/account", **fields: object) -> httpx.Response:
        """Send a form that stands on a page."""
        token = csrf(self.get(page).text)
        origin = str(self.client.base_url).rstrip("/")
        data = {"csrf": token, **fields}
        return self.client.post(path, data=data, headers={"Origin": origin})


def csrf(page: str) -> str:
    """The token of a page's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None, page[:2000]
    return found[1]


def seen(page: str) -> str:
    """The newest entry of the log that a review page shows."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None, page[:2000]
    return found[1]


@contextmanager
def served(
    workspace: Workspace, *, serve_site: bool = False, listener: socket.socket | None = None
) -> Iterator[Running]:
    """The application behind a real server on a loopback port, with one account of each role."""
    listener = listener or listening("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(workspace, address=address, serve_site=serve_site)
    community: Community = app.state.parts.community
    known = {one.name for one in community.accounts.listing()}
    for name, role in PEOPLE.items():
        if name not in known:
            community.accounts.create(f"{name.lower()}@example.org", name, role)
    server = uvicorn.Server(configured(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield Running(address, workspace, community)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
