"""What a version took: in figures, as a table, and on one line."""

from __future__ import annotations

import json
from decimal import Decimal

from model.values import version

from citewright.checks.gate import Objection
from citewright.cli.show import money_line
from citewright.model.assessment import Assessment
from citewright.model.outlay import Role, Spending, Usage, total_cost, total_usage
from citewright.model.version import Version
from citewright.pipeline.report import money, provenance_report, summary


def spending(section: str | None, role: Role, cost: str, calls: int = 1) -> Spending:
    usage = Usage(
        input_tokens=1_000,
        cache_creation_input_tokens=2_000,
        cache_read_input_tokens=37_000,
        output_tokens=500,
    )
    return Spending(
        section=section,
        role=role,
        model="a-model",
        calls=calls,
        usage=usage,
        cost_usd=Decimal(cost),
    )


def paid(*spent: Spending) -> Version:
    return version(spending=spent, usage=total_usage(spent), cost_usd=total_cost(spent))


WORK = (
    spending(None, "warm", "0.0512"),
    spending("lead", "draft", "0.0101"),
    spending("lead", "repair", "0.02", calls=2),
)


def test_the_figures_say_what_each_section_role_and_model_took() -> None:
    figures = summary(paid(*WORK), "draft", ())
    json.dumps(figures)
    assert figures["cost_usd"] == 0.0813
    assert figures["input_tokens"] == 120_000
    assert figures["cache_share"] == 0.925
    assert figures["calls"] == 4
    rows = figures["spending"]
    assert [(row["section"], row["role"], row["calls"]) for row in rows] == [
        (None, "warm", 1), ("lead", "draft", 1), ("lead", "repair", 2),
    ]  # fmt: skip
    assert sum(row["cost_usd"] for row in rows) == figures["cost_usd"]
    assert rows[1]["usage"]["cache_read_input_tokens"] == 37_000


def test_the_report_has_a_row_for_each_and_one_for_all() -> None:
    lines = provenance_report(paid(*WORK), "draft", ()).splitlines()
    start = lines.index("## What it took")
    assert lines[start + 4 : start + 8] == [
        "| the whole article | warm | a-model | 1 | 40000 | 92% | 500 | 0.0512 |",
        "| lead | draft | a-model | 1 | 40000 | 92% | 500 | 0.0101 |",
        "| lead | repair | a-model | 2 | 40000 | 92% | 500 | 0.0200 |",
        "| all | | | 4 | 120000 | 92% | 1500 | 0.0813 |",
    ]
    assert {line.count("|") for line in lines[start + 2 : start + 8]} == {9}


def test_one_line_for_the_terminal() -> None:
    line = money_line(money(paid(*WORK)))
    assert line == "0.0813 USD · 120k input tokens, 92 % from cache · 4 calls"
    assert money_line(money(paid(WORK[0]))).endswith("· 1 call")


def test_what_cost_nothing_says_no_more() -> None:
    free = paid()
    assert money_line(money(free)) == "0.0000 USD"
    assert summary(free, "draft", ())["cache_share"] is None
    assert "What it took" not in provenance_report(free, "draft", ())


AGAINST = (
    Objection("not-assessed", "block", "1 of 1 citations are not assessed."),
    Objection("strength-over-design", "review", "In 'lead': It says <b>cures</b>."),
    Objection("repeat", "note", "1 pairs of statements say almost the same."),
)


def test_what_speaks_against_is_told_apart_by_its_weight() -> None:
    figures = summary(paid(), "draft", AGAINST)
    assert figures["objections"] == [AGAINST[0].detail]
    assert figures["to_review"] == [AGAINST[1].detail]
    assert figures["noted"] == [AGAINST[2].detail]
    lines = provenance_report(paid(), "draft", AGAINST).splitlines()
    place = lines.index("## Why it may not be published yet")
    assert lines[place:] == [
        "## Why it may not be published yet",
        "",
        "- `not-assessed`: 1 of 1 citations are not assessed.",
        "",
        "## What a person should look at",
        "",
        # Its detail quotes the article, which an artifact does not.
        "- `strength-over-design`",
        "",
        "## Noted",
        "",
        "- `repeat`: 1 pairs of statements say almost the same.",
    ]


def test_the_newest_assessment_counts_in_the_figures() -> None:
    made = paid()
    found = made.verdicts[0].model_copy(update={"outcome": "partial"})
    assessment = Assessment(
        format="citewright/assessment/1",
        version=made.digest,
        assessed=made.created,
        verdicts=(found, *made.verdicts[1:]),
        lint=(),
        policy=made.digest,
        spending=(),
    )
    assert summary(made, "draft", (), assessment)["verdicts"]["partial"] == 1
    assert summary(made, "draft", ())["verdicts"]["partial"] == 0
