"""Finding, adding, fetching, checking and exporting sources with the command; every service and
page is a loopback server, and every work is made up."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from catalogues import database_environment, open_catalogue, open_workspace
from commands import Cli, InProcess
from fakes.service_server import Reply, ServiceServer
from fakes.service_world import (
    LONG,
    answered,
    crossref_work,
    environment,
    found,
    know,
    open_at,
    openalex_work,
    silence,
    wikipedia_page,
)
from fakes.source_server import Counter, SourceServer, page, revalidated
from shared import ROOT

from citewright.model.evidence import Snapshot
from citewright.pipeline.workspace import SNAPSHOT_TAG, Workspace
from citewright.versions.sources import LastSeen, SourceLog

with_server = pytest.mark.xdist_group("prefect")

DOI = "10.5555/slow.1"
NAMES = ["slow.1", "slow.2", "slow.3", "slow.4"]
KEPT = "The pulse of 52 invented adults fell by 3.5 beats a minute after eight weeks of training."
LOST = "Slow breathing is a training in which adults breathe six times a minute for a while."
SAFE = "No adverse event was reported in the trial of slow breathing."
TEXT = f"""<html><head><title>Slow breathing</title></head><body><article><h1>Slow breathing</h1>
<p>{LOST} {KEPT}</p><p>The mechanism of slow breathing is thought to be the baroreflex. Adults with
anxiety were taught slow breathing by a therapist in six sessions. {SAFE}</p></article></body>
</html>"""


@pytest.fixture
def services() -> Iterator[ServiceServer]:
    with ServiceServer({}) as running:
        silence(running)
        yield running


@pytest.fixture
def pages() -> Iterator[SourceServer]:
    with SourceServer({"/a": revalidated(TEXT.encode(), etag='"1"')}) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def world(services: ServiceServer, pages: SourceServer) -> None:
    """Four works; the first is free to read on the page server, the second is retracted."""
    titles = {name: f"Slow breathing, part {name[-1]}" for name in NAMES}
    services.routes["/cr/works"] = found(
        *(crossref_work(f"10.5555/{name}", titles[name]) for name in NAMES[:2])
    )
    for name in NAMES:
        know(services, f"10.5555/{name}", titles[name], abstract=f"<jats:p>{LONG}</jats:p>")
    free = openalex_work(DOI, titles["slow.1"], **open_at(f"{pages.base_url}/a"))
    gone = openalex_work("10.5555/slow.2", titles["slow.2"], is_retracted=True)
    services.routes["/oa/works"] = answered({"results": [gone, free]})
    services.routes[f"/oa/works/doi:{DOI}"] = answered(free)
    services.routes["/oa/works/doi:10.5555/slow.2"] = answered(gone)
    wiki = {"query": {"pages": [wikipedia_page("Breathing")]}}
    services.routes["/wp/en/w/api.php"] = answered(wiki)


def files(project: Path) -> list[str]:
    folder = project / "sources"
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_new_lists_and_writes_nothing_without_picks(
    quick_cli: InProcess, services: ServiceServer, pages: SourceServer, project: Path
) -> None:
    world(services, pages)
    hostile = "Slow <i>breathing</i> \x1b[2J\x1b]8;;http://evil\x07[red]:heart:[/red]\u202e"
    services.routes["/cr/works"] = found(crossref_work("10.5555/x", hostile))
    services.routes["/ep/search"] = answered({"errMsg": "down \x1b[31mnow\x07"})
    asked = quick_cli.with_environment(**environment(services.base_url))
    shown = asked("new", "Slow Breathing", "--project", project)
    assert shown.code == 0, shown.err
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", shown.out)
    assert "[red]:heart:[/red]" in shown.out
    assert "did not answer: europepmc" in shown.out
    assert "Nothing was written." in shown.out
    assert shown.out.index(DOI) < shown.out.index("LOOK: retraction reported by openalex")
    assert files(project) == []


def test_picking_at_the_terminal(
    services: ServiceServer, pages: SourceServer, project: Path
) -> None:
    world(services, pages)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from citewright.cli.main import run; run()"]
    running = subprocess.Popen(
        [*command, "new", "Slow Breathing", "--project", str(project)],
        env=os.environ
        | database_environment(project)
        | environment(services.base_url)
        | {"DO_NOT_TRACK": "1"},
        stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
    )  # fmt: skip
    os.close(theirs)
    answers, said, end = [b"99\n", f"{DOI}, 1\n".encode()], b"", time.monotonic() + 600
    while time.monotonic() < end and running.poll() is None:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                said += os.read(ours, 65536)
            except OSError:
                break
        if answers and said.count(b"Sources to take") == 3 - len(answers):
            os.write(ours, answers.pop(0))
    assert running.wait(timeout=300) == 0, said.decode()
    os.close(ours)
    assert "'99' is not among the" in said.decode()
    assert "briefs/slow-breathing.yaml" in files(project)


def test_adding_fetching_and_importing_end_with_their_codes(
    quick_cli: InProcess,
    services: ServiceServer,
    pages: SourceServer,
    project: Path,
    tmp_path: Path,
) -> None:
    world(services, pages)
    asked = quick_cli.with_environment(**environment(services.base_url))
    unknown = asked("sources", "add", "10.5555/none", "--project", project)
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.err.count("\n") == 1
    assert "no service knows the DOI 10.5555/none." in unknown.err
    partly = asked("sources", "add", DOI, "10.5555/none", "--project", project, "--json")
    assert partly.code == 5
    assert [one["key"] for one in partly.json["sources"]] == ["quill-nib-2019"]
    assert [one["name"] for one in partly.json["failed"]] == ["10.5555/none"]
    bib = tmp_path / "a.bib"
    bib.write_text(
        "@book{b, title={A Book}, author={Nib, Ben}, year=2001}\n@book{c, title={No", "utf-8"
    )
    taken = asked("sources", "import", bib, "--project", project)
    assert taken.code == 5
    assert "not read: " in taken.out
    fetched = asked("sources", "fetch", "--project", project, "--json")
    assert fetched.code == 5
    got = {one["key"]: (one["covers"], bool(one["error"])) for one in fetched.json["sources"]}
    assert got == {"b": (None, True), "quill-nib-2019": ("full_text", False)}


@pytest.mark.slow
@with_server
def test_from_services_to_an_article_to_its_retraction(
    flow_cli: Cli,
    quick_cli: InProcess,
    services: ServiceServer,
    pages: SourceServer,
    project: Path,
) -> None:
    world(services, pages)
    asked = flow_cli.with_environment(**environment(services.base_url))
    quick = quick_cli.with_environment(**environment(services.base_url))
    picked = quick("new", "Slow Breathing", "--pick", DOI, "--project", project, "--json")
    assert picked.code == 0, picked.err
    key = yaml.safe_load(Path(picked.json["brief"]).read_text("utf-8"))["sources"][0]
    made = asked("generate", "slow-breathing", "--project", project, "--json")
    assert made.code in (0, 5), made.err
    assert made.json["statements"]["sourced"] > 0
    assert f"{pages.base_url}/a" in str(
        quick("show", "slow-breathing", "--project", project, "--json").json["snapshots"]
    )

    # The page loses a sentence, Crossref reports a retraction, and OpenAlex is down.
    pages.routes["/a"] = revalidated(TEXT.replace(LOST, "").encode(), etag='"2"')
    update = {"DOI": "10.5555/notice", "type": "retraction", "label": "Retraction",
              "source": "publisher", "updated": {"date-parts": [[2021, 3, 4]]}}  # fmt: skip
    know(services, DOI, "Slow breathing, part 1", **{"updated-by": [update]})
    services.routes[f"/oa/works/doi:{DOI}"] = Reply(b"<html>Maintenance</html>")
    checked = asked("sources", "check", key, key, "--project", project, "--json")
    assert checked.code == 3, checked.err
    (one,) = checked.json["sources"]
    assert (one["text"], one["standing"]["status"]) == ("changed", "retracted")
    assert [said["service"] for said in one["standing"]["said"] if said["counts_as"]] == [
        "crossref"
    ]
    assert [silent["service"] for silent in one["standing"]["silent"]] == ["openalex"]
    assert {cited["slug"] for cited in one["affected"]} == {"slow-breathing"}
    assert 0 < len(one["lost"]) < len({cited["statement"] for cited in one["affected"]})
    assert {event["kind"] for event in one["news"]} == {"changed", "retraction", "standing"}

    pages.routes["/a"] = page(b"no such page", status=404)
    told = asked("sources", "check", key, "--project", project)
    assert told.code == 3
    assert re.search(rf"look  {key}: text gone \(.*404", told.out)
    assert "crossref says retraction of 2021-03-04, 10.5555/notice" in told.out
    assert "openalex did not answer" in told.out
    assert f"cited in slow-breathing {made.json['version']}" in told.out
    assert SAFE in told.out
    assert "1 checked: 1 to look at" in told.out


@with_server
@pytest.mark.slow
def test_the_guides_commands_do_what_it_says(
    flow_cli: Cli, services: ServiceServer, pages: SourceServer, project: Path, tmp_path: Path
) -> None:
    world(services, pages)
    pages.routes["/wiki/Breathing?oldid=502"] = page(TEXT.encode())
    asked = flow_cli.with_environment(**environment(services.base_url))
    bib = tmp_path / "references.bib"
    bib.write_text("@book{b, title={A Book}, author={Nib, Ben}, year=2001}", "utf-8")
    guide = (ROOT / "docs" / "finding.md").read_text("utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)
             for line in block.splitlines()]  # fmt: skip
    assert len(lines) == 10
    outputs = {}
    for line in lines:
        words = [str(bib) if word == bib.name else word for word in shlex.split(line)]
        done = asked(*words[1:], "--project", project)
        if "--key" in words:
            # Nothing of this test may reach the real Wikipedia.
            entry = project / "sources" / "library" / f"{words[-1]}.yaml"
            text = entry.read_text("utf-8")
            assert "https://en.wikipedia.org/wiki/Breathing?oldid=502" in text
            place = "  url: https://en.wikipedia.org"
            entry.write_text(text.replace(place, f"  url: {pages.base_url}"), "utf-8")
        # The second pick is retracted, which a check tells by its code.
        expected = 3 if words[2] == "check" else 0
        assert done.code == expected, (line, done.out, done.err)
        outputs[line] = done.out
    assert "@article" in outputs["citewright sources export --format bibtex"]
    assert (project / "sources" / "library" / "b.yaml").is_file()


def retrieved_before(workspace: Workspace, log: SourceLog, number: int, base: str) -> None:
    """A source whose text was retrieved yesterday, with its server's validator."""
    key, url, text = f"source-{number}", f"{base}/{number}", f"{KEPT} On page {number}."
    entry = {
        "key": key, "tier": "T3", "tier_reason": "Invented.",
        "csl": {"type": "webpage", "title": f"Page {number}"},
        "access": [{"kind": "url", "url": url, "covers": "full_text"}],
    }  # fmt: skip
    path = workspace.project / "sources" / "library" / f"{key}.yaml"
    path.write_text(yaml.safe_dump(entry), "utf-8")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    snapshot = Snapshot(
        source=key, covers="full_text", raw=workspace.store.put("raw", text.encode()),
        text=workspace.store.put("text", text.encode()), length=len(text),
        media_type="text/plain", retrieved=yesterday, requested=url, final_url=url,
        extractor="plain", extractor_version="1",
    )  # fmt: skip
    digest = workspace.store.put_document("snapshot", SNAPSHOT_TAG, snapshot)
    workspace.catalogue.add_snapshot(snapshot)
    seen = LastSeen(url, f'"{number}"', None, digest, yesterday.isoformat())
    log.saw({key: seen})


