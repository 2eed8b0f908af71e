"""Rows of the matrix: texts, names and forms that are not what they seem."""

from __future__ import annotations

import email
import re
import unicodedata
from datetime import timedelta
from email.headerregistry import Address
from email.mime.text import MIMEText
from email.policy import default
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import pytest
from checks.desk import codes, look, sourced
from community.people import SECRET, Time, add_article
from faults.planted import both, claimed, raised, without
from opened import put_database
from pydantic import StringConstraints, TypeAdapter
from sqlalchemy import func, select

from citewright.checks import examine
from citewright.checks.quotes import QuoteFinder
from citewright.community import tokens as token_module
from citewright.community.limits import Limits
from citewright.community.message import build
from citewright.community.suggestions import Suggestions
from citewright.community.tokens import Tokens, hashed
from citewright.community.votes import Votes
from citewright.database import Database
from citewright.database.community_tables import hits, tokens
from citewright.errors import InputError, NotFound
from citewright.model import base
from citewright.model.base import PlainText, Slug
from citewright.model.community import Mail, Proposal
from citewright.pipeline import suggesting
from citewright.privacy.findings import Screening
from citewright.retrieval import snapshots
from citewright.versions import store as storing
from citewright.versions.folder_store import FolderStore
from tests.web import desk

SLUG = "an-article"

# --- letters ------------------------------------------------------------------------------------

TEXT = (
    "It was seen in 10⁵ people and in H₂O. The ﬁnal “dose” was 5 µg, ½ of it – well-\n"
    "known – on day one. Café visits rose by 3\u202f%."
)
SAME = ("final \"dose\" was 5 µg", "The final “dose”", "wellknown", "well-known",
        "Cafe\u0301 visits", "rose by 3 %")  # fmt: skip
OTHER = (
    "in 105 people",
    "in H2O",
    "1⁄2 of it",
    "1/2 of it",
    "in ⑩⁵ people",
    "５ µg",
    "Cafe visits",
)


class Nfkc(QuoteFinder):
    """Planted: both sides in the compatibility form, as many a library compares them."""

    def __init__(self, text: str) -> None:
        super().__init__(unicodedata.normalize("NFKC", text))

    def find(self, quote: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        return super().find(unicodedata.normalize("NFKC", quote), start, end)


@both
def test_what_looks_alike_and_says_another_thing_is_not_found(guarded: bool) -> None:
    finder = (QuoteFinder if guarded else Nfkc)(TEXT)
    for quote in SAME:
        assert finder.find(quote) is not None, quote
    with claimed(guarded):
        for quote in OTHER:
            assert finder.find(quote) is None, quote


HIDDEN = ("\u202e", "\u200b", "\u2066", "\ufeff", "\u00ad", "\U000e0041", "\u2028", "\x00")


@both
@pytest.mark.parametrize("char", HIDDEN, ids=lambda char: f"U+{ord(char):04X}")
def test_what_hides_or_turns_letters_is_refused(char: str, guarded: bool) -> None:
    nothing: frozenset[str] = frozenset()
    plain: TypeAdapter[str] = TypeAdapter(PlainText)
    with (
        without(base, "INVISIBLE", nothing, guarded=guarded),
        without(base, "PROHIBITED", nothing, guarded=guarded),
        claimed(guarded),
    ):
        assert raised(lambda: plain.validate_python(f"safe{char}ly")) is not None
        assert char not in base.clean_text(f"a {char} b")


@both
@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200b"], ids=lambda c: f"U+{ord(c):04X}")
def test_a_statement_that_hides_letters_fails(char: str, guarded: bool) -> None:
    nothing: tuple[object, ...] = ()
    with without(examine, "prohibited", lambda *_: nothing, guarded=guarded):
        found = codes(look(sourced(f"Slow {char}breathing helps.")))
    with claimed(guarded):
        assert "prohibited-character" in found


# --- names --------------------------------------------------------------------------------------

NAMES = ("..", "../a", "a/b", "/etc/passwd", "a\\b", "a\x00b", "a%2fb", ".hidden", "A", "a--b", "é",
         "a ", "a\n", "con.", "-a", "a" * 101)  # fmt: skip


@both
@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_out_of_its_folder(name: str, guarded: bool) -> None:
    # Planted: a name is any text.
    kind = Slug if guarded else Annotated[str, StringConstraints(min_length=1)]
    adapter: TypeAdapter[str] = TypeAdapter(kind)
    with claimed(guarded):
        assert raised(lambda: adapter.validate_python(name)) is not None


@both
def test_a_path_of_a_source_stays_in_the_project(tmp_path: Path, guarded: bool) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "secret.txt").write_text("a secret")
    (project / "link").symlink_to(tmp_path / "secret.txt")

    def plainly(folder: Path, relative: str, _: int) -> bytes:
        return (folder / relative).read_bytes()

    with without(snapshots, "_read", plainly, guarded=guarded), claimed(guarded):
        for path in ("../secret.txt", "link", str(tmp_path / "secret.txt")):
            assert isinstance(
                raised(lambda path=path: snapshots._read(project, path, 99)), InputError
            )


