"""Licences, the audit, pins, and no secret in any file."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from shared import ROOT

from tools import audit, licences

PATTERNS = {
    what: (sign, re.compile(pattern))
    for what, sign, pattern in (
        ("a private key", "-----BEGIN", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
        ("a key of Anthropic's", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{20,}"),
        ("a key of Amazon's", "AKIA", r"\bAKIA[0-9A-Z]{16}\b"),
        ("a token of GitHub's", "ghp_", r"\bghp_[A-Za-z0-9]{36,}"),
        ("another token of GitHub's", "github_pat_", r"\bgithub_pat_\w{40,}"),
        ("a token of Slack's", "xox", r"\bxox[abpr]-[A-Za-z0-9-]{10,}"),
        ("a key of Google's", "AIza", r"\bAIza[0-9A-Za-z_-]{35}\b"),
        ("a JSON Web Token", "eyJ", r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\."),
        (
            "a password in an address", "://",
            r"://[\w.%-]{0,60}:([^\s@/'\"<>{}$\]\[|]{8,80})@[\w.-]",
        ),
        (
            "a value of a secret setting", "=",
            r"^\s*(?:export )?(?:ANTHROPIC|CITEWRIGHT)_[A-Z_]*(?:KEY|SECRET)=[^\s$'\"#.…<]{8,}",
        ),
    )
}  # fmt: skip
INVENTED = re.compile(r"(?i)password|secret|canary|hunter|wrong|example|invented|loopback|xxxx")
"""Words that a value in a test or an example has, and a real secret has not."""


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False, text=True,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("not a checkout: nothing says which files are the project's")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def found_in(text: str) -> list[str]:
    return [
        what
        for what, (sign, pattern) in PATTERNS.items()
        # Finding the sign first takes a hundredth of the time.
        if sign in text
        for line in text.splitlines()
        if sign in line
        for match in pattern.finditer(line)
        if not INVENTED.search(match[0])
    ]


def test_no_file_holds_a_secret() -> None:
    wrong = []
    for path in tracked():
        if path.is_file() and path.stat().st_size < 1_000_000:
            text = path.read_bytes().decode("utf-8", errors="replace")
            wrong += [f"{path.relative_to(ROOT)}: {what}" for what in found_in(text)]
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN EC " + "PRIVATE KEY-----\nMHcCAQEE",
        "key = 'sk-" + "ant-api03-" + "a1B2" * 8 + "'",
        "AK" + "IA" + "Q7" * 8,
        "ghp" + "_" + "a1" * 18,
        "postgresql://wiki:" + "Xk29fja02k@db/wiki",
        "CITEWRIGHT_SIGNING_" + "KEY=Zm9vYmFyYmF6cXV4",
    ],
)
def test_a_planted_secret_is_found(text: str) -> None:
    assert found_in(text)


def test_every_licence_is_listed_as_it_is_installed() -> None:
    text = licences.FILE.read_text(encoding="utf-8")
    known = licences.listed(text)
    extras = (*licences.RUNNING, "test", "lint")
    missing = licences.needed(extras) - known.keys()
    assert not missing, "run `make licences`"
    for name, said in known.items():
        try:
            distribution(name)
        except PackageNotFoundError:
            continue
        assert licences.licence(name) == said, f"{name}: run `make licences`"
    assert "not named" not in known.values()


def test_everything_that_is_needed_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    names = [canonicalize_name(line.partition("==")[0]) for line in lines]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][\w.+]*", line) for line in lines)
    assert not licences.needed((*licences.RUNNING, "test", "lint")) - set(names)


def test_a_package_that_was_not_audited_is_a_problem() -> None:
    good = {"name": "a", "version": "1", "vulns": []}
    skipped = {"name": "b", "skip_reason": "Dependency not found"}
    flawed = {"name": "c", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["1.1"]}]}
    assert audit.problems([good, {"name": "citewright", "skip_reason": "local"}]) == []
    found = audit.problems([good, skipped, flawed])
    assert found == ["b: not audited: Dependency not found", "c 1: X-1, mended in 1.1"]


def test_an_audit_without_an_answer_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "pip-audit"
    program.write_text("#!/bin/sh\necho 'no route to host' >&2; exit 1\n", encoding="utf-8")
    program.chmod(0o755)
    assert audit.main(str(program), str(tmp_path)) == 1
    assert "no route to host" in capsys.readouterr().out
    program.write_text(
        '#!/bin/sh\necho \'{"dependencies": [{"name": "a", "skip_reason": "unknown"}]}\'\n',
        encoding="utf-8",
    )
    assert audit.main(str(program), str(tmp_path)) == 1
    assert "1 of them not audited" in capsys.readouterr().out
