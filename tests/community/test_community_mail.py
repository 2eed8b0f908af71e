"""Mail: once for each cause, sent at least once, and no text becomes a header."""

from __future__ import annotations

import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from community.people import Time, at_once
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select

from citewright.community.mailing import TRIES, Files, Refused, Smtp, courier, deliver
from citewright.community.message import build, sender
from citewright.community.outbox import Outbox
from citewright.database import Database
from citewright.database.community_tables import outbox
from citewright.errors import CitewrightError, InputError, NotFound, SettingsError
from citewright.model.community import Mail

BY = sender("Ward handbook <wiki@example.org>")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
BODY = "Grüße. Open https://example.org/sign-in?token=secret-token\n"


class Inbox:
    """A mail server's side of it: keeps what comes, or answers as told."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.answers: list[str] = []

    async def handle_DATA(self, _: object, __: object, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.got.append(envelope)
        return "250 OK"

    def messages(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(bytes(one.original_content or b""), policy=default)
            for one in self.got
        ]


@contextmanager
def served(host: str = "127.0.0.1", **options: Any) -> Iterator[tuple[Inbox, int]]:
    """A mail server, and its port."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port = probe.getsockname()[1]
    inbox = Inbox()
    controller = Controller(inbox, hostname=host, port=port, **options)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


def smtp(port: int, user: str = "", host: str = "127.0.0.1") -> Smtp:
    return Smtp(SecretStr(f"smtp://{user}{host}:{port}"))


def put(box: Outbox, key: str = "sign-in 1", **changed: str) -> None:
    values = {"to": "ana@example.org", "subject": "Sign in – ward", "body": BODY} | changed
    box.put(key=key, **values)


def test_a_message_goes_out_over_smtp(database: Database) -> None:
    box = Outbox(database, clock=lambda: NOW)
    put(box)
    with served() as (inbox, port):
        assert deliver(box, smtp(port), BY, NOW) == 1
        assert deliver(box, smtp(port), BY, NOW + timedelta(days=1)) == 0
    [message] = inbox.messages()
    assert inbox.got[0].rcpt_tos == ["ana@example.org"]
    assert message["From"] == "Ward handbook <wiki@example.org>"
    assert message["To"] == "ana@example.org"
    assert message["Subject"] == "Sign in – ward"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Sun, 01 Mar 2026 00:00:00 +0000"
    assert message["Message-ID"].endswith("@example.org>")
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == BODY
    with database.reading() as connection:
        row = connection.execute(select(outbox)).one()
    assert (row.state, row.recipient, row.body) == ("sent", "", "")


def test_a_message_is_put_once_for_its_key(database: Database) -> None:
    box = Outbox(database)
    at_once(5, lambda: put(box))
    put(box, subject="Another")
    put(box, key="sign-in 2")
    assert box.counts() == {"due": 2}


def test_a_message_is_part_of_the_callers_transaction(database: Database) -> None:
    box = Outbox(database)
    with pytest.raises(InputError):
        _put_two(box, database)
    assert box.counts() == {}
    with database.writing() as connection:
        box.put("a@b.org", "s", "b", "k", within=connection)
    assert box.counts() == {"due": 1}


def _put_two(box: Outbox, database: Database) -> None:
    with database.writing() as connection:
        box.put("a@b.org", "s", "b", "k", within=connection)
        box.put("a@b.org", "", "b", "other", within=connection)


def test_each_message_is_taken_by_one(database: Database) -> None:
    clock = Time()
    box = Outbox(database, clock=clock)
    for number in range(6):
        put(box, key=f"k{number}")
    taken = [
        [one.id for one in mails]
        for mails in at_once(3, lambda: box.due(clock.now, 2))
        if not isinstance(mails, InputError)
    ]
    assert sorted(len(ids) for ids in taken) == [2, 2, 2]
    assert len({one for ids in taken for one in ids}) == 6
    assert box.due(clock.now, 10) == []


