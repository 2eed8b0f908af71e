"""Judges by command: Claude over loopback and an entailment model in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml
from commands import Cli, Finished, InProcess
from fakes import claude_faults as faults
from fakes.claude_judge import read_pair, says
from fakes.claude_server import ClaudeServer

Command = TypeVar("Command", Cli, InProcess)

SLUG = "stimulus-control"
TRIAL = (
    "A trial of stimulus control\n\n"
    "Adults leave their beds whenever sleep stays away during stimulus control. "
    "In this trial the alarm was never moved by the adults to another hour.\n"
)
MANUAL = (
    "The manual\n\n"
    "Adults leave their beds whenever sleep stays away, says the manual. "
    "The alarm was moved by the adults to another hour, says the manual. "
    "Rivers and bridges are of no concern to it.\n"
)
PAGE = """Example Wiki
modality · Sleep · Stimulus control

Stimulus Control (SC)

It ties the bed to sleep.

Origin and Use

Adults leave their beds whenever sleep stays away 2. The alarm was moved by the adults to another \
hour 2.

Sources

  1. Roe, J. (2001). A trial of stimulus control. Sleep. — linkT1
  2. The clinic. The manual. — linkT2

See also

Provenance. This article is AI-generated (model: test-model-1) · version 1.0 · last generated \
2026-01-31 · 1 min read · 2 sources. Claims carry a marker.
"""
PRINTED = {
    "trial": "Roe, J. (2001). A trial of stimulus control. Sleep.",
    "manual": "The clinic. The manual.",
}


@pytest.fixture
def project(tmp_path: Path, quick_cli: InProcess) -> Path:
    """A page on two sources that cites the lesser one where both say the thing."""
    folder = tmp_path / "project"
    (folder / "sources" / "library").mkdir(parents=True)
    for key, tier, text in (("trial", "T1", TRIAL), ("manual", "T2", MANUAL)):
        (folder / "sources" / f"{key}.md").write_text(text, encoding="utf-8")
        source = {
            "key": key,
            "tier": tier,
            "tier_reason": "As it is.",
            "csl": {"type": "document", "title": text.split("\n", 1)[0]},
            "access": [{"kind": "file", "path": f"sources/{key}.md", "covers": "full_text"}],
            "printed": PRINTED[key],
        }
        if key == "trial":
            source["csl"] |= {"author": [{"family": "Roe"}], "issued": {"date-parts": [[2001]]}}
        path = folder / "sources" / "library" / f"{key}.yaml"
        path.write_text(yaml.safe_dump(source), encoding="utf-8")
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    done = quick_cli("import", page, "--slug", SLUG, "--project", folder, "--json")
    assert done.code == 0, done.err
    return folder


def by_claude(cli: Command, server: ClaudeServer) -> Command:
    return cli.with_environment(ANTHROPIC_API_KEY=server.key, ANTHROPIC_BASE_URL=server.base_url)


def offers(done: Finished) -> dict[str, dict[str, Any]]:
    """The offers for the two sourced statements, by their second words."""
    assert done.code == 0, done.err
    found = {one["text"].split()[1]: one for one in done.json["offers"]}
    return {name: found[name] for name in ("leave", "alarm")}


@pytest.mark.slow
def test_the_sweep_upgrades_what_the_judge_supports_and_nothing_else(
    project: Path, cli: Cli, quick_cli: InProcess
) -> None:
    with ClaudeServer() as server:
        sweep = ("sweep", SLUG, "--project", project, "--judge", "claude", "--json")
        claude = by_claude(cli, server)
        assert claude(*sweep, "--budget", "0").code == 4
        completed = offers(claude(*sweep, "--apply"))
        assert {(one["kind"], one["source"]) for one in completed.values()} == {
            ("completion", "manual")
        }
        done = claude(*sweep, "--apply")
    shown = quick_cli("show", SLUG, "--project", project, "--json").json
    verified = quick_cli("verify", "--project", project, "--json").json
    refused = quick_cli("replay", SLUG, "1.2", "--project", project)
    assert (refused.code, "made by a sweep" in refused.err) == (2, True)
    found = offers(done)
    assert {(one["kind"], one["source"]) for one in found.values()} == {("upgrade", "trial")}
    # The trial says the one to the word, and of the other that it was never so.
    assert (found["leave"]["outcome"], found["leave"]["was"]) == ("supported", ["manual"])
    assert found["alarm"]["outcome"] == "contradicted"
    assert done.json["made"]["version"] == "1.2"
    (section,) = shown["article"]["sections"]
    stated = {one["text"].split()[1]: one for one in section["blocks"][0]["statements"]}
    cited = {
        name: [citation["source"] for citation in one["marker"].get("citations", [])]
        for name, one in stated.items()
    }
    assert cited["leave"] == ["trial"]
    assert cited["alarm"] == ["manual"]
    verdicts = {one["statement"]: one for one in shown["verdicts"]}
    judged = verdicts[stated["leave"]["id"]]
    assert (judged["outcome"], judged["source"]) == ("supported", "trial")
    assert judged["checker"]["name"] not in ("quotation", "offline-support")
    assert verified["ok"], verified["problems"]


CLAIMS = (
    ("Slow breathing lowered pulses among nurses.", "supported"),
    ("Slow breathing lowered pulses among students.", "partial"),
    ("Rivers carry sand toward oceans.", "not_supported"),
    ("Slow breathing never lowered pulses among nurses.", "contradicted"),
)
PASSAGE = "During nights slow breathing lowered pulses among nurses."


def written(path: Path, claims: tuple[tuple[str, str], ...], passage: str) -> Path:
    rows = (
        {"id": place, "claim": claim, "passages": [passage], "label": label}
        for place, (claim, label) in enumerate(claims)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def predictions(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
def test_eval_measures_claude_and_pays_once(tmp_path: Path, cli: Cli) -> None:
    file, out = written(tmp_path / "claims.jsonl", CLAIMS, PASSAGE), tmp_path / "out.jsonl"
    asked = ("eval", file, "--checker", "judge", "--project", tmp_path, "--json")
    with ClaudeServer() as server:
        done = by_claude(cli, server)(*asked, "--predictions", out)
        assert done.code == 0, done.err
        paid = len(server.ledger)
        again = by_claude(cli, server)(*asked)
        assert len(server.ledger) == paid
        assert len([one for one in server.ledger if read_pair(one.params)]) == len(CLAIMS)
    assert [one["outcome"] for one in predictions(out)] == [label for _, label in CLAIMS]
    figures = done.json
    assert (figures["checker"], figures["assessed"]) == ("judge", 4)
    assert (figures["roc_auc"], figures["balanced_accuracy"]) == (1.0, 1.0)
    assert again.json["roc_auc"] == 1.0


def test_eval_leaves_out_what_a_judge_makes_up(tmp_path: Path, quick_cli: InProcess) -> None:
    file, out = written(tmp_path / "claims.jsonl", CLAIMS, PASSAGE), tmp_path / "out.jsonl"

    def script(request: Any) -> Any:
        pair = read_pair(request.params)
        if pair is None:
            return None
        if "Rivers" in pair[0]:
            return says("supported", ("p1", "Rivers carry sand toward oceans."))
        # Later than the call's own time is over.
        later = faults.status(529, headers={"retry-after": "3600"})
        return later if "students" in pair[0] else None

    with ClaudeServer(script) as server:
        asked = ("eval", file, "--checker", "judge", "--project", tmp_path)
        done = by_claude(quick_cli, server)(*asked, "--predictions", out, "--json")
    assert done.code == 0, done.err
    assert (done.json["assessed"], done.json["not_assessed"]) == (2, 2)
    said = [one["outcome"] for one in predictions(out)]
    assert said == ["supported", "not_assessed", "not_assessed", "contradicted"]


def test_eval_measures_an_entailment_model_in_a_folder(
    tmp_path: Path, quick_cli: InProcess
) -> None:
    tiny = pytest.importorskip("checks.nli.tiny", exc_type=ImportError)
    model = tiny.nli(tmp_path / "model")
    claims = (
        ("the rate fell by seven beats in both groups", "supported"),
        ("people felt calm", "not_supported"),
        ("pain was long", "not_supported"),
    )
    passage = "The breath rate fell by seven beats in both groups."
    file, out = written(tmp_path / "claims.jsonl", claims, passage), tmp_path / "out.jsonl"
    checker = ("--checker", f"nli:{model}", "--predictions", out, "--json")
    done = quick_cli("eval", file, *checker)
    assert done.code == 0, done.err
    assert (done.json["checker"], done.json["assessed"]) == ("entailment", 3)
    assert (done.json["roc_auc"], done.json["balanced_accuracy"]) == (1.0, 1.0)
    first, *others = [one["score"] for one in predictions(out)]
    assert first > 0.9 > 0.3 > max(others)
    # The labels turned round: the same model is measured as badly as it then is.
    turned = tuple(
        (claim, "supported" if label != "supported" else "not_supported") for claim, label in claims
    )
    wrong = quick_cli("eval", written(tmp_path / "turned.jsonl", turned, passage), *checker)
    assert wrong.json["roc_auc"] == 0.0
    gone = quick_cli("eval", file, "--checker", f"nli:{tmp_path / 'none'}", "--json")
    assert gone.code == 2
