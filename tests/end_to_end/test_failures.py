"""What can go wrong on the way: each ends in one sentence, and nothing is half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Cli, Finished, InProcess
from fakes.claude_server import ClaudeServer
from ports import kept_port
from steps import make_version

with_server = pytest.mark.xdist_group("prefect")

SLUG = "mindful-self-compassion"


def _one_sentence(done: Finished, code: int, *words: str) -> None:
    assert done.code == code, (done.out, done.err)
    assert done.out == ""
    lines = done.err.strip().splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0]


def _nothing_written(project: Path) -> None:
    output = project / "output"
    assert not list(output.glob("store/version/*/*"))
    assert not list(output.rglob("index.html"))
    assert not list(output.rglob(".new-*"))


def test_unknown_slug(example_project: Path, quick_cli: InProcess) -> None:
    _one_sentence(quick_cli("generate", "nope", "--project", example_project), 2, "'nope'", SLUG)
    _one_sentence(quick_cli("show", "nope", "--project", example_project), 2, "'nope'")
    _one_sentence(quick_cli("publish", "nope", "--project", example_project), 2, "'nope'")
    _one_sentence(quick_cli("verify", "nope", "--project", example_project), 2, "'nope'")
    _nothing_written(example_project)


def test_a_judge_that_cannot_be_had(example_project: Path, quick_cli: InProcess) -> None:
    asked = ("generate", SLUG, "--project", example_project, "--judge")
    _one_sentence(quick_cli(*asked, "oracle"), 2, "'oracle'", "nli:NAME")
    _one_sentence(quick_cli(*asked, "claude"), 2, "'claude'", "ANTHROPIC_API_KEY")
    _one_sentence(quick_cli(*asked, f"nli:{example_project}"), 2, "config.json")
    _nothing_written(example_project)


@pytest.mark.parametrize("slug", ["../library/neff-2011", "", "a/b", "x\0y".replace("\0", "%00")])
def test_a_slug_never_leaves_its_folder(
    example_project: Path, quick_cli: InProcess, slug: str
) -> None:
    _one_sentence(quick_cli("generate", slug, "--project", example_project), 2, "there is no brief")


def test_not_a_project(tmp_path: Path, quick_cli: InProcess) -> None:
    _one_sentence(quick_cli("generate", SLUG, "--project", tmp_path / "none"), 2, "is not a folder")


def test_brief_with_a_missing_key(example_project: Path, quick_cli: InProcess) -> None:
    brief = example_project / "sources" / "briefs" / f"{SLUG}.yaml"
    text = brief.read_text(encoding="utf-8")
    brief.write_text(text.replace("outline: modality\n", ""), encoding="utf-8")
    done = quick_cli("generate", SLUG, "--project", example_project)
    _one_sentence(done, 2, str(brief), "'outline' is a required property")
    _nothing_written(example_project)


def test_brief_that_is_not_yaml(example_project: Path, quick_cli: InProcess) -> None:
    brief = example_project / "sources" / "briefs" / f"{SLUG}.yaml"
    brief.write_text("slug: [", encoding="utf-8")
    _one_sentence(quick_cli("generate", SLUG, "--project", example_project), 2, "YAML")


def test_brief_with_an_unknown_source(example_project: Path, quick_cli: InProcess) -> None:
    (example_project / "sources" / "library" / "neff-2011.yaml").unlink()
    _one_sentence(
        quick_cli("generate", SLUG, "--project", example_project), 2, "source 'neff-2011'"
    )


@with_server
def test_a_source_without_text(example_project: Path, flow_cli: Cli) -> None:
    source = example_project / "sources" / "library" / "neff-tedx.yaml"
    text = source.read_text(encoding="utf-8")
    assert "access:" in text
    source.write_text(text[: text.index("access:")] + "access: []\n", encoding="utf-8")
    done = flow_cli("generate", SLUG, "--project", example_project)
    _one_sentence(done, 1, "neff-tedx")
    _nothing_written(example_project)


@with_server
def test_a_wrong_api_key(example_project: Path, flow_cli: Cli) -> None:
    with ClaudeServer() as server:
        claude = flow_cli.with_environment(
            ANTHROPIC_API_KEY="sk-wrong-canary", ANTHROPIC_BASE_URL=server.base_url
        )
        done = claude("generate", SLUG, "--project", example_project)
    _one_sentence(done, 2, "key")
    assert "canary" not in done.err
    _nothing_written(example_project)


def test_no_api_key(example_project: Path, quick_cli: InProcess) -> None:
    done = quick_cli("generate", SLUG, "--project", example_project, "--drafter", "claude")
    _one_sentence(done, 2, "ANTHROPIC_API_KEY")


@with_server
def test_an_unreachable_server(example_project: Path, flow_cli: Cli) -> None:
    with kept_port() as port:
        claude = flow_cli.with_environment(
            ANTHROPIC_API_KEY="sk-test", ANTHROPIC_BASE_URL=f"http://127.0.0.1:{port}"
        )
        done = claude("generate", SLUG, "--project", example_project)
    _one_sentence(done, 1, "reach")
    _nothing_written(example_project)


@pytest.mark.slow
@with_server
def test_the_cap(example_project: Path, flow_cli: Cli) -> None:
    with ClaudeServer() as server:
        claude = flow_cli.with_environment(
            ANTHROPIC_API_KEY=server.key, ANTHROPIC_BASE_URL=server.base_url
        )
        done = claude("generate", SLUG, "--project", example_project, "--budget", "0.001")
        assert not server.requests
    _one_sentence(done, 4, "cap")
    _nothing_written(example_project)


@pytest.mark.parametrize("amount", ["-1", "much", "NaN"])
def test_an_unusable_cap(example_project: Path, quick_cli: InProcess, amount: str) -> None:
    done = quick_cli("generate", SLUG, "--project", example_project, f"--budget={amount}")
    _one_sentence(done, 2, "--budget", amount)


def test_a_model_without_a_price(example_project: Path, quick_cli: InProcess) -> None:
    claude = quick_cli.with_environment(ANTHROPIC_API_KEY="sk-test", CITEWRIGHT_MODEL="gpt-2")
    _one_sentence(claude("generate", SLUG, "--project", example_project), 2, "'gpt-2'")


def test_an_unusable_setting(example_project: Path, quick_cli: InProcess) -> None:
    (example_project / "citewright.toml").write_text('drafter = "pen"\n', encoding="utf-8")
    _one_sentence(quick_cli("generate", SLUG, "--project", example_project), 2, "'drafter'")
    (example_project / "citewright.toml").write_text('anthropic_api_key = "sk-1"', encoding="utf-8")
    _one_sentence(quick_cli("verify", "--project", example_project), 2, "anthropic_api_key")


def test_a_broken_version_file(example_project: Path, quick_cli: InProcess) -> None:
    made = make_version(example_project, SLUG)
    name = made.digest.removeprefix("sha256:")
    stored = example_project / "output" / "store" / "version" / name[:2] / name
    whole = stored.read_bytes()
    page = example_project / "output" / "preview" / SLUG / "index.html"
    before = page.read_bytes()
    altered = whole.replace(b"self-compassion", b"self-indulgence", 1)
    for broken in (altered, whole[:-7], b"", b"{}"):
        stored.write_bytes(broken)
        verified = quick_cli("verify", "--project", example_project, "--json")
        assert verified.code == 1
        assert verified.json["ok"] is False
        assert made.digest in verified.json["problems"][0]
        for command in ("show", "publish"):
            done = quick_cli(command, SLUG, "--project", example_project)
            _one_sentence(done, 1, made.digest)
    assert page.read_bytes() == before
    assert not (example_project / "output" / "site" / SLUG).exists()
    stored.write_bytes(whole)
    assert quick_cli("verify", "--project", example_project).code == 0


def test_errors_as_json(example_project: Path, quick_cli: InProcess) -> None:
    done = quick_cli("generate", "nope", "--project", example_project, "--json")
    assert done.code == 2
    assert done.json["error"]["type"] == "NotFound"
    assert done.json["error"]["retry"] is False


@pytest.mark.sqlite
def test_not_a_catalogue(example_project: Path, quick_cli: InProcess) -> None:
    (example_project / "output" / "catalogue.sqlite").write_text("not a database" * 100)
    _one_sentence(quick_cli("verify", "--project", example_project), 1, "catalogue.sqlite")
