"""A figure on its page: its drawings, its labels with their markers, and the cards they open."""

from __future__ import annotations

import pytest
from figures.samples import SHORT

from citewright.errors import InputError
from citewright.model.diagram import describe
from citewright.model.figure import Diagram, Figure, Part
from citewright.model.version import Version
from citewright.site.figure import figure_svgs
from citewright.site.render import render_article
from citewright.site.view import article_view
from tests.site import sample, sample_parts
from tests.site.pages import places, read

QUOTED = "Forty invented walkers took part for six weeks."


def version() -> Version:
    """The sample article with a comparison whose first label is a quotation."""
    desk = sample_parts.Desk()
    content = sample.article(desk)
    told = SHORT["comparison"]
    labels = [
        desk.quotation("sample-trial-2020", QUOTED),
        *(desk.llm(text) for text, _ in told[1:]),
    ]
    parts = tuple(
        Part(label=label, under=under, when=None)
        for label, (_, under) in zip(labels, told, strict=True)
    )
    data = Diagram(kind="diagram", form="comparison", parts=parts)
    figure = Figure(
        type="figure",
        alt=describe(data.form, [one.text for one in labels], data.above),
        caption=desk.llm("Two ways to walk."),
        data=data,
    )
    return sample.of(content.model_copy(update={"figure": figure}), desk.verdicts)


def test_labels_are_drawn_with_their_markers_and_listed_with_their_cards() -> None:
    whole = version()
    figure = whole.article.figure
    assert figure is not None
    page = read(render_article(article_view(whole, sample.context())))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {one.id for one in figure.statements} <= set(ids)
    first = figure.statements[1]
    assert f"ev-{first.id}-1" in ids
    assert f"ev-{first.id}-1" in page.values("popovertarget")
    assert "[1]" in page.text
    places(page.text, ["The figure in words, with its sources", QUOTED, "steady", "Two ways to"])
    kinds = [value for tag, name, value in page.attributes if (tag, name) == ("svg", "class")]
    assert {"diagram narrow", "diagram wide"} <= set(kinds)


def test_the_same_figure_is_drawn_the_same_and_without_data_nothing_is() -> None:
    figure = sample.figure(sample_parts.Desk(), sample.wheel(5))
    assert figure_svgs(figure, {}) == figure_svgs(figure, {})
    with pytest.raises(InputError, match="no data"):
        figure_svgs(sample.figure(sample_parts.Desk(), None), {})
