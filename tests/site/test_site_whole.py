"""The whole site: what is on it, where it leads, and that only what changed is made again."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

from citewright.errors import IntegrityError
from citewright.pipeline import pages, reviewing
from citewright.pipeline.workspace import Workspace
from citewright.versions.sources import Happening
from tests.site import sample, wiki
from tests.site.pages import places, read
from tests.site.wiki import READ, SIT, WALK

ADDRESSES = {"site_url": "https://wiki.example/w", "app_url": "https://app.example/a"}
ATOM = "{http://www.w3.org/2005/Atom}"
MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> Workspace:
    """A site to look at only."""
    workspace = wiki.wiki(tmp_path_factory.mktemp("seen"))
    wiki.built(workspace)
    return workspace


@pytest.fixture(scope="module")
def known(tmp_path_factory) -> Workspace:
    """The same where its own and the application's addresses are set."""
    workspace = wiki.wiki(tmp_path_factory.mktemp("known"), **ADDRESSES)
    wiki.built(workspace)
    return workspace


@pytest.fixture
def site(tmp_path: Path) -> Workspace:
    """A small wiki whose site was built."""
    workspace = wiki.wiki(tmp_path)
    wiki.built(workspace)
    return workspace


def page(workspace: Workspace, path: str):
    return read((workspace.site / path).read_text(encoding="utf-8"))


def test_every_link_of_every_page_leads_somewhere(seen):
    for path, data in wiki.files(seen).items():
        if not path.endswith(".html") or path == "404.html":
            continue
        found = read(data.decode())
        ids = found.values("id")
        assert len(ids) == len(set(ids)), path
        for href in found.values("href"):
            parts = urlsplit(href)
            if parts.scheme:
                continue
            target = (seen.site / path).parent / unquote(parts.path) if parts.path else None
            if target is not None:
                assert target.is_file(), (path, href)
                assert seen.site.resolve() in target.resolve().parents, (path, href)
            if parts.fragment and (target is None or target.suffix == ".html"):
                names = page(seen, str(target.resolve().relative_to(seen.site.resolve()))).values(
                    "id"
                ) if target else ids  # fmt: skip
                assert parts.fragment in names, (path, href)


def test_pages_lead_to_folders_where_the_address_is_known(known):
    workspace = known
    found = page(workspace, f"{READ}/index.html")
    assert "../paced-walking/" in found.values("href")
    assert not [href for href in found.values("href") if href.endswith("index.html")]
    assert "https://wiki.example/w/slow-reading/" in found.values("href"), "the canonical address"
    assert 'href="https://wiki.example/w/articles/"' in (workspace.site / "404.html").read_text()


def test_a_version_keeps_its_address_and_says_when_it_is_not_the_current_one(seen):
    old = page(seen, f"{WALK}/v/1.0/index.html")
    assert "Not the current version." in old.text
    assert "taught in six weekly hours" in old.text
    assert "../../../paced-walking/index.html" in old.values("href")
    assert "noindex" in old.values("content")
    assert "canonical" not in old.values("rel"), "it says something else than the current one"
    new = page(seen, f"{WALK}/v/1.1/index.html")
    assert "canonical" in new.values("rel")
    assert "Not the current version" not in new.text
    current = (seen.site / WALK / "index.html").read_text().replace("../", "")
    fixed = (seen.site / WALK / "v" / "1.1" / "index.html").read_text().replace("../", "")
    assert current == fixed


def test_the_versions_and_what_changed_between_them(seen):
    places(
        page(seen, f"{WALK}/versions/index.html").text,
        ["Version 1.1", "published", "Changes since version 1.0: 1 reworded", "Version 1.0"],
    )
    changes = page(seen, f"{WALK}/changes/1.0-1.1/index.html")
    assert {"ins", "del"} <= set(changes.tags)
    assert "1 reworded" in page(seen, "new/index.html").text


def test_documents_for_programs_stand_beside_each_version(seen):
    folder = seen.site / WALK / "v" / "1.1"
    digest = seen.catalogue.version(WALK).digest
    document = json.loads((folder / "version.json").read_bytes())
    assert document["number"] == "1.1"
    assert (folder / "version.json").read_bytes() == wiki.stored(seen.version(digest))
    assert "activity" in json.loads((folder / "prov.json").read_bytes())
    assert digest in (folder / "article.jsonld").read_text()
    html = (seen.site / WALK / "index.html").read_text()
    start = html.index('ld+json">') + len('ld+json">')
    inline = json.loads(html[start : html.index("</script>", start)])
    assert inline["@type"] == "MedicalWebPage"
    assert inline["identifier"] == digest
    assert len(inline["citation"]) == 4
    assert "reviewedBy" not in inline, "nobody reviewed it"


