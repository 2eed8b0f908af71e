"""Figures drawn from data as SVG: wheel, cycle, hierarchy, timeline, comparison."""

from citewright.figures.draw import draw, svg
from citewright.figures.drawing import NARROW, WIDE

__all__ = ["NARROW", "WIDE", "draw", "svg"]
