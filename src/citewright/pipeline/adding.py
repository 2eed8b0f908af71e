"""A DOI, PMID, ISBN, address, title or file made a source of the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from citewright.errors import InputError, NotFound
from citewright.model.base import clean_text
from citewright.model.naming import suggested_key, unused
from citewright.model.record import Record
from citewright.model.source import (
    Access,
    CslDate,
    CslItem,
    FileAccess,
    Source,
    Tier,
    UrlAccess,
)
from citewright.pipeline.extracting import extract_bytes, extract_file
from citewright.pipeline.library import (
    all_or_nothing,
    checked_name,
    known_as,
    refuse_existing,
    write_new,
)
from citewright.pipeline.lookups import Lookups, nothing_found, unanswered
from citewright.pipeline.workspace import Workspace
from citewright.retrieval import fulltext
from citewright.retrieval.identifiers import Identifier, identify
from citewright.retrieval.metadata import Metadata
from citewright.retrieval.proposing import propose_tier, warning
from citewright.retrieval.works import Disagreement, Work, one_work, plain_title, works


@dataclass(frozen=True)
class Added:
    """A source that was written, what services disagree on, and which did not answer.

    ``warning``: it was retracted or withdrawn, or there is concern about it, and who says so.
    """

    source: Source
    path: Path
    disagreements: tuple[Disagreement, ...]
    warning: str | None
    failures: tuple[str, ...]


@dataclass(frozen=True)
class Prepared:
    """A source to be written, and its abstract where services have one."""

    source: Source
    abstract: str | None


def add_source(
    workspace: Workspace,
    lookups: Lookups,
    text: str,
    *,
    key: str | None = None,
    tier: Tier | None = None,
    tier_reason: str | None = None,
) -> Added:
    """Find out what a text names, ask the services, and write a source.

    :raises InputError: when the text names nothing, the key is taken or unusable, the tier has no
        reason, or the library has the work already.
    :raises NotFound: when no service knows the work.
    :raises SourceError: when a page or file cannot be retrieved or read.
    """
    why = clean_text(tier_reason or "")
    if bool(tier) != bool(why):
        raise InputError("a tier and its reason go together.", hint="Give --tier, --tier-reason.")
    identifier = identify(text, workspace.project)
    library = workspace.library()
    if key is not None:
        refuse_taken(library, key)
    work, failures = _work(workspace, lookups, identifier)
    known = known_as(library, work.csl)
    if known:
        raise InputError(
            f"the library has {text!r} already, as {known!r}.",
            hint=f"Edit sources/library/{known}.yaml, or name {known!r} in a brief.",
        )
    prepared = prepare(workspace, work, library, key=key, own=_own_access(identifier))
    if tier:
        told = prepared.source.model_copy(update={"tier": tier, "tier_reason": why})
        prepared = Prepared(told, prepared.abstract)
    with all_or_nothing() as written:
        path = save(workspace, prepared, written)
        source = workspace.source(prepared.source.key)
    return Added(source, path, work.disagreements, warning(work), failures)


def library_key(workspace: Workspace, lookups: Lookups, text: str) -> str:
    """The key of what a text names: the library's, or that of the source that is written for it.

    :raises InputError: when the text names nothing, or what it names was retracted or withdrawn.
    :raises NotFound: when no service knows the work.
    :raises SourceError: when a page or file cannot be retrieved or read.
    """
    identifier = identify(text, workspace.project)
    library, own = workspace.library(), _own_access(identifier)
    same = (key for key, source in library.items() if own and set(own) & set(source.access))
    known = next(same, None)
    if known is not None:
        return known
    work, _ = _work(workspace, lookups, identifier)
    doubt = warning(work)
    if doubt:
        raise InputError(f"{text!r} is not used: {doubt}.")
    known = known_as(library, work.csl)
    if known is not None:
        return known
    with all_or_nothing() as written:
        prepared = prepare(workspace, work, library, own=own)
        save(workspace, prepared, written)
    return prepared.source.key


def refuse_taken(library: Mapping[str, Source], key: str) -> None:
    """Refuse a key that cannot be a new source's.

    :raises InputError: when it is none, or taken.
    """
    if checked_name(key, "key") in library:
        raise InputError(f"there is a source {key!r} already.", hint="Choose another --key.")


def prepare(
    workspace: Workspace,
    work: Work,
    library: Mapping[str, Source],
    *,
    key: str | None = None,
    own: tuple[Access, ...] = (),
) -> Prepared:
    """A work as a source: its key, its tier, the ways to its text. Nothing is written.

    :param library: the sources that there are; without ``key`` one is made that they do not have.
    :param own: the ways that go before those that services know.
    """
    tier, why = propose_tier(work)
    mirror = workspace.settings.services.get("europepmc", fulltext.EUROPE_PMC)
    found = fulltext.ways(work.csl, work.records, europe_pmc=mirror)
    source = Source(
        key=key or unused(suggested_key(work.csl), library),
        tier=tier,
        tier_reason=why,
        csl=work.csl,
        access=(*own, *(way for way in found if way not in own)),
    )
    known = fulltext.abstract(work.records)
    return Prepared(source, known[1] if known else None)


def save(workspace: Workspace, prepared: Prepared, written: list[Path]) -> Path:
    """Write a source into the library, and its abstract beside it as the last way to read it.

    :param written: gets the paths of the files that were not there before.
    :raises InputError: when there is a source of that key, or another abstract.
    """
    source = prepared.source
    path = workspace.project / "sources" / "library" / f"{source.key}.yaml"
    refuse_existing(path)
    if prepared.abstract:
        beside = workspace.project / "sources" / "abstracts" / f"{source.key}.txt"
        is_new = not beside.exists()
        way = fulltext.save_abstract(workspace.project, source.key, prepared.abstract)
        if is_new:
            written.append(beside)
        source = source.model_copy(update={"access": (*source.access, way)})
    write_new(path, source)
    written.append(path)
    return path


def _work(
    workspace: Workspace, lookups: Lookups, identifier: Identifier
) -> tuple[Work, tuple[str, ...]]:
    value = identifier.value
    match identifier.kind:
        case "doi":
            records = lookups.by_doi(value)
        case "pmid":
            records = lookups.by_pmid(value)
        case "pmcid":
            records = lookups.by_pmcid(value)
        case "isbn":
            records = lookups.by_isbn(value)
        case "wikipedia":
            records = lookups.wikipedia(value, identifier.language)
        case "url" | "file":
            return _from_document(workspace, lookups, identifier)
    failures = unanswered(lookups)
    if not records:
        kind = "page" if identifier.kind == "wikipedia" else identifier.kind.upper()
        raise nothing_found(f"knows the {kind} {value}", failures)
    return _asked_for(records, identifier), failures


def _asked_for(records: tuple[Record, ...], identifier: Identifier) -> Work:
    """The work that was asked for: a service may answer about another one."""
    name = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID"}.get(identifier.kind)
    if name is None:
        return one_work(records)
    for work in works(records):
        told = {getattr(record.csl, name) for record in work.records} - {None}
        if identifier.value.casefold() in {value.casefold() for value in told}:
            return work
    raise NotFound(f"the services answered about other works than {identifier.value}.")


def _from_document(
    workspace: Workspace, lookups: Lookups, identifier: Identifier
) -> tuple[Work, tuple[str, ...]]:
    """A page's or file's own words about itself, and the services' if it has a DOI."""
    csl = describe(workspace, identifier)
    own = Work(csl, (), ())
    if not csl.DOI:
        return own, ()
    records = lookups.by_doi(csl.DOI)
    failures = unanswered(lookups)
    if not records:
        return own, failures
    work = _asked_for(records, Identifier("doi", csl.DOI.lower()))
    return Work(work.csl, work.records, (*_contradicted(csl, work), *work.disagreements)), failures