def test_lists_hold_the_articles_their_sources_and_terms(seen):
    assert all(
        title in page(seen, "articles/index.html").text
        for title in ("Paced Walking (PW)", "Slow Reading", "Sitting Still")
    )
    topic = next(
        path for path in wiki.files(seen) if path.startswith("topics/") and "walking" in path
    )
    assert "Paced Walking (PW)" in page(seen, topic).text
    assert "Pace Four steps in, six steps out." in page(seen, "glossary/index.html").text
    source = page(seen, "sources/sample-institute/index.html")
    places(source.text, ["About Paced Walking", "T2", "Cited by", "Paced Walking", "Sitting Still"])
    assert "in 3 articles" in page(seen, "sources/index.html").text


def test_titles_of_other_articles_are_links_but_not_in_quotations(tmp_path):
    workspace = wiki.opened(tmp_path)
    text = "Those who know Paced Walking, as Paced Walking goes, read slowly."
    wiki.commit(workspace, wiki.small(READ, "Slow Reading", text, "Slow Reading is calm."))
    wiki.built(workspace)
    assert "article" not in page(workspace, f"{READ}/index.html").values("class")
    wiki.commit(workspace, wiki.small(WALK, "Paced Walking (PW)", "It is walking."))
    done = wiki.built(workspace)
    html = (workspace.site / READ / "index.html").read_text()
    assert html.count('class="article"') == 1, "the first mention alone, and never its own title"
    assert '<a class="article" href="../paced-walking/index.html">Paced Walking</a>, as' in html
    assert done.removed == 0
    reviewing.withdraw(workspace, WALK, "1.0", "Bo", "Wrong.")
    assert 'class="article"' not in (workspace.site / READ / "index.html").read_text()


def test_nothing_is_made_again_that_did_not_change(site):
    before = wiki.files(site)
    again = wiki.built(site)
    assert (again.made, again.removed) == (0, 0)
    assert again.kept == len(before)
    wiki.commit(site, wiki.small(SIT, "Sitting Still", "Nothing at all is done in it."))
    done = wiki.built(site)
    after = wiki.files(site)
    changed = {path for path in after if before.get(path) != after[path]}
    assert {path.split("/")[0] for path in changed} <= {
        "index.html", "articles", "topics", "new", "sources", SIT,
    }  # fmt: skip
    assert done.made == len(changed), "every file that was made is another one than before"
    whole = wiki.built(site)
    assert whole.made == 0


def test_a_build_from_nothing_gives_the_same_bytes(site):
    wiki.commit(site, wiki.small(SIT, "Sitting Still", "Nothing at all is done in it."))
    wiki.built(site)
    step_by_step = wiki.files(site)
    pages.build_site(site, anew=True, index=False)
    assert wiki.files(site) == step_by_step


def test_what_is_withdrawn_says_so_and_leaves_the_lists(site):
    reviewing.withdraw(site, SIT, "1.0", "Bo", "Wrong.")
    shown = page(site, f"{SIT}/index.html")
    assert "This version must not be used." in shown.text
    assert "Withdrawn: Wrong." in page(site, f"{SIT}/versions/index.html").text
    for path, data in wiki.files(site).items():
        if not path.startswith(SIT):
            assert b"sitting-still" not in data, path
    assert f"{SIT}/v/1.0/version.json" not in wiki.files(site)


def test_a_retracted_source_is_told_wherever_it_stands(site):
    said = [Happening(kind="standing", service=None, detail="retracted")]
    site.source_log.record("sample-institute", said, site.clock())
    done = wiki.built(site)
    assert done.made > 0
    assert "A source does not stand any more." in page(site, f"{SIT}/index.html").text
    source = page(site, "sources/sample-institute/index.html").text
    assert "This source does not stand any more. It was retracted." in source
    assert "was retracted" in page(site, "sources/index.html").text
    assert f"{SIT}/v/1.0/version.json" not in wiki.files(site), "what is withheld is in it"
    assert wiki.built(site).made == 0


