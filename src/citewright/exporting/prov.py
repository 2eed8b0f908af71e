"""A version's provenance as PROV-JSON.

Sources: W3C Member Submission "The PROV-JSON Serialization" (24 April 2013); the terms are those
of PROV-DM (W3C Recommendation, 30 April 2013).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from citewright.model.canonical import Json, dump
from citewright.model.naming import slugify
from citewright.model.source import Source
from citewright.model.version import Version

PREFIXES = {
    "cw": "urn:citewright:term:",
    "version": "urn:citewright:version:",
    "article": "urn:citewright:article:",
    "snapshot": "urn:citewright:snapshot:",
    "source": "urn:citewright:source:",
    "file": "urn:citewright:file:",
    "answer": "urn:citewright:answer:",
    "work": "urn:citewright:activity:",
    "agent": "urn:citewright:agent:",
}

_MAKING = {
    "generate": "cw:Drafting",
    "import": "cw:Importing",
    "refresh": "cw:Refreshing",
    "revision": "cw:Revising",
    "suggestion": "cw:TakingUp",
    "restoration": "cw:Restoring",
}


@dataclass(frozen=True)
class Deed:
    """What the log says was done to a version; ``actor`` is None for the program itself.

    ``at`` is the time as RFC 3339 writes it.
    """

    kind: str
    actor: str | None
    at: str


@dataclass
class _Graph:
    """Records by kind and name; relations are numbered within their kind.

    ``version`` is the version's digest without its prefix.
    """

    version: str

    records: dict[str, dict[str, Json]] = field(default_factory=dict)

    def add(self, kind: str, name: str, **attributes: object) -> str:
        self.records.setdefault(kind, {})[name] = _known(attributes)
        return name

    def relate(self, kind: str, **ends: object) -> None:
        known = self.records.setdefault(kind, {})
        known[f"_:{kind}{len(known) + 1}"] = _known(ends)


def export_prov(
    version: Version,
    deeds: Sequence[Deed] = (),
    editors: Sequence[str] = (),
    digest: str | None = None,
) -> Json:
    """The version, its article, sources, snapshots, files and answers; drafting, checking, review.

    What a version does not record is absent, such as when its drafting began.

    :param deeds: what the log says was done to the version since it was made.
    :param editors: who had it made.
    :param digest: the version's, where it is known: deriving it takes as long as all the rest.
    """
    graph = _Graph(_hex(digest or version.digest))
    drafting = _drafting(graph, version)
    checking = _checking(graph, version, drafting)
    name = _entities(graph, version)
    made = checking or drafting
    graph.relate(
        "wasGeneratedBy",
        prov__entity=name,
        prov__activity=made,
        prov__time=_plain(version, "created"),
    )
    graph.relate("wasGeneratedBy", prov__entity=_article(version), prov__activity=drafting)
    for agent in _authors(graph, version):
        graph.relate("wasAssociatedWith", prov__activity=drafting, prov__agent=agent)
        graph.relate("wasAttributedTo", prov__entity=name, prov__agent=agent)
    for editor in editors:
        agent = _named(graph, editor)
        graph.relate("wasAssociatedWith", prov__activity=drafting, prov__agent=agent)
        graph.relate("wasAttributedTo", prov__entity=name, prov__agent=agent)
    for number, deed in enumerate(deeds, 1):
        _deed(graph, name, f"work:{deed.kind}-{number}-{graph.version}", deed)
    return {"prefix": PREFIXES, **graph.records}


def _plain(version: Version, name: str) -> Json:
    """One field of a version as it is stored."""
    value: Json = version.model_dump(mode="json", include={name})[name]
    return value


def _entities(graph: _Graph, version: Version) -> str:
    article = version.article
    name = graph.add(
        "entity", f"version:{graph.version}", prov__type="cw:Version",
        prov__label=f"{article.title}, version {version.number}", cw__slug=version.slug,
        cw__number=version.number, cw__cause=version.cause.kind,
        cw__detail=version.cause.detail,
    )  # fmt: skip
    graph.add("entity", _article(version), prov__type="cw:Article", prov__label=article.title)
    graph.relate("wasDerivedFrom", prov__generatedEntity=name, prov__usedEntity=_article(version))
    if version.parent:
        parent = graph.add("entity", f"version:{_hex(version.parent)}", prov__type="cw:Version")
        graph.relate("wasDerivedFrom", prov__generatedEntity=name, prov__usedEntity=parent)
    for source in article.sources:
        graph.add("entity", f"source:{source.key}", **_source(source))
        # Which text of a source was used is said by its snapshots; where none is known, it.
        if not any(snapshot.source == source.key for snapshot in version.snapshots):
            _derived(graph, version, f"source:{source.key}")
    for snapshot in version.snapshots:
        one = f"snapshot:{_hex(snapshot.digest)}"
        graph.add(
            "entity", one, prov__type="cw:Snapshot", cw__covers=snapshot.covers,
            cw__raw=snapshot.raw, cw__text=snapshot.text, cw__mediaType=snapshot.media_type,
            cw__retrieved=dump(snapshot)["retrieved"], prov__location=snapshot.final_url,
            cw__extractor=f"{snapshot.extractor} {snapshot.extractor_version}",
        )  # fmt: skip
        _source_entity(graph, snapshot.source)
        graph.relate(
            "wasDerivedFrom",
            prov__generatedEntity=one,
            prov__usedEntity=f"source:{snapshot.source}",
        )
        _derived(graph, version, one)
    return name


def _source_entity(graph: _Graph, key: str) -> None:
    """A snapshot may be of a source that the article does not list: then its key is all we know."""
    if f"source:{key}" not in graph.records.get("entity", {}):
        graph.add("entity", f"source:{key}", prov__type="cw:Source")


def _derived(graph: _Graph, version: Version, used: str) -> None:
    graph.relate("wasDerivedFrom", prov__generatedEntity=_article(version), prov__usedEntity=used)


def _source(source: Source) -> dict[str, object]:
    return {
        "prov__type": "cw:Source",
        "prov__label": source.csl.title,
        "cw__tier": source.tier,
        "cw__DOI": source.csl.DOI,
        "cw__PMID": source.csl.PMID,
        "cw__ISBN": source.csl.ISBN,
        "prov__location": source.csl.URL,
    }


def _drafting(graph: _Graph, version: Version) -> str:
    drafting = graph.add(
        "activity", f"work:drafting-{graph.version}", prov__type=_MAKING[version.cause.kind],
        cw__costUsd=_plain(version, "cost_usd"),
    )  # fmt: skip
    for digest in (snapshot.digest for snapshot in version.snapshots):
        _used(graph, drafting, f"snapshot:{_hex(digest)}")
    for file in version.files:
        one = f"file:{_hex(file.sha256)}"
        graph.add("entity", one, prov__type="cw:File", prov__label=file.name)
        _used(graph, drafting, one)
    for answer in version.answers:
        one = graph.add("entity", f"answer:{_hex(answer)}", prov__type="cw:Answer")
        graph.relate("wasGeneratedBy", prov__entity=one, prov__activity=drafting)
    return drafting


def _checking(graph: _Graph, version: Version, drafting: str) -> str | None:
    if not version.verdicts:
        return None
    outcomes = Counter(verdict.outcome for verdict in version.verdicts)
    ordered = sorted(version.verdicts, key=lambda verdict: verdict.assessed)
    checking = graph.add(
        "activity", f"work:checking-{graph.version}", prov__type="cw:Checking",
        cw__firstVerdict=dump(ordered[0])["assessed"],
        cw__lastVerdict=dump(ordered[-1])["assessed"],
        **{f"cw__{outcome}": count for outcome, count in sorted(outcomes.items())},
    )  # fmt: skip
    graph.relate("wasInformedBy", prov__informed=checking, prov__informant=drafting)
    _used(graph, checking, _article(version))
    for snapshot in version.snapshots:
        _used(graph, checking, f"snapshot:{_hex(snapshot.digest)}")
    checkers = {verdict.checker for verdict in version.verdicts}
    for checker in sorted(checkers, key=lambda one: (one.name, one.version)):
        agent = _software(graph, f"{checker.name} {checker.version}")
        graph.relate("wasAssociatedWith", prov__activity=checking, prov__agent=agent)
    return checking


def _authors(graph: _Graph, version: Version) -> Iterator[str]:
    yield _software(graph, f"drafter {version.generator.drafter}")
    for model in version.generator.models:
        yield _software(graph, model)


def _deed(graph: _Graph, version: str, name: str, deed: Deed) -> None:
    activity = graph.add("activity", name, prov__type=f"cw:{deed.kind}", prov__endTime=deed.at)
    _used(graph, activity, version)
    if deed.actor is not None:
        agent = _named(graph, deed.actor)
        graph.relate("wasAssociatedWith", prov__activity=activity, prov__agent=agent)


def _named(graph: _Graph, name: str) -> str:
    """Somebody of the log, which has a name and does not say whether it is a person's."""
    return graph.add("agent", _agent(name), prov__label=name)


def _used(graph: _Graph, activity: str, entity: str) -> None:
    graph.relate("used", prov__activity=activity, prov__entity=entity)


def _software(graph: _Graph, label: str) -> str:
    return graph.add(
        "agent", _agent(label), prov__type=_qualified("prov:SoftwareAgent"), prov__label=label
    )


def _agent(label: str) -> str:
    # A name is no identifier: its words in ASCII, and what tells apart those that have the same.
    return f"agent:{slugify(label) or 'name'}-{label.encode().hex()[:80]}"


def _qualified(name: str) -> Json:
    return {"$": name, "type": "xsd:QName"}


def _known(attributes: Mapping[str, object]) -> Json:
    """The attributes that have a value, with ``:`` for ``__``; types as qualified names."""
    known: dict[str, Any] = {}
    for name, value in attributes.items():
        if value is None:
            continue
        key = name.replace("__", ":")
        known[key] = _qualified(value) if key == "prov:type" and isinstance(value, str) else value
    return known


def _article(version: Version) -> str:
    return f"article:{_hex(version.content)}"


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")