def _contradicted(csl: CslItem, work: Work) -> tuple[Disagreement, ...]:
    """The titles, where a document's own is none of the services': its DOI may be another's."""
    titles = [(record.service, record.csl.title) for record in work.records]
    ours = plain_title(csl.title)
    if any(plain_title(title) in ours or ours in plain_title(title) for _, title in titles):
        return ()
    return (Disagreement("title", (("document", csl.title), *titles)),)


def describe(workspace: Workspace, identifier: Identifier) -> CslItem:
    """What a page or a file says of itself; a title that it does not give is its name.

    :raises SourceError: when it cannot be retrieved or read.
    """
    settings, value = workspace.settings, identifier.value
    is_page = identifier.kind == "url"
    if is_page:
        got = workspace.fetcher.fetch(value)
        extracted = extract_bytes(got.data, got.media_type, value, settings)
    else:
        extracted = extract_file(workspace.project / value, settings)
    said = extracted.metadata or Metadata()
    # A page's container may be no more than the name of its site.
    in_journal = said.container_title is not None and (said.DOI is not None or not is_page)
    today = workspace.clock()
    return CslItem(
        type="article-journal" if in_journal else "webpage" if is_page else "document",
        title=said.title or clean_text(PurePath(value).name or value),
        author=said.author,
        issued=said.issued,
        accessed=CslDate(date_parts=((today.year, today.month, today.day),))
        if is_page and not in_journal
        else None,
        container_title=said.container_title,
        DOI=said.DOI,
        URL=value if is_page else None,
    )


def _own_access(identifier: Identifier) -> tuple[Access, ...]:
    if identifier.kind == "file":
        return (FileAccess(kind="file", path=identifier.value, covers="full_text"),)
    if identifier.kind == "url":
        return (UrlAccess(kind="url", url=identifier.value, covers="full_text"),)
    return ()
