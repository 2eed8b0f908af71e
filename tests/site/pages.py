"""Reading pages strictly: every element closed where it should be, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}
# Shapes in SVG are written closed in themselves.
SELF_CLOSING = {"path", "circle", "rect"}


@dataclass
class Page:
    """What a page holds: its elements in order, its attributes, its text."""

    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    text: str = ""

    def values(self, name: str) -> list[str]:
        """All values of an attribute."""
        return [value for _, attribute, value in self.attributes if attribute == name]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute stands twice in <{tag}>: {names}"
        self.page.tags.append(tag)
        self.page.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SELF_CLOSING, f"<{tag}/> does not close in HTML"
        self.page.tags.append(tag)
        self.page.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element, line {self.getpos()[0]}"

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.page.text += data


def read(html: str) -> Page:
    """A page, read; fails where an element is not closed or closed out of turn."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open, f"left open: {reader.open}"
    reader.page.text = " ".join(reader.page.text.split())
    return reader.page


def places(text: str, parts: list[str]) -> list[int]:
    """Where the parts stand in a text, each sought behind the one before it."""
    found, start = [], 0
    for part in parts:
        wanted = " ".join(part.split())
        at = text.find(wanted, start)
        assert at >= 0, f"not on the page behind the part before it: {wanted[:80]!r}"
        found.append(at)
        start = at + len(wanted)
    return found