@both
def test_a_digest_from_outside_leads_nowhere_else(tmp_path: Path, guarded: bool) -> None:
    (tmp_path / "secret").write_bytes(b"a secret")
    store = FolderStore(tmp_path / "store")
    store.put("raw", b"x")
    anything = re.compile(r".*", re.DOTALL)
    with without(storing, "_DIGEST", anything, guarded=guarded), claimed(guarded):
        # That another file's content does not fit the name tells that it was read.
        error = raised(lambda: store.get("raw", "sha256:../../../secret"))
        assert isinstance(error, NotFound)
        assert "no digest" in str(error)


# --- forms --------------------------------------------------------------------------------------

SSN = "123-45-6789"


@both
def test_what_identifies_a_patient_is_kept_nowhere(tmp_path: Path, guarded: bool) -> None:
    workspace = desk.opened(tmp_path / "project")
    made = desk.commit(workspace, desk.whole(desk.paragraph(desk.Desk().cited()), SLUG))
    proposal = Proposal(
        slug=SLUG,
        version=made.digest,
        kind="error",
        text=f"My client Jane Roe, SSN {SSN}, left after week two.",
        sources=("10.1002/jclp.21923",),
        email="reader@example.org",
    )
    with without(suggesting, "screen", lambda _: Screening(()), guarded=guarded):
        error = raised(lambda: suggesting.receive(workspace, proposal, "http://localhost:1"))
    workspace.database.close()
    with claimed(guarded):
        assert isinstance(error, InputError)
        assert Suggestions(workspace.database).counts() == {}
        for file in (tmp_path / "project").rglob("*"):
            assert not file.is_file() or SSN.encode() not in file.read_bytes(), file.name


@both
def test_of_a_flood_no_more_than_the_limit_is_taken(tmp_path: Path, guarded: bool) -> None:
    database = Database(put_database(tmp_path) / "catalogue.sqlite")
    limits = Limits(database, SECRET)
    # Planted: a limit that no flood reaches.
    most = 10 if guarded else 10**6
    posts = 10_000 if guarded else 100
    taken = sum(limits.hit("suggest:from:192.0.2.7", most, 3600) for _ in range(posts))
    with database.reading() as connection:
        kept = connection.execute(select(func.count()).select_from(hits)).scalar_one()
    with claimed(guarded):
        assert taken == kept == 10


@both
def test_one_voter_has_one_vote(tmp_path: Path, guarded: bool) -> None:
    database = Database(put_database(tmp_path) / "catalogue.sqlite")
    add_article(database, SLUG)
    votes = Votes(database, SECRET)
    # Planted: nobody can tell that it is the same voter.
    with without(Votes, "_name", lambda *_: uuid4().hex, guarded=guarded):
        counted = [votes.cast(SLUG, "address 192.0.2.7") for _ in range(20)]
    with claimed(guarded):
        assert set(counted) == {1}


