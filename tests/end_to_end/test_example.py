"""The example that comes with the project, from an empty output folder to the published page."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from commands import Cli, InProcess
from prefect_servers import copy_tables

with_server = pytest.mark.xdist_group("prefect")

SLUG = "mindful-self-compassion"


@pytest.mark.slow
def test_the_example_on_a_fresh_installation(
    example_project: Path, cli: Cli, tmp_path: Path
) -> None:
    """The one test in which a flow starts its own server and this makes its database."""
    generated(cli.with_environment(PREFECT_HOME=str(tmp_path / "prefect")), example_project)


@with_server
def test_the_example_without_any_server(
    example_project: Path, cli: Cli, prefect_server: str, prefect_home: Path, tmp_path: Path
) -> None:
    """A flow starts its own server, as after ``prefect server database upgrade``."""
    home = tmp_path / "prefect"
    home.mkdir()
    copy_tables(prefect_home / "prefect.db", home / "prefect.db")
    generated(cli.with_environment(PREFECT_HOME=str(home)), example_project)


def generated(alone: Cli, project: Path) -> None:
    """The example is made without a server's address, and its page says what it is."""
    made = alone("generate", SLUG, "--project", project, timeout=900)
    assert made.code == 0, made.err
    assert "statements" in made.out
    assert made.err == ""
    page = project / "output" / "preview" / SLUG / "index.html"
    assert str(page) in made.out
    text = page.read_text(encoding="utf-8")
    assert "notes on the source, not its text" in text


@with_server
def test_generate_publish_verify(
    read_project: Path, flow_cli: Cli, quick_cli: InProcess, prefect_server: str
) -> None:
    made = flow_cli("generate", SLUG, "--project", read_project, "--json").json
    assert made["statements"]["sourced"] == made["verdicts"]["supported"]
    assert made["absent_sections"].keys() == {
        "treatment-plan-suggestions-smart-objectives",
        "reflective-supervision-questions",
    }
    answer = httpx2.post(
        f"{prefect_server}/artifacts/filter",
        json={"artifacts": {"key": {"any_": [f"provenance-{SLUG}"]}}, "sort": "CREATED_DESC"},
    )
    report = answer.json()[0]["data"]
    assert made["digest"] in report
    assert f"sourced {made['statements']['sourced']}" in report

    published = quick_cli("publish", SLUG, "--project", read_project, "--json")
    assert published.code == 0
    assert Path(published.json["articles"][0]["page"]).is_file()
    assert (read_project / "output" / "site" / "index.html").is_file()
    assert quick_cli("show", SLUG, "--project", read_project).code == 0

    verified = quick_cli("verify", "--project", read_project, "--json")
    assert (verified.code, verified.json["versions"]) == (0, 1)
