"""A message as it goes out: plain text, built so that no text can become a header."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from pydantic import TypeAdapter, ValidationError

from citewright.database.times import as_time
from citewright.errors import InputError, SettingsError
from citewright.model.base import clean_text
from citewright.model.community import Email, Mail

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


def refuse_unsendable(to: str, subject: str, key: str) -> None:
    """Refuse what cannot stand in the headers of a message.

    :raises InputError: when the recipient is not one address, the subject no line of text, or the
        key too long.
    """
    if not _is_address(to):
        raise InputError(f"{to[:260]!r} is no e-mail address.")
    if not subject or subject != clean_text(subject) or len(subject) > 300:
        raise InputError(
            f"{subject[:60]!r} cannot be the subject of a message.",
            hint="Up to 300 characters in one line, none invisible.",
        )
    if not 0 < len(key) <= 200:
        raise InputError(f"a message's key has 1 to 200 characters, not {len(key)}.")


def sender(setting: str) -> Address:
    """The setting ``mail_from`` as an address.

    :raises SettingsError: when it is none.
    """
    name, address = parseaddr(setting)
    if not _is_address(address) or setting != clean_text(setting):
        raise SettingsError(
            f"the setting 'mail_from' is no address: {setting!r}.",
            hint="Set it like: Ward handbook <wiki@example.org>.",
        )
    return Address(name, addr_spec=address)


def build(mail: Mail, by: Address) -> EmailMessage:
    """The message of a row, the same at each try.

    :raises InputError: when it cannot be one.
    """
    refuse_unsendable(mail.to, mail.subject, mail.key)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = by
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
    except (ValueError, HeaderParseError) as error:
        raise InputError(f"the message {mail.key!r} cannot be sent: {error}.") from error
    message["Date"] = format_datetime(as_time(mail.made))
    message["Message-ID"] = f"<{mail.message_id}@{by.domain}>"
    # RFC 3834: no out-of-office replies.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, charset="utf-8")
    return message


def _is_address(text: str) -> bool:
    try:
        _EMAIL.validate_python(text)
    except ValidationError:
        return False
    return True
