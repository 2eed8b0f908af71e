"""From a topic to candidates and from the picked ones to files, with services on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from catalogues import open_workspace
from fakes.service_server import Reply, ServiceServer
from fakes.service_world import (
    LONG,
    answered,
    crossref_work,
    found,
    indexed,
    know,
    make_project,
    openalex_work,
    pubmed,
    pubmed_knows,
    silence,
    wikipedia_page,
)

from citewright.bootstrap import open_services
from citewright.errors import InputError, NotFound
from citewright.pipeline.finding import Proposal, complete, create_article, propose
from citewright.pipeline.workspace import Workspace
from citewright.retrieval.proposing import warning

A, B = "10.5555/a", "10.5555/b"


@pytest.fixture
def server() -> Iterator[ServiceServer]:
    with ServiceServer({}) as running:
        silence(running)
        yield running


@pytest.fixture
def workspace(tmp_path: Path, server: ServiceServer) -> Workspace:
    return open_workspace(make_project(tmp_path / "project", server.base_url))


def proposed(workspace: Workspace, topic: str = "slow breathing") -> Proposal:
    return propose(workspace, open_services(workspace), topic)


def files(workspace: Workspace) -> list[str]:
    folder = workspace.project / "sources"
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_five_services_make_one_list(workspace: Workspace, server: ServiceServer) -> None:
    server.routes["/cr/works"] = found(
        crossref_work(A, "Slow breathing: a trial"), crossref_work(B, "Slow breathing: a preprint",
        type="posted-content"),
    )  # fmt: skip
    server.routes["/oa/works"] = answered({"results": [
        openalex_work(A, "Slow breathing: a trial", abstract_inverted_index=indexed(LONG)),
        openalex_work("10.5555/r", "Slow breathing", is_retracted=True),
    ]})  # fmt: skip
    pubmed_knows(server, "7", pubmed("7", A, "Slow breathing: a trial."))
    page = {"query": {"pages": [wikipedia_page("Slow breathing")]}}
    server.routes["/wp/en/w/api.php"] = answered(page)
    made = proposed(workspace)
    assert made.failures == ()
    tiers = {(c.work.csl.DOI or c.work.csl.title): c.tier for c in made.candidates}
    assert tiers == {A: "T1", B: "T3", "10.5555/r": "T3", "Slow breathing": "T3"}
    first, last = made.candidates[0], made.candidates[-1]
    assert [record.service for record in first.work.records] == ["crossref", "pubmed", "openalex"]
    assert (last.work.csl.DOI, last.warning) == ("10.5555/r", "retraction reported by openalex")
    assert files(workspace) == []


def test_a_service_that_is_down_is_named_and_the_others_serve(
    workspace: Workspace, server: ServiceServer
) -> None:
    server.routes["/cr/works"] = found(crossref_work(A, "Slow breathing"))
    server.routes["/oa/works"] = Reply(b"<html>Maintenance \x1b[31m</html>")
    made = proposed(workspace)
    assert len(made.candidates) == 1
    (told,) = made.failures
    assert told.startswith("openalex: ")
    assert "\x1b" not in told


def test_nothing_found_is_told_apart_from_nobody_asked(
    workspace: Workspace, server: ServiceServer
) -> None:
    with pytest.raises(NotFound, match="no service found anything on 'slow breathing'") as nothing:
        proposed(workspace)
    assert not nothing.value.retry
    server.routes["/oa/works"] = Reply(b"<html>Maintenance</html>")
    with pytest.raises(NotFound, match="openalex") as silent:
        proposed(workspace)
    assert silent.value.retry


def two(workspace: Workspace, server: ServiceServer) -> Proposal:
    server.routes["/cr/works"] = found(
        crossref_work(A, "Slow breathing", abstract=f"<jats:p>{LONG}</jats:p>"),
        crossref_work(B, "Slower breathing"),
    )
    return proposed(workspace)


def test_picks_become_a_brief_and_entries_that_can_be_read(
    workspace: Workspace, server: ServiceServer
) -> None:
    works = [candidate.work for candidate in two(workspace, server).candidates]
    made = create_article(workspace, "Slow Breathing", works, taxonomy=["modality", " "])
    assert files(workspace) == [
        "abstracts/quill-nib-2019.txt",
        "briefs/slow-breathing.yaml",
        "library/quill-nib-2019-2.yaml",
        "library/quill-nib-2019.yaml",
    ]
    brief = workspace.brief("slow-breathing")
    assert brief == made.brief
    assert brief.sources == ("quill-nib-2019", "quill-nib-2019-2")
    assert brief.taxonomy == ("modality",)
    source = workspace.source("quill-nib-2019")
    assert source.csl.DOI == A
    assert [way.covers for way in source.access] == ["abstract"]


def test_a_pick_gets_what_a_search_leaves_out(workspace: Workspace, server: ServiceServer) -> None:
    server.routes["/cr/works"] = found(crossref_work(A, "Slow breathing"))
    server.routes["/oa/works"] = answered(
        {"results": [openalex_work(A, "Slow breathing", is_retracted=True)]}
    )
    know(server, A, "Slow breathing", abstract=f"<jats:p>{LONG}</jats:p>", volume="7")
    server.routes["/oa/works/"] = Reply(b"<html>Maintenance</html>")
    works = [candidate.work for candidate in proposed(workspace).candidates]
    (work,), failures = complete(open_services(workspace), works)
    assert (work.csl.volume, work.abstract) == ("7", LONG)
    # What a service said to the search stands, where it does not answer now.
    assert warning(work) == "retraction reported by openalex"
    assert [told.split(":")[0] for told in failures] == ["openalex"]


def test_what_the_library_has_is_reused_and_picked_once(
    workspace: Workspace, server: ServiceServer
) -> None:
    works = [candidate.work for candidate in two(workspace, server).candidates]
    create_article(workspace, "One", works[:1])
    made = create_article(workspace, "Two", [*works, works[0], works[1]])
    assert made.brief.sources == ("quill-nib-2019", "quill-nib-2019-2")
    assert made.reused == ("quill-nib-2019",)
    assert [path.stem for path in made.sources] == ["quill-nib-2019-2"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"slug": "../escape"}, "no usable slug"),
        ({"slug": "Big Name"}, "no usable slug"),
        ({"slug": ""}, "no usable slug"),
        ({"outline": "../x"}, "no usable outline"),
        ({"outline": "nonesuch"}, "nonesuch"),
        ({"title": "呼吸"}, "gives no slug"),
        ({"picked": []}, "at least one source"),
    ],
)
def test_a_wrong_order_writes_nothing(
    workspace: Workspace, server: ServiceServer, given: dict[str, object], told: str
) -> None:
    works = [candidate.work for candidate in two(workspace, server).candidates]
    order = {"title": "Slow Breathing", "picked": works} | given
    with pytest.raises(InputError, match=told):
        create_article(workspace, order.pop("title"), order.pop("picked"), **order)
    assert files(workspace) == []


def test_nothing_is_left_of_what_could_not_be_finished(
    workspace: Workspace, server: ServiceServer
) -> None:
    works = [candidate.work for candidate in two(workspace, server).candidates]
    # Somebody keeps another abstract under the second's name: writing it fails after the first.
    server.routes["/cr/works"] = found(
        crossref_work(B, "Slower breathing", abstract=f"<jats:p>{LONG}</jats:p>")
    )
    works[1] = proposed(workspace).candidates[0].work
    kept = workspace.project / "sources" / "abstracts" / "quill-nib-2019-2.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("corrected by hand", "utf-8")
    with pytest.raises(InputError, match="another abstract"):
        create_article(workspace, "Slow Breathing", works)
    assert files(workspace) == ["abstracts/quill-nib-2019-2.txt"]
    assert kept.read_text("utf-8") == "corrected by hand"
