"""What a reader suggested, put into the one section that it is about: as little as does the job.

Of the draft only that is taken which cites a source of the suggestion; all else stays to the byte.
What rewords a standing statement takes its place. So does, for an error, what is new take the
place of the statement that is said to be wrong, unless the draft hands that one back. The rest is
put behind what stands.
"""

from __future__ import annotations

from citewright.diff import align
from citewright.errors import InputError
from citewright.model.article import ListBlock, Paragraph, Questions, block_statements
from citewright.model.community import Suggested
from citewright.model.outcome import CheckedSection
from citewright.model.statement import Statement
from citewright.pipeline.merging import Elsewhere, chosen, look, merged_section


def taken_up(
    old: CheckedSection, new: CheckedSection, suggested: Suggested, elsewhere: Elsewhere
) -> CheckedSection:
    """The section with what the suggestion's sources carry.

    :param old: the section as it stands, ``new`` as it was drafted with the suggestion.
    :param elsewhere: what stands in the other sections.
    :raises InputError: when nothing could be taken up.
    """
    standing = {look(one): one for one in old.statements()}
    drafted = list(new.statements())
    handed = {standing[look(one)].id for one in drafted if look(one) in standing}
    carried = [one for one in drafted if look(one) not in standing and _cites(one, suggested)]
    if not carried:
        raise InputError(
            f"nothing in its sources ({', '.join(suggested.sources)}) could be taken up in "
            f"{old.id!r}.",
            hint="The section stays as it is.",
        )
    open_ = [one for one in old.statements() if one.id not in handed]
    pairs = align([one.text for one in open_], [one.text for one in carried])
    replaced = {open_[one.old[0]].id for one in pairs if len(one.old) == len(one.new) == 1}
    if suggested.kind == "error" and suggested.about in {one.id for one in open_}:
        replaced |= {suggested.about} & _plain(old)
    names = {one.id for one in carried}
    wanted = chosen(new, lambda one: one.id in names or look(one) in standing)
    return merged_section(old, wanted, replaced, elsewhere, replace=False, behind=True)


def _plain(section: CheckedSection) -> set[str]:
    """The statements that have no label of their own, so that another one can stand there."""
    found = {one.id for one in section.lead}
    for block in section.section.blocks if section.section else ():
        if isinstance(block, Paragraph | ListBlock | Questions):
            found |= {one.id for one in block_statements(block)}
    return found


def _cites(one: Statement, suggested: Suggested) -> bool:
    return any(citation.source in suggested.sources for citation in one.citations)
