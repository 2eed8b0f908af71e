"""The form for suggestions: what was entered, what is wrong with it, what may be of a patient."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from citewright.errors import InputError
from citewright.model.base import clean_text
from citewright.model.community import Credit, Email, Proposal, SuggestionKind, clean_lines
from citewright.pipeline.suggesting import Subject, refuse_unnamed
from citewright.pipeline.workspace import Workspace
from citewright.privacy import Certainty, Finding, Screening

MOST_TEXT = 8000
MOST_SOURCES = 10
MOST_NAME = 100

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


@dataclass(frozen=True)
class Entered:
    """What somebody entered, as it goes back into the form."""

    kind: str = "error"
    text: str = ""
    sources: str = ""
    email: str = ""
    credit: str = "anonymous"
    name: str = ""
    no_phi: bool = False
    sure: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The sources, one a line."""
        found = (clean_text(line) for line in self.sources.splitlines())
        return tuple(dict.fromkeys(line for line in found if line))

    @property
    def seal(self) -> str:
        """What names this very text, so that vouching for it does not hold for another one."""
        return hashlib.sha256(clean_lines(self.text).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Stretch:
    """A part of a text; ``finding`` says why it is marked."""

    text: str
    finding: Finding | None = None

    @property
    def certain(self) -> bool:
        """Whether it keeps the suggestion from being taken."""
        return self.finding is not None and self.finding.certainty is Certainty.CERTAIN


@dataclass
class Checked:
    """The entries as a proposal, or what is wrong with them by field."""

    errors: dict[str, str] = field(default_factory=dict)
    proposal: Proposal | None = None


def check(workspace: Workspace, subject: Subject, entered: Entered) -> Checked:
    """Look the entries over; nothing is stored, sent or looked up."""
    errors = {name: said for name, said in _faults(workspace, entered) if said}
    if errors:
        return Checked(errors)
    about = subject.statement
    quote = clean_text(about.text)[:4000] if about else None
    values = {
        "slug": subject.version.slug,
        "version": subject.digest,
        "statement": about.id if about else None,
        "quote": quote,
        "kind": entered.kind,
        "text": clean_lines(entered.text),
        "sources": entered.lines,
        "email": entered.email.strip(),
        "credit": entered.credit,
        "name": clean_text(entered.name) if entered.credit != "anonymous" else None,
    }
    return Checked(proposal=Proposal.model_validate(values))


def marked(text: str, screening: Screening) -> tuple[Stretch, ...]:
    """A text in stretches, those that could identify a person with the reason."""
    return tuple(_stretches(text, screening))


def _stretches(text: str, screening: Screening) -> Iterator[Stretch]:
    done = 0
    for one in screening.findings:
        start = max(one.start, done)
        if start >= one.end:
            continue
        if start > done:
            yield Stretch(text[done:start])
        yield Stretch(text[start : one.end], one)
        done = one.end
    if done < len(text):
        yield Stretch(text[done:])


def _faults(workspace: Workspace, entered: Entered) -> Iterator[tuple[str, str]]:
    """Each field with what is wrong with it; empty where nothing is."""
    text = clean_lines(entered.text)
    if entered.kind not in get_args(SuggestionKind):
        yield "kind", "Choose one of the three."
    if not text:
        yield "text", "Say what should change."
    elif len(text) > MOST_TEXT:
        yield "text", f"At most {MOST_TEXT} characters; this has {len(text)}."
    yield "sources", _sources_fault(workspace, entered.lines)
    yield "email", _email_fault(entered.email.strip())
    if entered.credit not in get_args(Credit):
        yield "credit", "Choose one of the three."
    elif entered.credit != "anonymous" and not clean_text(entered.name):
        yield "name", "Give the name that you want to be credited by, or stay anonymous."
    if len(clean_text(entered.name)) > MOST_NAME:
        yield "name", f"At most {MOST_NAME} characters."
    if not entered.no_phi:
        yield "no_phi", "Tick this once you have made sure of it."


def _sources_fault(workspace: Workspace, lines: tuple[str, ...]) -> str:
    if not lines:
        return "Name at least one source: a web address, a DOI or a PMID."
    if len(lines) > MOST_SOURCES:
        return f"At most {MOST_SOURCES} sources."
    for line in lines:
        if len(line) > 2000:
            return "At most 2000 characters a source."
        try:
            refuse_unnamed(workspace, line)
        except InputError as error:
            return str(error)
    return ""


def _email_fault(email: str) -> str:
    try:
        _EMAIL.validate_python(email)
    except ValidationError:
        return "We need an address to mail you the draft, such as name@example.org."
    return ""