@with_server
@pytest.mark.slow
def test_a_thousand_unchanged_sources(flow_cli: Cli, project: Path) -> None:
    (project / "sources" / "library").mkdir(parents=True)
    workspace = open_workspace(project)
    log = SourceLog(open_catalogue(project))
    asked = flow_cli.with_environment(CITEWRIGHT_FETCH_PRIVATE="true")
    counters = [Counter() for _ in range(4)]
    with ExitStack() as stack:
        servers = [stack.enter_context(SourceServer({})) for _ in counters]
        for number in range(1000):
            place = number % len(servers)
            page_there = revalidated(b"a body that nobody asked for", etag=f'"{number}"')
            servers[place].routes[f"/{number}"] = counters[place].around(page_there, 0.001)
            retrieved_before(workspace, log, number, servers[place].base_url)
        started = time.monotonic()
        done = asked("sources", "check", "--all", "--project", project, "--json", timeout=900)
        seconds = time.monotonic() - started
    print(f"1000 unchanged sources: {seconds:.1f} s")
    assert done.code == 0, done.err
    assert [one["text"] for one in done.json["sources"]] == ["unchanged"] * 1000
    for server in servers:
        assert len(server.requests) == 250
        assert all("If-None-Match" in headers for _, headers in server.requests)
        assert len(server.robots) == 1
    assert [counter.most for counter in counters] == [1] * 4
    events = [event.kind for event in log.events()]
    assert (events.count("unchanged"), events.count("standing"), len(events)) == (1000, 1000, 2000)
