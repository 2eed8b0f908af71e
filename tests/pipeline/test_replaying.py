"""Versions made again from what is stored: equal to the byte, whatever changed since."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from catalogues import open_workspace
from commands import InProcess
from fakes.claude_server import ClaudeServer
from model.values import version
from steps import make_version

from citewright.bootstrap.replay import open_replay
from citewright.errors import InputError, NotFound
from citewright.pipeline import replaying, verifying
from citewright.pipeline.workspace import VERSION_TAG

SLUG = "mindful-self-compassion"


@pytest.mark.slow
def test_a_version_is_made_again_after_everything_around_it_changed(
    read_project: Path, quick_cli: InProcess
) -> None:
    workspace = open_workspace(read_project)
    first = make_version(read_project, SLUG)
    note = read_project / "sources" / "notes" / "neff-2011.md"
    note.write_text(note.read_text(encoding="utf-8").replace("2011 book", "book of 2011"), "utf-8")
    second = make_version(read_project, SLUG)
    assert not second.reaffirmed
    before = {path: path.stat().st_mtime_ns for path in (read_project / "output").rglob("*")}
    shutil.rmtree(read_project / "sources")
    (read_project / "citewright.toml").write_text("passages_per_section = 1\n", encoding="utf-8")
    for number, digest in (("1.0", first.digest), ("2.0", second.digest)):
        done = replaying.replay(workspace, SLUG, number, open_replay)
        assert (done.differs, done.made, done.exact) == ((), digest, True)
    told = quick_cli("replay", SLUG, "2.0", "--json", "--project", read_project)
    assert (told.code, told.json["exact"]) == (0, True)
    after = {path: path.stat().st_mtime_ns for path in (read_project / "output").rglob("*")}
    assert {path for path in before if path.is_file() and before[path] != after[path]} <= {
        path for path in before if path.name.startswith("catalogue.sqlite-")
    }
    assert after.keys() - before.keys() <= {
        path for path in after if path.name.startswith("catalogue.sqlite-")
    }
    assert verifying.verify(workspace).problems == []


def test_what_claude_wrote_and_judged_is_made_again_without_a_call(
    read_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief = read_project / "sources" / "briefs" / f"{SLUG}.yaml"
    order = yaml.safe_load(brief.read_text(encoding="utf-8"))
    order["sources"] = order["sources"][:2]
    brief.write_text(yaml.safe_dump(order), encoding="utf-8")
    with ClaudeServer() as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", server.key)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        made = make_version(read_project, SLUG, drafter="claude")
    # The server is gone, and so is the brief.
    brief.unlink()
    workspace = open_workspace(read_project)
    assert workspace.version(made.digest).answers
    done = replaying.replay(workspace, SLUG, "1.0", open_replay)
    assert (done.differs, done.exact) == ((), True)
    lost = next((read_project / "output" / "store" / "answer").glob("??/*"))
    lost.unlink()
    with pytest.raises(NotFound, match="the store has no answer"):
        replaying.replay(workspace, SLUG, "1.0", open_replay)


def test_an_input_that_is_gone_is_named(read_project: Path) -> None:
    workspace = open_workspace(read_project)
    make_version(read_project, SLUG)
    brief = (read_project / "sources" / "briefs" / f"{SLUG}.yaml").read_bytes()
    digest = workspace.store.put("input", brief).removeprefix("sha256:")
    (read_project / "output" / "store" / "input" / digest[:2] / digest).unlink()
    with pytest.raises(NotFound, match=f"not stored: sources/briefs/{SLUG}.yaml"):
        replaying.replay(workspace, SLUG, "1.0", open_replay)
    assert any("input" in one for one in verifying.verify(workspace).problems)


def test_what_keeps_no_recipe_is_refused(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    with pytest.raises(NotFound, match="no article 'x'"):
        replaying.replay(workspace, "x", "1.0", open_replay)
    made = version()
    workspace.store.put_document("version", VERSION_TAG, made)
    with workspace.catalogue.writing(made.slug) as writer:
        writer.add(made, "imported")
    with pytest.raises(InputError, match=r"an-article 1\.0 keeps no recipe"):
        replaying.replay(workspace, made.slug, "1.0", open_replay)
