"""A figure drawn from data, each of its labels marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from citewright.model.base import PlainText, Value
from citewright.model.diagram import MOST_PARTS, DiagramForm, depths, problem
from citewright.model.statement import LlmMarker, Statement


class Spoke(Value):
    """A component of a wheel and what it is defined against, if anything."""

    component: PlainText
    opposite: PlainText | None


class Wheel(Value):
    """The data of a wheel whose labels nobody sourced: an editor's, or an imported page's.

    One ``LLM`` marker covers all of them. A wheel with labels of their own markers is a
    :class:`Diagram`.
    """

    kind: Literal["wheel"]
    hub: PlainText
    spokes: Annotated[tuple[Spoke, ...], Field(min_length=2, max_length=8)]
    marker: LlmMarker


class Part(Value):
    """A part of a diagram: a marked label, and the place of the part above it, if one is.

    ``when`` is the time of a timeline's event, in words that stand in the label, so that the
    label's marker covers them.
    """

    label: Statement
    under: int | None
    when: Annotated[PlainText, StringConstraints(pattern=r"^[^:]+$")] | None


class Diagram(Value):
    """The data of a figure, each label a statement.

    In a wheel the hub comes first, the components stand under it, each opposite under its
    component. A comparison's points stand under their sides.
    """

    kind: Literal["diagram"]
    form: DiagramForm
    parts: Annotated[tuple[Part, ...], Field(min_length=2, max_length=MOST_PARTS)]

    @model_validator(mode="after")
    def _is_of_its_form(self) -> Self:
        wrong = problem(self.form, self.above)
        if wrong:
            raise ValueError(wrong)
        for part in self.parts:
            if (part.when is None) == (self.form == "timeline"):
                raise ValueError("each event of a timeline has its time, and nothing else has one")
            if part.when and part.when not in part.label.text:
                raise ValueError(f"the time {part.when!r} does not stand in its label")
        return self

    @property
    def above(self) -> tuple[int | None, ...]:
        """For each part the place of the one above it."""
        return tuple(part.under for part in self.parts)

    @property
    def levels(self) -> list[int]:
        """For each part how many stand above it."""
        return depths(self.above)

    @property
    def labels(self) -> tuple[Statement, ...]:
        """The labels in their order."""
        return tuple(part.label for part in self.parts)


class Figure(Value):
    """A figure drawn from data, with its text equivalent and a marked caption.

    ``data`` is null where a page was imported whose figure could not be read back.
    """

    type: Literal["figure"]
    alt: PlainText
    caption: Statement
    data: Annotated[Wheel | Diagram, Field(discriminator="kind")] | None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The caption, then the labels that have markers of their own."""
        labels = self.data.labels if isinstance(self.data, Diagram) else ()
        return (self.caption, *labels)

    def chosen(self, choose: Callable[[Statement], Statement | None]) -> Figure | None:
        """The figure with other statements; None when one of them is left without any.

        A figure that lacks a part would tell something else, so that it stands whole or not.
        """
        caption, *labels = [choose(one) for one in self.statements]
        if caption is None or None in labels:
            return None
        if not isinstance(self.data, Diagram):
            return self.model_copy(update={"caption": caption})
        parts = tuple(
            part.model_copy(update={"label": label})
            for part, label in zip(self.data.parts, labels, strict=True)
        )
        data = self.data.model_copy(update={"parts": parts})
        return self.model_copy(update={"caption": caption, "data": data})
