"""The secret that pseudonyms are made with, and what is made with it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from citewright.errors import CitewrightError, IntegrityError

_BYTES = 32


def app_secret(setting: SecretStr | None, output: Path) -> bytes:
    """The setting ``secret``, or what stands in the file ``secret`` in the folder ``output``.

    The file is made once, for its owner only; of processes that start at once one makes it.

    :raises CitewrightError: when it can be neither read nor written.
    :raises IntegrityError: when it holds less than a secret.
    """
    if setting is not None:
        return setting.get_secret_value().encode()
    path = output / "secret"
    try:
        if not path.exists():
            _make(path)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CitewrightError(
            f"the file {path} cannot be used: {error}.",
            hint="Set CITEWRIGHT_SECRET, or let the folder be written to.",
        ) from error
    if len(text) < 2 * _BYTES:
        raise IntegrityError(
            f"{path} holds no secret.", hint="Restore it from a backup, or remove it."
        )
    return text.encode()


def pseudonym(secret: bytes, *parts: str) -> str:
    """A name for these parts that only who has the secret can derive (HMAC-SHA256, in hex)."""
    # Each part with its length: ("a", "bc") is not ("ab", "c").
    message = b"".join(b"%d:%b" % (len(part.encode()), part.encode()) for part in parts)
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".secret-{secrets.token_hex(8)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, path)
        except FileExistsError:
            # Another process was faster: its secret is the one.
            return
    finally:
        new.unlink(missing_ok=True)
