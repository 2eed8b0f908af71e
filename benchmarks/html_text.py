"""The main text of saved pages, side by side with other libraries.

- scrapinghub's article-extraction benchmark: mean F1 over pages against the whole article text
  that a person marked, of words (a bag: each counts as often as it stands there) and of shingles of
  four words.
- trafilatura's own test pages: F1 over all the pieces that an extraction must and must not hold.
- Mozilla readability's test pages: mean F1 of words against the page it expects. In ``_uncut`` the
  texts are compared as they are. In the other figure reference lists and "[edit]" links are cut
  from all three: what is left is what passages can come from. Superscripts count as their letters
  (citewright writes 10⁵ where others write 105).

"Trafilatura alone" is ``trafilatura.extract`` without comments, as it is otherwise set by default.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import fmean
from typing import TypeVar

import trafilatura
from lxml import etree, html

from benchmarks.installing import Absent, library
from citewright.errors import SourceError
from citewright.retrieval.html_page import from_html
from citewright.retrieval.kinds import decode

_SHINGLE = 4
_HEADINGS = "//h1|//h2|//h3|//h4|//h5|//h6"
_BLOCKS = "//h1|//h2|//h3|//h4|//h5|//h6|//p|//li|//tr|//dd|//dt|//blockquote|//pre"

T = TypeVar("T")
Reader = Callable[[str], str]


MEASURES = ("f1_words", "f1_shingles", "pieces_f1", "readability_f1", "readability_f1_uncut")


def run(shared: Path) -> dict[str, float | str]:
    """All figures, ours first; a rival that is not installed has its reason instead.

    :raises FileNotFoundError: when the data is not at hand.
    """
    gold = shared / "sources" / "html-gold"
    figures: dict[str, float | str] = {}
    readers: dict[str, Reader | str] = {"": _ours, "trafilatura_": _alone, **_others()}
    for name, reader in readers.items():
        if isinstance(reader, str):
            figures |= {f"html_{name}{key}": reader for key in MEASURES}
            continue
        figures |= {
            f"html_{name}{key}": value
            for key, value in {
                **_scrapinghub(gold / "scrapinghub", reader),
                **_trafilatura(gold / "trafilatura", reader),
                **_readability(gold / "readability", reader),
            }.items()
        }
    return figures


def _ours(text: str) -> str:
    # In this process: starting one child a page would measure the start of Python.
    try:
        return from_html(text)
    except SourceError:
        return ""


def _alone(text: str) -> str:
    return trafilatura.extract(text, include_comments=False) or ""


def _others() -> dict[str, Reader | str]:
    """Further libraries as their guides show them, or why they are not there."""
    makers = {"readability_": _readability_lxml, "jusText_": _justext, "Resiliparse_": _resiliparse}
    found: dict[str, Reader | str] = {}
    for name, make in makers.items():
        try:
            found[name] = make()
        except Absent as error:
            found[name] = str(error)
    return found


def _readability_lxml() -> Reader:
    document = library("readability").Document

    def read(text: str) -> str:
        try:
            return str(html.fromstring(document(text).summary()).text_content())
        except (ValueError, etree.ParserError, document_error):
            return ""

    document_error = library("readability.readability").Unparseable
    return read


def _justext() -> Reader:
    justext = library("justext")
    words = justext.get_stoplist("English")

    def read(text: str) -> str:
        try:
            paragraphs = justext.justext(text.encode(), words, encoding="utf-8")
        except (ValueError, etree.ParserError):
            return ""
        return "\n".join(one.text for one in paragraphs if not one.is_boilerplate)

    return read


def _resiliparse() -> Reader:
    extract = library("resiliparse.extract.html2text").extract_plain_text
    return lambda text: str(extract(text, main_content=True))


def _page(path: Path) -> str:
    return decode(gzip.decompress(path.read_bytes()), media_type="text/html", name=path.name)


def _scrapinghub(folder: Path, reader: Reader) -> dict[str, float]:
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    words, shingles = [], []
    for page, gold in truth.items():
        found = _words(reader(_page(folder / "html" / f"{page}.html.gz")))
        wanted = _words(gold["articleBody"])
        words.append(_f1(found, wanted))
        shingles.append(_f1(_shingles(found), _shingles(wanted)))
    return {"f1_words": fmean(words), "f1_shingles": fmean(shingles)}


def _trafilatura(folder: Path, reader: Reader) -> dict[str, float]:
    entries = json.loads((folder / "evaldata.json").read_text(encoding="utf-8")).values()
    right = missed = wrong = 0
    for entry in entries:
        text = reader(_page(folder / "html" / entry["file"]))
        held = sum(piece in text for piece in entry["with"])
        right += held
        missed += len(entry["with"]) - held
        wrong += sum(piece in text for piece in entry["without"])
    return {"pieces_f1": 2 * right / (2 * right + missed + wrong)}


def _readability(folder: Path, reader: Reader) -> dict[str, float]:
    uncut, cut = [], []
    for page in sorted(folder.iterdir()):
        tree = html.fromstring(_page(page / "expected.html.gz"))
        headings = {_heading(node.text_content()) for node in tree.xpath(_HEADINGS)}
        for block in tree.xpath(_BLOCKS):
            block.tail = "\n" + (block.tail or "")
            block.text = "\n" + (block.text or "")
        wanted, found = tree.text_content(), reader(_page(page / "source.html.gz"))
        uncut.append(_f1(_words(found), _words(wanted)))
        cut.append(_f1(_words(_cut(found, headings)), _words(_cut(wanted, headings))))
    return {"readability_f1": fmean(cut), "readability_f1_uncut": fmean(uncut)}


def _heading(line: str) -> str:
    return re.sub(r"^#+ |\[edit\]", "", line.strip()).strip()


def _cut(text: str, headings: set[str]) -> str:
    kept, inside = [], False
    for line in text.replace("[edit]", "").splitlines():
        if _heading(line) in headings:
            inside = _heading(line) == "References"
        if not inside:
            kept.append(line)
    return "\n".join(kept)


def _words(text: str) -> list[str]:
    # Compared only, never stored: NFKC is what makes a superscript its letter.
    return re.findall(r"\w+", unicodedata.normalize("NFKC", re.sub(r"[_^]", "", text)))


def _shingles(words: list[str]) -> list[tuple[str, ...]]:
    last = max(1, len(words) - _SHINGLE + 1)
    return [tuple(words[i : i + _SHINGLE]) for i in range(last)]


def _f1(found: Iterable[T], wanted: Iterable[T]) -> float:
    ours, theirs = Counter(found), Counter(wanted)
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0
