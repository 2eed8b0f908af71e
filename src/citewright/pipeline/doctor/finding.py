"""What a check of the installation gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from citewright.errors import CitewrightError

Result = Literal["ok", "warning", "failed"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``do`` says what to do about it and is empty where it is ok."""

    name: str
    state: Result
    said: str
    do: str = ""


def failed(name: str, error: CitewrightError | OSError) -> Finding:
    """What an error says, as a finding."""
    if isinstance(error, CitewrightError):
        return Finding(name, "failed", error.message, error.hint or "See the message.")
    place = f": {error.filename}" if error.filename else ""
    return Finding(name, "failed", f"{error.strerror or error}{place}.", "See the message.")