def test_what_its_taker_did_not_send_is_due_again_with_the_same_id(database: Database) -> None:
    clock = Time()
    box = Outbox(database, lease=timedelta(minutes=5), clock=clock)
    put(box)
    [first] = box.due(clock.now, 10)
    assert box.due(clock.passes(minutes=4), 10) == []
    [second] = Outbox(database).due(clock.passes(minutes=2), 10)
    assert (first.attempts, second.attempts) == (1, 2)
    assert replace(second, attempts=1) == first
    assert build(first, BY).as_bytes() == build(second, BY).as_bytes()
    box.sent(second.id)
    # The first one's failure comes late and changes nothing.
    box.failed(first.id, "late", clock.now)
    assert box.counts() == {"sent": 1}
    with pytest.raises(NotFound, match="no message"):
        box.sent(first.id + 1)


def test_a_server_that_does_not_answer_is_tried_again_and_then_given_up(
    database: Database,
) -> None:
    box = Outbox(database, clock=lambda: NOW)
    put(box)
    nobody = Smtp(SecretStr("smtp://127.0.0.1:9"))
    moment, pauses = NOW, []
    while box.counts() == {"due": 1}:
        assert deliver(box, nobody, BY, moment) == 0
        pauses.append(moment - NOW)
        assert deliver(box, nobody, BY, moment + timedelta(seconds=59)) == 0
        with database.reading() as connection:
            row = connection.execute(select(outbox)).one()
        moment = datetime.fromisoformat(row.due)
    assert len(pauses) == TRIES
    for key in ("a", "b"):
        put(box, key=key)
    deliver(box, nobody, BY, NOW)
    with database.reading() as connection:
        tried = select(outbox.c.attempts).where(outbox.c.key.in_(("a", "b")))
        assert sorted(connection.execute(tried).scalars()) == [0, 1]
    assert timedelta(hours=20) < pauses[-1] < timedelta(days=3)
    [(key, to, why)] = box.failures()
    assert (key, to) == ("sign-in 1", "ana@example.org")
    assert "127.0.0.1:9 cannot be reached" in why
    assert row.body == ""


def test_the_servers_answer_says_whether_to_try_again(database: Database) -> None:
    box = Outbox(database, clock=lambda: NOW)
    for key in ("later", "too big", "no"):
        put(box, key=key)
    with served() as (inbox, port):
        inbox.answers = ["451 later", "552 too big", "554 no"]
        assert deliver(box, smtp(port), BY, NOW) == 0
        assert box.counts() == {"due": 1, "failed": 2}
        assert deliver(box, smtp(port), BY, NOW + timedelta(hours=1)) == 1
    assert [(key, why[-13:]) for key, _, why in box.failures()] == [
        ("too big", "answered 552."), ("no", "answered 554."),
    ]  # fmt: skip


def test_mail_is_not_sent_in_the_clear_to_another_machine() -> None:
    # Every address of 127/8 is this machine, but only the first is taken for it.
    with served("127.0.0.2") as (inbox, port):
        with pytest.raises(CitewrightError, match=r"offers no STARTTLS") as caught:
            smtp(port, host="127.0.0.2").take(build(mail(), BY))
        assert caught.value.retry
        assert inbox.got == []


def test_a_server_is_trusted_by_its_certificate_and_given_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[bytes, bytes]] = []

    def let_in(_: Any, __: Any, ___: Any, ____: Any, asked: Any) -> AuthResult:
        given.append((asked.login, asked.password))
        return AuthResult(success=asked.password == b"p@ss:word", handled=False)

    context = _certified(tmp_path / "server.pem")
    options = {"tls_context": context, "require_starttls": True, "authenticator": let_in}
    with served("127.0.0.2", **options) as (inbox, port):
        with pytest.raises(CitewrightError, match="certificate verify failed"):
            smtp(port, "who:p%40ss%3Aword@", "127.0.0.2").take(build(mail(), BY))
        assert given == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        smtp(port, "who:p%40ss%3Aword@", "127.0.0.2").take(build(mail(), BY))
        with pytest.raises(CitewrightError, match="answered 535") as caught:
            smtp(port, "who:geheim@", "127.0.0.2").take(build(mail(), BY))
    assert caught.value.retry
    assert "geheim" not in str(caught.value)
    assert given[0] == (b"who", b"p@ss:word")
    assert len(inbox.got) == 1


