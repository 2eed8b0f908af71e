"""What is fuzzed: each reader of foreign bytes, and what may come of any bytes at all.

A target gets bytes and ends well, or in an error of citewright's own; anything else that is raised
is a finding. The same targets are run by a coverage-guided fuzzer (``make fuzz``) and, with few
examples, by hypothesis in the tests.
"""

from __future__ import annotations

import importlib
import io
import json
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from fuzz import samples
from importing.page_text import numbered_library
from pydantic import BaseModel

from citewright.drafting import answers, batch_service
from citewright.errors import CitewrightError, DocumentError
from citewright.exporting.text import export_text
from citewright.importing.published import read_page
from citewright.model.brief import Brief, Outline
from citewright.model.draft import DRAFT_MODELS
from citewright.model.policy import Policy
from citewright.model.source import Source
from citewright.model.version import Version
from citewright.privacy.screening import screen
from citewright.references.bibtex import read_bibtex
from citewright.references.csl_json import read_csl_json
from citewright.references.ris import read_ris
from citewright.resources import read_json, read_yaml
from citewright.retrieval import worker
from citewright.retrieval.services import (
    crossref,
    europepmc,
    openalex,
    pubmed,
    semanticscholar,
    wikipedia,
)
from citewright.settings import read as read_settings
from citewright.watching.retraction_watch import parse_retraction_watch

LIBRARY = numbered_library(3)


@dataclass(frozen=True)
class Target:
    """A reader under test.

    :param run: reads the bytes; raises nothing but :class:`CitewrightError`.
    :param seeds: gives well-formed samples, which are mutated.
    """

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]

    def __call__(self, data: bytes) -> None:
        """Read bytes; whatever is raised from here is a finding."""
        with suppress(CitewrightError):
            self.run(data)


def words_of(data: bytes) -> str:
    """Bytes as a text that has no half characters, as forms and files give them."""
    return data.decode("utf-8", "replace")


def document(kind: str, data: bytes) -> None:
    """Text and metadata, as the child process reads them."""
    module, words, metadata = worker._READERS[kind]  # type: ignore[index]
    given = data if kind in {"pdf", "jats", "word"} else words_of(data)
    reader = importlib.import_module(f"citewright.retrieval.{module}")
    getattr(reader, f"from_{words}")(given)
    if metadata:
        worker._metadata(metadata, words, given)


def any_document(data: bytes) -> None:
    """A document of which nobody said the kind."""
    worker._extract(data, None, "a")


def page(data: bytes) -> None:
    read_page(words_of(data), slug="a-page", brief=None, library=LIBRARY)


def exported(data: bytes) -> None:
    """A version that is read is exported; the page made of it is read, or refused in words."""
    version = read_json(Version, data, what="the version")
    printed = {
        source.key: f"Roe, J. (2020). {source.csl.title}." for source in version.article.sources
    }
    read_page(export_text(version, printed), slug=version.slug, brief=None, library={})


def references(read: Callable[..., object], data: bytes) -> None:
    text = words_of(data)
    with suppress(CitewrightError):
        read(text)
    # What is broken loses no other entry, so a lenient reading ends well more often.
    read(text, strict=False)


def answer(data: bytes) -> None:
    """A section of any kind; the answer has to fit one of them."""
    message = answers.read_message(data)
    failed: list[CitewrightError] = []
    for kind in DRAFT_MODELS:
        try:
            answers.read_body(message, kind, project=None)
        except CitewrightError as error:
            failed.append(error)
    if len(failed) == len(DRAFT_MODELS):
        raise failed[0]


def findings(data: bytes) -> None:
    answers.read_answer(answers.read_message(data), answers.CoherenceAnswer)


def batch(data: bytes) -> None:
    batch_service._seen(batch_service._object(data))


def batch_result(data: bytes) -> None:
    if batch_service._result(data) is None:
        raise DocumentError("that is no line of results.")


def stored(model: type[BaseModel], data: bytes) -> None:
    read_json(model, data, what="the document")


@cache
def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="citewright-fuzz-"))


def file_of_project(model: type[BaseModel], data: bytes) -> None:
    path = folder() / "file.yaml"
    path.write_bytes(data)
    read_yaml(model, path)


def project_settings(data: bytes) -> None:
    (folder() / "citewright.toml").write_bytes(data)
    read_settings(folder())


def retractions(data: bytes) -> None:
    parse_retraction_watch(io.StringIO(words_of(data), newline=""))


def suggestion(data: bytes) -> None:
    screening = screen(words_of(data))
    json.dumps([one.kind for one in screening.findings])


_DOCUMENTS = {
    kind: Target(partial(document, kind), partial(samples.documents, kind))
    for kind in ("text", "markdown", "html", "pdf", "word", "jats")
}
_REFERENCES = {
    name: Target(partial(references, read), partial(samples.references, name))
    for name, read in {"bibtex": read_bibtex, "ris": read_ris, "csl-json": read_csl_json}.items()
}
_FILES: dict[str, type[BaseModel]] = {
    "brief": Brief,
    "outline": Outline,
    "policy": Policy,
    "source": Source,
}
_SERVICES = {
    "crossref": crossref.records,
    "europepmc": europepmc.records,
    "openalex": openalex.records,
    "pubmed": pubmed.records,
    "semanticscholar": semanticscholar.records,
    "wikipedia": wikipedia.records,
}

TARGETS: dict[str, Target] = {
    **_DOCUMENTS,
    "any-document": Target(any_document, samples.any_documents),
    "page": Target(page, samples.pages),
    "exported": Target(exported, samples.exports),
    **_REFERENCES,
    "answer": Target(answer, samples.answers),
    "findings": Target(findings, samples.findings),
    "batch": Target(batch, samples.batches),
    "batch-result": Target(batch_result, samples.batch_results),
    "version": Target(partial(stored, Version), samples.versions),
    **{
        name: Target(partial(file_of_project, model), partial(samples.files, name))
        for name, model in _FILES.items()
    },
    "settings": Target(project_settings, samples.settings),
    **{
        f"service-{name}": Target(read, partial(samples.services, name))
        for name, read in _SERVICES.items()
    },
    "retractions": Target(retractions, samples.retractions),
    "suggestion": Target(suggestion, samples.suggestions),
}
"""The targets by name."""
