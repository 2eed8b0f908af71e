"""Sending what is in the outbox: over SMTP, or into files where no server is set."""

from __future__ import annotations

import logging
import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

from citewright.community.message import build
from citewright.community.outbox import Outbox
from citewright.errors import CitewrightError, InputError, SettingsError
from citewright.model.community import Mail

_LOG = logging.getLogger(__name__)

TRIES = 8
"""How often a message is tried before it is given up on: over about a day."""

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=12)
_SECONDS = 30.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HINT = "Set CITEWRIGHT_SMTP_URL to one like smtp://USER:PASSWORD@HOST:587 or smtps://…."


class Refused(CitewrightError):
    """The receiving side will not take a message, however often it is sent."""


class Unreachable(CitewrightError):
    """The receiving side is not there: what else is due need not be tried now."""


class Courier(Protocol):
    """What takes messages away."""

    def take(self, message: EmailMessage) -> None:
        """Send a message.

        :raises Refused: when it is not to be tried again.
        :raises Unreachable: when no other would get through now either.
        :raises CitewrightError: when it could not be sent now.
        """
        ...


class Files:
    """Writes each message into a folder, as ``KEY.eml``; a second copy replaces the first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, message: EmailMessage) -> None:
        """Write a message.

        :raises Unreachable: when it cannot be written.
        """
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        path = self._folder / f"{name}.eml"
        new = self._folder / f".{name}-{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            new.write_bytes(message.as_bytes())
            new.replace(path)
        except OSError as error:
            raise Unreachable(f"{path} cannot be written: {error}.", retry=True) from error


class Smtp:
    """Hands messages to a server, encrypted unless the server is on this machine.

    :param url: ``smtp://USER:PASSWORD@HOST:PORT``, which begins TLS by STARTTLS, or ``smtps://…``.
    :raises SettingsError: when the URL cannot be used; the message does not repeat it.
    """

    def __init__(self, url: SecretStr) -> None:
        parts, port = _parts(url.get_secret_value())
        self._host = parts.hostname or ""
        self._tls = parts.scheme == "smtps"
        self._port = port or (465 if self._tls else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")

    def take(self, message: EmailMessage) -> None:
        """Send a message.

        :raises Refused: when the server will not take it at all.
        :raises Unreachable: when the server cannot be reached.
        :raises CitewrightError: when it asks to try again.
        """
        with self._explained(), self._connected() as server:
            server.send_message(message)

    def greet(self) -> str:
        """Sign in and leave again, sending nothing; gives the server's name and port.

        :raises CitewrightError: as :meth:`take` does.
        """
        with self._explained(), self._connected() as server:
            server.noop()
        return f"{self._host}:{self._port}"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns the library's errors into this package's."""
        try:
            yield
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            raise self._error(f"refused the recipient ({_listed(codes)})", codes) from error
        except smtplib.SMTPNotSupportedError as error:
            raise self._error(f"cannot take it: {error}", {500}) from error
        except smtplib.SMTPResponseException as error:
            # Of the sign-in and of its own state it may think differently later.
            later = isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError)
            code = 400 if later else error.smtp_code
            raise self._error(f"answered {error.smtp_code}", {code}) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(
                f"the mail server {self._host}:{self._port} cannot be reached: {error}.",
                hint="See CITEWRIGHT_SMTP_URL.",
                retry=True,
            ) from error

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        here = socket.gethostname()
        server: smtplib.SMTP
        if self._tls:
            server = smtplib.SMTP_SSL(
                self._host, self._port, local_hostname=here, timeout=_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, local_hostname=here, timeout=_SECONDS)
        try:
            if not self._tls:
                self._secure(server, context)
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _secure(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif self._host not in _LOOPBACK:
            raise smtplib.SMTPException("it offers no STARTTLS, and mail is not sent in the clear")

    def _error(self, what: str, codes: set[int]) -> CitewrightError:
        said = f"the mail server {self._host}:{self._port} {what}."
        if codes and all(code >= 500 for code in codes):
            return Refused(said)
        return CitewrightError(said, hint="See CITEWRIGHT_SMTP_URL.", retry=True)


def courier(url: SecretStr | None, output: Path) -> Courier:
    """The server of the setting ``smtp_url``, or the folder ``outbox`` in ``output``.

    :raises SettingsError: when the URL cannot be used.
    """
    return Files(output / "outbox") if url is None else Smtp(url)


def deliver(
    outbox: Outbox, by: Courier, sender: Address, moment: datetime, *, limit: int = 50
) -> int:
    """Send what is due, and give how many messages went out.

    One that fails is tried again, with pauses that grow; after :data:`TRIES` it is given up on,
    and stays in the outbox with the reason.
    """
    gone = 0
    for _ in range(limit):
        # One at a time: a slow server must not outlast the lease of those that wait.
        taken = outbox.due(moment, 1)
        if not taken:
            break
        [mail] = taken
        try:
            by.take(build(mail, sender))
        except CitewrightError as error:
            _put_off(outbox, mail, error, moment)
            if isinstance(error, Unreachable):
                break
        else:
            outbox.sent(mail.id)
            gone += 1
    return gone


def _put_off(outbox: Outbox, mail: Mail, error: CitewrightError, moment: datetime) -> None:
    final = isinstance(error, Refused | InputError) or mail.attempts >= TRIES
    retry_at = None if final else moment + _pause(mail.attempts)
    _LOG.warning("a message was not sent (%s): %s", mail.key, error.message)
    outbox.failed(mail.id, error.message, retry_at)


def _pause(attempts: int) -> timedelta:
    return min(_FIRST_PAUSE * int(4 ** (attempts - 1)), _LONGEST_PAUSE)


def _parts(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Not even as the cause: what cannot be read may hold a password.
        raise SettingsError("the setting 'smtp_url' cannot be read as a URL.", hint=_HINT) from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingsError("the setting 'smtp_url' names no mail server.", hint=_HINT)
    return parts, port


def _listed(codes: set[int]) -> str:
    return ", ".join(str(code) for code in sorted(codes))
