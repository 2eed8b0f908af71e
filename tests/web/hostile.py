"""The hostile texts that are at hand beside the project."""

from __future__ import annotations

import json
from pathlib import Path

from shared import shared


def payloads() -> list[str]:
    folder = shared("hostile", "xss")
    found = (folder / "payloadbox.txt").read_text(encoding="utf-8").split("\n")
    for name, field in (("h5sc_vectors.jsonl", "html"), ("dompurify_expect.jsonl", "payload"),
                        ("httpleaks.jsonl", "html")):  # fmt: skip
        found += rows(folder / name, field)
    found += rows(shared("hostile", "naughty_strings") / "blns.jsonl", "s")
    return list(dict.fromkeys(one for one in found if one.strip()))


def rows(file: Path, field: str) -> list[str]:
    lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    return [str(json.loads(line)[field]) for line in lines]
