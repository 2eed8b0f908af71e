"""The library that a refresh is measured in is one in which nothing changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.loopback_sources import source_servers
from benchmarks.refresh_library import make_library
from citewright.bootstrap import open_watch, open_workspace
from citewright.pipeline.checking import check_sources
from citewright.pipeline.refreshing import look_over
from citewright.pipeline.staleness import cited_sources


def test_its_sources_stand_and_none_is_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWRIGHT_FETCH_PRIVATE", "true")
    with source_servers(2) as servers:
        # Without the data its sentences are made of a list of words.
        make_library(tmp_path, 3, tmp_path / "none", servers.hosts, published=True)
        workspace = open_workspace(tmp_path)
        keys = cited_sources(workspace)
        found = check_sources(workspace, keys, open_watch(workspace))
        assert {one.text for one in found} == {"unchanged"}
        assert servers.answered() == {304: len(keys)}
        # Who does not name its tag is given another text.
        source = workspace.source(keys[0])
        assert workspace.fetcher.fetch(source.access[0].url).status == 200
        assert servers.answered() == {304: len(keys), 200: 1}
    looked_over = look_over(workspace)
    assert (looked_over.plans, looked_over.quiet) == ((), 3)
