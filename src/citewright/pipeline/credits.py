"""Credits: the readers whose published suggestions are in a version, as they want to be named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from citewright.community.suggestions import Suggestions
from citewright.pipeline.workspace import Workspace
from citewright.site.history import Public

_MANY = 100_000


class Credits:
    """All credits of a project.

    A name stands in the catalogue alone, not in the version, which can never be altered: so it is
    gone where its suggestion is taken back before it was published.
    """

    def __init__(self, workspace: Workspace) -> None:
        found = Suggestions(workspace.database).listing(["published"], limit=_MANY)
        named = [one for one in found if one.credited and one.draft]
        drafts = workspace.catalogue.entries({one.draft or "" for one in named})
        self._since: dict[str, list[tuple[tuple[int, int], str]]] = defaultdict(list)
        for one in named:
            number = _parts(drafts[one.draft or ""].number)
            self._since[one.slug].append((number, one.credited or ""))

    def of(self, slug: str, versions: Sequence[Public]) -> tuple[tuple[str, ...], ...]:
        """The names for each of these versions of an article; in a new MAJOR version, in which
        every section was drafted anew, nobody's suggestion is left.
        """
        return tuple(self._until(slug, _parts(one.number)) for one in versions)

    def _until(self, slug: str, number: tuple[int, int]) -> tuple[str, ...]:
        since = sorted(self._since.get(slug, ()))
        names = (name for draft, name in since if draft[0] == number[0] and draft <= number)
        return tuple(dict.fromkeys(names))


def _parts(number: str) -> tuple[int, int]:
    major, minor = number.split(".")
    return int(major), int(minor)
