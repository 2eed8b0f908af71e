"""A published article, a page that a reader names as a source, and suggestions about them."""

from __future__ import annotations

from pathlib import Path

from fakes.service_server import Reply, ServiceServer
from fakes.service_world import addresses, silence
from pipeline.small import SLUG, Small, make_small, write_outline
from policies import BOUNDARY

from citewright.bootstrap import open_services
from citewright.community.suggestions import Suggestions
from citewright.model.community import Proposal, Suggestion, SuggestionKind
from citewright.model.version import Version
from citewright.pipeline import pages, reviewing, suggesting
from citewright.pipeline.suggestion_drafts import Drafted, draft_suggestion, due

SAFETY = "contraindications-cautions-cultural-humility"
SECTION = "core-principles"
EMAIL = "reader@example.org"
ADDRESS = "https://app.example.org"
TEXT = "The section leaves out what self-compassion practice asks of people week by week."
SAID = (
    "Self-compassion practice asks people to meet a moment of suffering with kindness, every week "
    "for eight weeks, in the invented courses that were looked at."
)
PAGE = f"""<html><head><title>Practice week by week</title>
<meta name="citation_title" content="Self-compassion practice week by week">
<meta name="citation_author" content="Quill, Ada"></head><body><article>
<h1>Self-compassion practice week by week</h1>
<h2>Principles of self-compassion practice</h2><p>{SAID}</p>
<p>The core of self-compassion is kindness to oneself, and the invented participants learned its
principles in pairs. Mindfulness and common humanity were taught as components of it.</p>
</article></body></html>"""


class Suggested(Small):
    """The small project, published, with a server that has the reader's source."""

    def __init__(self, folder: Path, server: ServiceServer, **settings: object) -> None:
        silence(server)
        self.server = server
        server.routes["/practice"] = Reply(PAGE.encode(), media_type="text/html")
        make_small(folder, review=True, fetch_private=True, fetch_interval=0.0, **settings)
        with (folder / "citewright.toml").open("a", encoding="utf-8") as file:
            file.write("\n[services]\n")
            file.writelines(f'{k} = "{v}"\n' for k, v in addresses(server.base_url).items())
        write_outline(folder, ("type-discipline", SECTION, "evidence-base", SAFETY))
        note = folder / "sources" / "notes" / "cmsc-msc-program.md"
        note.write_text(note.read_text(encoding="utf-8") + f"\n{BOUNDARY}\n", encoding="utf-8")
        super().__init__(folder)
        self.generate("Mo")
        reviewing.submit_and_approve(self.workspace, SLUG, "Zoe", "Read.")
        (done,) = pages.publish(self.workspace, [SLUG])
        assert done.objections == ()
        self.suggestions = Suggestions(self.workspace.database)

    @property
    def url(self) -> str:
        return f"{self.server.base_url}/practice"

    def live(self) -> Version:
        entry = self.workspace.catalogue.published(SLUG)
        assert entry is not None
        return self.workspace.version(entry.digest)

    def proposal(self, **changed: object) -> Proposal:
        live = self.live()
        values: dict[str, object] = {
            "slug": SLUG,
            "version": live.digest,
            "kind": "missing",
            "text": TEXT,
            "sources": (self.url,),
            "email": EMAIL,
        }
        return Proposal.model_validate(values | changed)

    def about(self, section: str = SECTION) -> str:
        """The id of a statement of a section."""
        found = next(one for one in self.live().article.sections if one.id == section)
        (first, *_) = (one for block in found.blocks for one in block.statements)  # type: ignore[union-attr]
        return first.id

    def received(self, kind: SuggestionKind = "missing", **changed: object) -> Suggestion:
        """A suggestion that an editor has handed over to be drafted."""
        made = suggesting.receive(self.workspace, self.proposal(kind=kind, **changed), ADDRESS)
        self.suggestions.step(made.id, "confirm", seen="unconfirmed", party="suggester")
        return suggesting.start(self.workspace, made.id, "Ed")

    def draft(self) -> list[Drafted]:
        lookups = open_services(self.workspace)
        return [
            draft_suggestion(self.workspace, lookups, one, self.options)
            for one in due(self.workspace)
        ]

    def found(self, name: str) -> Suggestion:
        return suggesting.found(self.workspace, name)
