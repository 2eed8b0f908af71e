"""Pages on disk: written whole or not at all; and text made visible."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citewright.errors import InputError
from citewright.site.plain import clipped, outgoing, visible
from citewright.site.write import write_article
from tests.site import sample


def test_a_page_is_written_where_its_slug_says(tmp_path):
    path = write_article(tmp_path / "site", sample.version(), sample.context())
    assert path == tmp_path / "site" / "paced-walking" / "index.html"
    assert [file.name for file in path.parent.iterdir()] == ["index.html"]
    assert path.stat().st_mode & 0o777 == 0o644
    again = path.read_bytes()
    write_article(tmp_path / "site", sample.version(), sample.context())
    assert path.read_bytes() == again, "the same version gives the same bytes"


def test_a_failed_write_leaves_the_page_that_was_there(tmp_path):
    path = write_article(tmp_path, sample.version(), sample.context())
    before = path.read_bytes()
    with pytest.raises(InputError):
        write_article(tmp_path, sample.version("import"), sample.context(home_href="data:x"))
    assert path.read_bytes() == before
    blocked = tmp_path / "blocked"
    (blocked / "paced-walking" / "index.html").mkdir(parents=True)
    with pytest.raises(OSError, match=r"index\.html"):
        write_article(blocked, sample.version(), sample.context())
    assert [file.name for file in (blocked / "paced-walking").iterdir()] == ["index.html"]


@given(st.text())
def test_nothing_invisible_is_left(text):
    shown = visible(text)
    assert not [c for c in shown if unicodedata.category(c)[0] == "C" and c not in "\t\n\r"]
    assert visible(shown) == shown
    shown.encode()


@given(
    st.text(
        st.characters(
            categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0"
        )
    )
)
def test_what_can_be_seen_is_left_alone(text):
    assert visible(text) == text


@given(st.text())
def test_only_web_addresses_become_links(text):
    for url in (text, f"javascript:{text}", f"https://h.example/{text}"):
        href = outgoing(url)
        assert href is None or (href.isascii() and href.startswith(("http://", "https://")))
    assert outgoing("HTTPS://h.example/") is not None


@given(st.text(), st.integers(5, 50))
def test_clipping_keeps_the_beginning(text, limit):
    cut = clipped(text, limit)
    assert len(cut) <= limit + 2
    assert cut == text or text.startswith(cut.removesuffix(" …"))
