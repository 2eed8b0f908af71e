"""Versions and results as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from citewright.model.article import (
    Article,
    Block,
    DefinitionList,
    Example,
    ListBlock,
    Paragraph,
    Questions,
    Table,
    Video,
)
from citewright.model.figure import Figure
from citewright.model.staleness import ChangeCause
from citewright.model.statement import Statement
from citewright.model.version import Version
from citewright.pipeline.pages import Built, Published
from citewright.pipeline.report import money
from citewright.pipeline.verifying import Verification


def print_summary(out: Console, figures: dict[str, Any]) -> None:
    """What a run made: the page first, then the figures; or why it made nothing."""
    if "error" in figures:
        print_rows(out, [("article", figures["slug"]), ("failed", figures["error"]["message"])])
        return
    counts = figures["statements"]
    total = counts["total"] or 1
    shares = (
        f"{counts['total']} statements: {counts['sourced']} sourced "
        f"({counts['sourced'] / total:.0%}), {counts['llm']} LLM ({counts['llm'] / total:.0%})"
    )
    verdicts = ", ".join(f"{n} {name}" for name, n in figures["verdicts"].items() if n)
    again = " (reaffirmed: nothing changed)" if figures.get("reaffirmed") else ""
    rows = [
        ("article", f"{figures['slug']} {figures['version']}, {figures['state']}{again}"),
        ("drafter", " ".join([figures["drafter"], *figures["models"]])),
        ("", shares),
        ("verdicts", verdicts or "none"),
        ("cost", money_line(figures)),
    ]
    rows += [("absent", f"{name}: {why}") for name, why in figures["absent_sections"].items()]
    rows += [("held back", objection) for objection in figures["objections"]]
    rows += [("to review", objection) for objection in figures["to_review"]]
    if "seconds" in figures:
        rows.append(("time", f"{figures['seconds']} s"))
    rows.append(("page", figures["page"]))
    print_rows(out, rows)


def money_line(figures: dict[str, Any]) -> str:
    """What a version took, on one line, from :func:`citewright.pipeline.report.money`."""
    said = [f"{figures['cost_usd']:.4f} USD"]
    if figures["cache_share"] is not None:
        thousands = f"{figures['input_tokens'] / 1000:.0f}k input tokens"
        said.append(f"{thousands}, {figures['cache_share'] * 100:.0f} % from cache")
    if figures["calls"]:
        said.append(f"{figures['calls']} call{'s' if figures['calls'] > 1 else ''}")
    return " · ".join(said)


def print_import(out: Console, figures: dict[str, Any]) -> None:
    """What an import read, inferred and left out."""
    print_rows(out, [(name.replace("_", " "), _flat(value)) for name, value in figures.items()])


def published(result: Published) -> dict[str, Any]:
    """The outcome for one article as plain values."""
    return {
        "slug": result.slug,
        "version": result.number,
        "published": result.page is not None,
        "page": str(result.page) if result.page else None,
        "objections": list(result.objections),
        "statements": result.statements,
    }


def print_published(out: Console, results: list[Published]) -> None:
    """Which articles were published, and why others were not."""
    for result in results:
        said = str(result.page) if result.page else "held back: " + " ".join(result.objections)
        rows = [(f"{result.slug} {result.number}", said)]
        # As many as the sentences name.
        named = [one for one in result.statements.items() if one[0] in said]
        print_rows(out, rows + [("", f"{name}: {text}") for name, text in named])


def built(result: Built) -> dict[str, Any]:
    """What was done to the site as plain values."""
    return asdict(result) | {"lacking": list(result.lacking)}


def print_built(out: Console, result: Built) -> None:
    """How much of the site was made, and what it does without."""
    done = f"{result.made} files made, {result.kept} kept, {result.removed} taken out"
    rows = [("site", f"{done}, {result.seconds + result.index_seconds:.1f} s")]
    rows += [("without", one) for one in result.lacking]
    print_rows(out, rows)


def print_verification(out: Console, result: Verification) -> None:
    """What was verified and what does not hold."""
    looked_at = ("versions", "snapshots", "evidence", "answers", "assessments")
    rows = [("verified", ", ".join(f"{getattr(result, name)} {name}" for name in looked_at))]
    rows += [("problem", problem) for problem in result.problems]
    rows.append(("result", "does not hold" if result.problems else "everything holds"))
    print_rows(out, rows)


def print_version(out: Console, version: Version) -> None:
    """An article's text with a marker behind each statement."""
    article = version.article
    out.print(Text(f"{article.title}  ({version.number})", style="bold"))
    out.print(Text(f"cost {money_line(money(version))}", style="dim"))
    print_rows(out, [("cause", version.cause.detail), *change_rows(version.changes)])
    lead = " ".join(_marked(article, one) for one in article.lead.statements)
    out.print(Text(lead or article.lead.absent or ""))
    if article.figure:
        out.print(Text(_block(article, article.figure)))
    for section in article.sections:
        out.print(Text(f"\n{section.title}", style="bold"))
        out.print(Text(f"[absent: {section.absent}]" if section.absent else ""), end="")
        for block in section.blocks:
            out.print(Text(_block(article, block)))
    out.print(Text("\nSources", style="bold"))
    for number, source in enumerate(article.sources, 1):
        out.print(Text(f"{number}. {source.csl.title} ({source.tier})"))


def change_rows(changes: Iterable[ChangeCause]) -> list[tuple[str, str]]:
    """Statements that a refresh or a review changed, each with its causes."""
    return [
        (one.change, f"{one.section} {one.statement}: {' '.join(why.detail for why in one.causes)}")
        for one in changes
    ]


def _block(article: Article, block: Block) -> str:
    """A block as text, with everything that the page shows of it."""
    match block:
        case Example():
            return f"[{block.label}] {_marked(article, block.statement)}"
        case DefinitionList():
            entries = (f"{e.term} — {_marked(article, e.statement)}" for e in block.entries)
            return "\n".join(entries)
        case Table():
            heads = [f"{column.header} [LLM]" for column in block.columns]
            rows = [(*row.cells, _marked(article, row.claim)) for row in block.rows]
            return "\n".join(" | ".join(row) for row in [(*heads, block.claim_header), *rows])
        case ListBlock() | Questions():
            return "\n".join(f"- {_marked(article, item)}" for item in block.items)
        case Figure():
            caption, *labels = [_marked(article, one) for one in block.statements]
            return "\n".join([f"[figure: {block.alt}] {caption}", *(f"- {one}" for one in labels)])
        case Video():
            return f"[video: {block.label}] {block.url or 'none has been chosen'}"
        case Paragraph():
            text = " ".join(_marked(article, statement) for statement in block.statements)
            return f"{block.label}. {text}" if block.label else text


def _marked(article: Article, statement: Statement) -> str:
    numbers = sorted({article.number(citation.source) for citation in statement.citations})
    text = f"“{statement.text}”" if statement.form == "quotation" else statement.text
    return f"{text} [{', '.join(map(str, numbers)) or 'LLM'}]"


def print_rows(out: Console, rows: list[tuple[str, str]]) -> None:
    """Names and what there is to say of each."""
    for name, value in rows:
        out.print(Text(f"{name:>10}  ", style="dim") + Text(value))


def _flat(value: object) -> str:
    if isinstance(value, list | tuple):
        return str(len(value)) + "".join(f"\n            {item}" for item in value)
    return str(value)
