"""An article taken apart into the units that hold one statement each, and put together again."""

from __future__ import annotations

from collections.abc import Callable

from citewright.diff.changes import FIGURE, LEAD
from citewright.model.article import (
    Article,
    Block,
    Definition,
    DefinitionList,
    Example,
    ListBlock,
    Paragraph,
    Questions,
    Row,
    Table,
    Video,
    block_statements,
)
from citewright.model.figure import Figure
from citewright.model.statement import Statement

Choose = Callable[[Statement], Statement | None]
"""What stands in the place of a statement; None where nothing does."""

Unit = Statement | Definition | Row | Example
"""The smallest part of a block that holds one statement."""

Parts = dict[str, list[tuple[Block, list[Unit]]]]
"""The blocks of each section, and of the lead under its own name, each with its units."""

_FIELDS = {
    Paragraph: "statements",
    ListBlock: "items",
    Questions: "items",
    DefinitionList: "entries",
    Table: "rows",
}


def taken_apart(article: Article) -> Parts:
    """The lead and the sections of an article as lists that can be edited."""
    lead: list[Unit] = list(article.lead.statements)
    # The lead has no block of its own; a paragraph stands for it.
    stand_in = Paragraph.model_construct(type="paragraph", label=None, statements=())
    found: Parts = {LEAD: [(stand_in, lead)]}
    for section in article.sections:
        found[section.id] = [(block, list(_units(block))) for block in section.blocks]
    return found


def put_together(article: Article, parts: Parts, empty: str) -> Article:
    """The article with these parts in the place of its own; blocks without units are left out.

    :param empty: the reason that a section gets which has nothing left.
    """
    lead = tuple(statement_of(one) for _, units in parts[LEAD] for one in units)
    sections = []
    for section in article.sections:
        built = [
            _rebuilt(block, units)
            for block, units in parts[section.id]
            if units or isinstance(block, Video)
        ]
        blocks = [block for block in built if block is not None]
        absent = None if blocks else section.absent or empty
        sections.append(section.model_copy(update={"blocks": tuple(blocks), "absent": absent}))
    absent = None if lead else article.lead.absent or empty
    return article.model_copy(
        update={
            "lead": article.lead.model_copy(update={"statements": lead, "absent": absent}),
            "sections": tuple(sections),
        }
    )


def by_section(article: Article) -> dict[str, list[Statement]]:
    """The statements of an article by section in reading order, the lead and the figure included.

    A figure that there is not was not drawn for a reason, so it is there without statements.
    """
    figure = article.figure
    said = {LEAD: list(article.lead.statements), FIGURE: list(figure.statements) if figure else []}
    for section in article.sections:
        said[section.id] = [one for block in section.blocks for one in block_statements(block)]
    return said


def rebuilt(block: Block, choose: Choose) -> Block | None:
    """The block with the statements that ``choose`` gives, in its order; None when none is left.

    A definition's term and a row's cells go with their statement; a figure stands whole or not.
    """
    if isinstance(block, Video):
        return block
    chosen = ((unit, choose(statement_of(unit))) for unit in _units(block))
    units = [with_statement(unit, one) for unit, one in chosen if one is not None]
    # An illustration is never sourced.
    if isinstance(block, Example) and any(statement_of(one).citations for one in units):
        return None
    return _rebuilt(block, units) if units else None


def statement_of(unit: Unit) -> Statement:
    """The statement that a unit holds."""
    match unit:
        case Statement():
            return unit
        case Row():
            return unit.claim
        case _:
            return unit.statement


def with_statement(unit: Unit, statement: Statement) -> Unit:
    """The unit with another statement in it."""
    match unit:
        case Statement():
            return statement
        case Row():
            return unit.model_copy(update={"claim": statement})
        case _:
            return unit.model_copy(update={"statement": statement})


def _units(block: Block) -> tuple[Unit, ...]:
    match block:
        case Example():
            return (block,)
        case Figure():
            return block.statements
        case Video():
            return ()
        case _:
            parts: tuple[Unit, ...] = getattr(block, _FIELDS[type(block)])
            return parts


def _rebuilt(block: Block, units: list[Unit]) -> Block | None:
    match block:
        case Video():
            return block
        case Example():
            (unit,) = units
            assert isinstance(unit, Example)
            return unit
        case Figure():
            left = iter(units) if len(units) == len(block.statements) else iter(())
            return block.chosen(lambda _: next((statement_of(one) for one in left), None))
        case _:
            return block.model_copy(update={_FIELDS[type(block)]: tuple(units)})
