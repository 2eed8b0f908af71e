"""A project whose store is a bucket: all that is made is there, and all is read from there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from catalogues import open_workspace
from commands import InProcess
from object_servers import ObjectServer, environment
from steps import make_version

from citewright.bootstrap.replay import open_replay
from citewright.pipeline import replaying, verifying

SLUG = "mindful-self-compassion"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectServer]:
    started = ObjectServer("localbucket", tmp_path / "objects")
    for name, value in environment(started.address).items():
        monkeypatch.setenv(name, value)
    yield started
    started.stop()


def test_nothing_of_an_article_is_on_this_machine_alone(
    read_project: Path, server: ObjectServer, quick_cli: InProcess
) -> None:
    brief = read_project / "sources" / "briefs" / f"{SLUG}.yaml"
    order = yaml.safe_load(brief.read_text(encoding="utf-8"))
    order["sources"] = order["sources"][:2]
    brief.write_text(yaml.safe_dump(order), encoding="utf-8")
    bucket = server.new_bucket()
    (read_project / "citewright.toml").write_text(
        f'store_url = "s3://{bucket}/wiki"\n', encoding="utf-8"
    )
    made = make_version(read_project, SLUG)
    output = read_project / "output"
    assert not (output / "store").exists()
    kinds = {path.name for path in (server.root / bucket / "wiki").iterdir()}
    assert {"raw", "text", "snapshot", "section", "version", "recipe", "input"} <= kinds
    workspace = open_workspace(read_project)
    shutil.rmtree(output / "store-cache")
    assert verifying.verify(workspace).problems == []
    shutil.rmtree(output / "store-cache")
    done = replaying.replay(workspace, SLUG, "1.0", open_replay)
    assert (done.made, done.exact) == (made.digest, True)
    shutil.rmtree(output / "store-cache")
    exported = quick_cli("export", SLUG, "--format", "text", "--project", read_project)
    assert exported.code == 0
    assert "Mindful Self-Compassion" in exported.out
    # What the server does not give is told, wherever it is asked for.
    shutil.rmtree(output / "store-cache")
    snapshot = next((server.root / bucket / "wiki" / "text").glob("??/*"))
    snapshot.unlink()
    assert any("the store has no text" in one for one in verifying.verify(workspace).problems)