# --- links and mail -----------------------------------------------------------------------------


def known_at_all(self, connection, purpose, token):
    """Planted: a link is good once it was given out."""
    return connection.execute(select(tokens).where(tokens.c.hash == hashed(token))).one()


@both
@pytest.mark.parametrize("case", ["replayed", "expired", "for something else"])
def test_a_link_works_once_in_its_time_and_for_its_purpose(
    tmp_path: Path, case: str, guarded: bool
) -> None:
    clock = Time()
    kept = Tokens(Database(put_database(tmp_path) / "catalogue.sqlite"), clock)
    token = kept.issue("confirm", "a-suggestion", timedelta(minutes=15))
    # Mail scanners follow links: looking uses nothing up.
    assert kept.look("confirm", token) == kept.look("confirm", token) == "a-suggestion"
    with without(Tokens, "_valid", known_at_all, guarded=guarded), claimed(guarded):
        if case == "replayed":
            assert kept.use("confirm", token) == "a-suggestion"
        if case == "expired":
            clock.passes(minutes=15)
        purpose = "sign-in" if case == "for something else" else "confirm"
        assert isinstance(raised(lambda: kept.use(purpose, token)), InputError)


@both
def test_a_forged_link_opens_nothing(tmp_path: Path, guarded: bool) -> None:
    kept = Tokens(Database(put_database(tmp_path) / "catalogue.sqlite"))
    token = kept.issue("confirm", "a-suggestion", timedelta(minutes=15))
    # Planted: a signature of which only the first part is compared.
    with (
        without(token_module, "hashed", lambda text: hashed(text[:8]), guarded=guarded),
        claimed(guarded),
    ):
        mine = kept.issue("confirm", "a-suggestion", timedelta(minutes=15))
        for place in range(len(mine)):
            forged = mine[:place] + ("A" if mine[place] != "A" else "B") + mine[place + 1 :]
            assert isinstance(
                raised(lambda forged=forged: kept.look("confirm", forged)), InputError
            )
    assert token


SUBJECTS = ("A\r\nBcc: c@d.org", "A\nBcc: c@d.org", "A\rBcc: c@d.org", "A\r\n\r\n<script>")


def as_mime_text(mail: Mail, by: Address) -> MIMEText:
    """Planted: the standard library's older way, which takes line ends for what they are."""
    message = MIMEText(mail.body, "plain", "utf-8")
    message["From"], message["To"], message["Subject"] = str(by), mail.to, mail.subject
    return message


@both
def test_no_text_becomes_a_header_of_a_mail(guarded: bool) -> None:
    by = Address("A wiki", addr_spec="wiki@example.org")
    make = build if guarded else as_mime_text
    seen: set[str] = set()
    for subject in SUBJECTS:
        mail = Mail(id=1, key="k", to="ana@example.org", subject=subject, body="Hello.",
                    message_id="0" * 40, attempts=1,
                    made="2026-03-01T00:00:00.000000Z")  # fmt: skip
        built: list[bytes] = []
        error = raised(lambda mail=mail, built=built: built.append(raw(make(mail, by))))
        assert error is None or isinstance(error, (InputError, ValueError))
        for data in built:
            seen |= {name.lower() for name in email.message_from_bytes(data, policy=default)}
            seen |= {"bcc"} if b"\nBcc:" in data.replace(b"\r", b"\n") else set()
    with claimed(guarded):
        assert "bcc" not in seen


def raw(message: email.message.Message) -> bytes:
    """What goes over the line: header by header, as a courier that trusts the message writes it."""
    lines = [f"{name}: {value}" for name, value in message.items()]
    return "\r\n".join([*lines, "", str(message.get_payload())]).encode()
