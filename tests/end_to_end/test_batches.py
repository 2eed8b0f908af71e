"""``generate --batch``: a whole run through Message Batches, as a command."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Cli, InProcess
from fakes.claude_server import BATCHES, ClaudeServer

from benchmarks.generated import make_project

SLUGS = ("invented-one", "invented-two")
OPTIONS = {"CITEWRIGHT_BATCH_PAUSE": "0.1", "CITEWRIGHT_FEATURES": "all"}


@pytest.mark.slow
@pytest.mark.xdist_group("prefect")
def test_a_run_in_batches(tmp_path: Path, flow_cli: Cli) -> None:
    project = make_project(tmp_path, sources=2, characters=3000, slugs=SLUGS)
    with ClaudeServer() as server:
        claude = flow_cli.with_environment(
            ANTHROPIC_API_KEY=server.key, ANTHROPIC_BASE_URL=server.base_url, **OPTIONS
        )
        done = claude("generate", *SLUGS, "--project", project, "--batch", "--json")
        assert done.code == 0, done.err
        posted = [one.path for one in server.requests if one.method == "POST"]
        again = claude("generate", *SLUGS, "--project", project, "--batch", "--json")
        assert [one.path for one in server.requests if one.method == "POST"] == posted
    # Both articles go out together: drafts, then what follows from them.
    assert set(posted) == {BATCHES}
    assert len(posted) <= 4
    articles = done.json["articles"]
    assert [one["slug"] for one in articles] == list(SLUGS)
    assert all(one["failed_sections"] == [] for one in articles)
    assert all(one["cost_usd"] > 0 for one in articles)
    assert again.code == 0, again.err
    assert all(one["reaffirmed"] for one in again.json["articles"])


def test_a_batch_is_rehearsed_at_half_the_price(tmp_path: Path, quick_cli: InProcess) -> None:
    project = make_project(tmp_path, sources=2, characters=3000, slugs=SLUGS)
    with ClaudeServer() as server:
        claude = quick_cli.with_environment(
            ANTHROPIC_API_KEY=server.key,
            ANTHROPIC_BASE_URL=server.base_url,
            CITEWRIGHT_CACHE_TTL="1h",
            **OPTIONS,
        )
        rehearse = ("generate", SLUGS[0], "--project", project, "--dry-run", "--json")
        direct, batch = claude(*rehearse), claude(*rehearse, "--batch")
        assert not server.batches
    assert (direct.code, batch.code) == (0, 0), (direct.err, batch.err)
    assert 0 < batch.json["usd"]["worst"] <= direct.json["usd"]["worst"] / 2


def test_what_sends_nothing_has_no_batches(example_project: Path, quick_cli: InProcess) -> None:
    done = quick_cli("generate", "mindful-self-compassion", "--project", example_project, "--batch")
    assert done.code == 2
    assert "--drafter claude" in done.err
