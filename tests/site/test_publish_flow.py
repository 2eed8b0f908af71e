"""The flow ``publish-site``, run as Prefect runs it: against a server, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from shared import ROOT

from tests.site import wiki
from tests.site.wiki import SIT, WALK

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

RUN = """
import json, sys
from flows.publish_site import publish_site
print("answer", json.dumps(publish_site(project=sys.argv[1])))
"""


def published(project: Path, server: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(project)],
        cwd=ROOT,
        env=os.environ | {"PREFECT_API_URL": server},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (line,) = [one for one in done.stdout.splitlines() if one.startswith("answer ")]
    return json.loads(line.removeprefix("answer "))


def test_the_flow_publishes_builds_and_says_what_was_held_back(tmp_path, prefect_server):
    workspace = wiki.opened(tmp_path)
    wiki.commit(workspace, wiki.small(WALK, "Paced Walking", "It is walking."))
    wiki.commit(workspace, wiki.small("search", "Search", "It is a search."), public=False)
    first = published(tmp_path, prefect_server)
    held = {one["slug"]: one["objections"] for one in first["articles"]}
    assert "the article needs another name" in held["search"][0]
    assert first["site"]["articles"] == 1
    assert (workspace.site / WALK / "index.html").is_file()
    assert not (workspace.site / SIT).exists()
    asked = {"artifacts": {"key": {"any_": ["publish-site"]}}, "sort": "CREATED_DESC"}
    answer = httpx2.post(f"{prefect_server}/artifacts/filter", json=asked)
    rows = json.loads(answer.json()[0]["data"])
    assert {row["article"] for row in rows} == {f"{WALK} 1.0", "search 1.0"}
    again = published(tmp_path, prefect_server)
    assert again["site"]["made"] == 0, "nothing had changed"
    wiki.commit(workspace, wiki.small(SIT, "Sitting Still", "Nothing is done in it."))
    assert published(tmp_path, prefect_server)["site"]["made"] > 0
    assert (workspace.site / SIT / "index.html").is_file()