def test_feed_and_sitemap_need_the_address_and_its_lack_is_told(seen, known):
    assert not {"feed.atom", "sitemap.xml"} & wiki.files(seen).keys()
    assert "the setting site_url is not set" in page(seen, "about/index.html").text
    workspace = known
    feed = ElementTree.parse(workspace.site / "feed.atom").getroot()
    titles = [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")]
    assert "Paced Walking (PW): version 1.1: 1 reworded" in titles
    ids = [one.findtext(f"{ATOM}id") for one in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    places_ = ElementTree.parse(workspace.site / "sitemap.xml").getroot()
    urls = [one.text for one in places_.iter(f"{MAPS}loc")]
    assert "https://wiki.example/w/paced-walking/" in urls
    assert "https://wiki.example/w/paced-walking/versions/" in urls
    assert "https://wiki.example/w/topics/sample/" in urls
    assert not [url for url in urls if "/v/" in url or "/changes/" in url]
    assert len(set(urls)) == len(urls)
    assert all(
        (workspace.site / url.removeprefix("https://wiki.example/w/") / "index.html").is_file()
        for url in urls
    )
    assert (
        "Sitemap: https://wiki.example/w/sitemap.xml" in (workspace.site / "robots.txt").read_text()
    )


def test_forms_lead_to_the_application_where_there_is_one(seen, known):
    assert "form" not in page(seen, f"{WALK}/index.html").tags
    workspace = known
    found = page(workspace, f"{WALK}/index.html")
    assert set(found.values("action")) == {
        "https://app.example/a/vote/paced-walking",
        "https://app.example/a/suggest/paced-walking",
    }
    first = next(iter(sample.version().article.statements())).id
    assert f"https://app.example/a/suggest/paced-walking?statement={first}" in found.values("href")
    assert "https://app.example/a/sign-in" in found.values("href")
    assert any(
        "form-action 'self' https://app.example;" in one + ";" for one in found.values("content")
    )


def test_a_build_that_fails_leaves_the_site_as_it_was(site):
    before = wiki.files(site)
    wiki.commit(site, wiki.small(READ, "Slow Reading", "It is slow."))
    made = wiki.commit(site, wiki.small(WALK, "Paced Walking (PW)", "It is walking."))
    name = made.digest.removeprefix("sha256:")
    file = site.project / "output" / "store" / "version" / name[:2] / name
    data = file.read_bytes()
    file.write_bytes(data.replace(b"It is walking", b"It is talking"))
    with pytest.raises(IntegrityError):
        wiki.built(site)
    assert wiki.files(site) == before
    file.write_bytes(data)
    assert wiki.built(site).made > 0
    assert "It is slow." in page(site, f"{READ}/index.html").text


def test_a_damaged_ledger_or_folder_is_made_anew(site):
    before = wiki.files(site)
    (site.site.parent / "site.sqlite").write_bytes(b"not a database at all" * 100)
    wiki.built(site)
    assert wiki.files(site) == before
    for path in sorted(site.site.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    wiki.built(site)
    assert wiki.files(site) == before


def test_an_article_cannot_take_a_page_of_the_site(tmp_path):
    workspace = wiki.opened(tmp_path)
    wiki.commit(workspace, wiki.small("search", "Search", "It is a search."), public=False)
    (held,) = pages.release(workspace, [])
    assert held.page is None
    assert "the article needs another name" in held.objections[0]


def test_reviewers_are_named_but_not_their_addresses(tmp_path):
    workspace = wiki.opened(tmp_path, review=True)
    for slug, who in ((WALK, "Bo Example"), (SIT, "bo@example.org")):
        made = wiki.commit(workspace, wiki.small(slug, slug.title(), "It is."), public=False)
        reviewing.submit(workspace, slug, made.number, "Ada", "")
        workspace.catalogue.reviews.act(
            made.digest, [reviewing.Act("approve", who, "Read.")], current_only=True
        )
        workspace.catalogue.reviews.publish(made.digest, None, unreviewed=False)
    wiki.built(workspace)
    assert "reviewed by Bo Example" in page(workspace, f"{WALK}/index.html").text
    assert (
        '"reviewedBy": {"@type": "Person", "name": "Bo Example"}'
        in (workspace.site / WALK / "index.html").read_text()
    )
    for data in wiki.files(workspace).values():
        assert b"bo@example.org" not in data