def _certified(path: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a mail server of a test")])
    address = x509.IPAddress(ip_address("127.0.0.2"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path.write_bytes(
        made.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


def test_without_a_server_messages_are_files(database: Database, tmp_path: Path) -> None:
    box = Outbox(database, clock=lambda: NOW)
    put(box)
    put(box, key="other")
    by = courier(None, tmp_path / "output")
    assert isinstance(by, Files)
    assert deliver(box, by, BY, NOW) == 2
    found = sorted((tmp_path / "output" / "outbox").iterdir())
    assert [path.suffix for path in found] == [".eml", ".eml"]
    message = email.message_from_bytes(found[0].read_bytes(), policy=default)
    assert "token=secret-token" in message.get_content()
    by.take(build(mail(), BY))
    assert len(list((tmp_path / "output" / "outbox").iterdir())) == 3
    (tmp_path / "taken").write_text("")
    with pytest.raises(CitewrightError, match="cannot be written") as caught:
        Files(tmp_path / "taken").take(build(mail(), BY))
    assert caught.value.retry


@pytest.mark.parametrize("url", ["geheim", "http://u:geheim@h", "smtp://", "smtp://u:geheim@h:p"])
def test_an_url_of_no_server_is_said_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Smtp(SecretStr(url))
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", ["", "nobody", "a@b\r\nBcc: c@d.org", "A\u202e <a@b.org>"])
def test_what_is_no_sender_is_said(text: str) -> None:
    with pytest.raises(SettingsError, match="is no address"):
        sender(text)


def mail(**changed: Any) -> Mail:
    one = Mail(
        id=1,
        key="k",
        to="ana@example.org",
        subject="s",
        body=BODY,
        message_id="0" * 40,
        made="2026-03-01T00:00:00.000000Z",
        attempts=1,
    )
    return replace(one, **changed)


HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
           "Content-Transfer-Encoding", "MIME-Version"}  # fmt: skip

ODD = st.text(
    st.one_of(st.sampled_from("\r\n\t\x00\x0b\x0c\x85\u2028 :,;<>@\"'=?abBc"), st.characters()),
    max_size=60,
)


@given(ODD, ODD, ODD)
def test_no_text_becomes_a_header(to: str, subject: str, body: str) -> None:
    for given_ in (mail(to=to), mail(subject=subject), mail(to=f"a{to}@b.org", subject=subject)):
        try:
            built = build(given_, BY)
        except InputError:
            continue
        read = email.message_from_bytes(built.as_bytes(), policy=default)
        assert set(read.keys()) == HEADERS
        assert len(read.keys()) == len(HEADERS)
        assert read["To"].addresses[0].addr_spec == given_.to
        assert len(read["To"].addresses) == 1
    safe = "".join(char for char in body if not "\ud800" <= char <= "\udfff")
    read = email.message_from_bytes(build(mail(body=safe), BY).as_bytes(), policy=default)
    assert set(read.keys()) == HEADERS


def test_what_cannot_be_sent_is_refused_when_it_is_put(database: Database) -> None:
    box = Outbox(database)
    for wrong in (
        {"to": "a@b.org, c@d.org"},
        {"to": "a@b.org\nBcc: c@d.org"},
        {"subject": "a\r\nBcc: c@d.org"},
        {"subject": ""},
        {"subject": "x" * 301},
        {"key": ""},
        {"key": "x" * 201},
    ):
        with pytest.raises(InputError):
            put(box, **wrong)
    assert box.counts() == {}


def test_a_refusal_is_an_error_of_this_package() -> None:
    assert issubclass(Refused, CitewrightError)
