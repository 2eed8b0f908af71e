"""The store in a bucket of S3, Google Cloud Storage or Azure, or of a server that speaks like them.

An object is there whole or not at all, and what the service has acknowledged it keeps. Putting is
conditional (``If-None-Match: *``): of several who put the same, one writes it. What is said to be
there already is read and compared: it may stem from a put of one's own whose answer was lost. An
object whose content does not fit its name is replaced, since the name fixes the content.

What was put or read is kept in a folder of this machine too. Nothing there is believed: it is held
against its name at each reading. The folder may be removed at any time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeVar

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import ObjectStore as Bucket
from obstore.store import from_url

from citewright.errors import CitewrightError, NotFound
from citewright.versions.folder_store import FolderStore
from citewright.versions.object_errors import explained, no_bucket, unusable
from citewright.versions.store import Name, Store, digests_of

R = TypeVar("R")

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds in which a request that a server fails, throttles or does not take is sent again."""

_TRIES = 12
"""The most times that the library sends it; the pauses double from 0.1 to 5 seconds."""

_UNSURE_PAUSE = 0.5


class ObjectStore(Store):
    """A :class:`Store` under ``<url>/<kind>/<first two hex digits>/<hex>``, with a local cache."""

    def __init__(self, url: str, cache: Path, *, patience: float = PATIENCE) -> None:
        """Nothing is asked of the service yet.

        :param url: ``s3://bucket/prefix``, ``gs://…`` or ``az://…``, without a secret; credentials
            and other addresses come from the environment, as obstore reads them.
        :param cache: a folder of this machine, made as needed.
        :param patience: seconds for one operation, all that is sent again included.
        :raises SettingsError: when the URL cannot be used with what the environment holds.
        """
        super().__init__()
        self._url = url
        self._patience = patience
        self._bucket = _bucket(url, patience)
        self._cache = FolderStore(cache)
        self._told = False

    def digests(self, kind: str) -> list[str]:
        """The names of all that is stored of a kind, in order."""

        def listed() -> list[str]:
            pages = obstore.list(self._bucket, prefix=kind)
            return [one["path"].rpartition("/")[2] for page in pages for one in page]

        return digests_of(self._asking(f"the stored {kind} cannot be listed", listed))

    def _read(self, name: Name) -> bytes:
        data = self._cached(name)
        if data is None:
            data = self._fetch(name)
            if name.fits(data):
                self._keep(name, data)
        return data

    def _put(self, name: Name, data: bytes, *, durable: bool) -> None:
        del durable  # Another machine may take the next step, so all of it goes to the service.
        if not self._created(name, data) and self._fetch(name) != data:
            log.warning("the stored %s had other content than its name says: replaced", name)
            self._send(name, data, overwrite=True)
        self._keep(name, data)

    def _created(self, name: Name, data: bytes) -> bool:
        """Whether the object was made now; False: it was there."""
        until = time.monotonic() + self._patience
        while True:
            try:
                self._send(name, data)
            except AlreadyExistsError:
                return False
            except CitewrightError as error:
                # The library does not repeat a conditional put whose answer was lost: who repeats
                # it may be told that the object is there already. Here that is no trouble.
                if not error.retry or time.monotonic() + _UNSURE_PAUSE > until:
                    raise
                time.sleep(_UNSURE_PAUSE)
            else:
                return True

    def _send(self, name: Name, data: bytes, *, overwrite: bool = False) -> None:
        mode: Literal["create", "overwrite"] = "overwrite" if overwrite else "create"
        self._asking(
            f"the {name} cannot be stored",
            lambda: obstore.put(self._bucket, name.key, data, mode=mode, use_multipart=False),
        )

    def _fetch(self, name: Name) -> bytes:
        def got() -> bytes:
            return bytes(obstore.get(self._bucket, name.key).bytes())

        try:
            return self._asking(f"the stored {name} cannot be read", got)
        except FileNotFoundError:
            raise name.absent() from None

    def _asking(self, what: str, ask: Callable[[], R]) -> R:
        """Ask the service, with its errors told as ours.

        The library's own errors are cut off: a traceback would print what they hold.

        :raises FileNotFoundError: when there is no such object.
        :raises AlreadyExistsError: when there is one already.
        """
        try:
            return ask()
        except AlreadyExistsError:
            raise
        except FileNotFoundError as error:
            if no_bucket(error):
                raise explained(self._url, what, error) from None
            raise
        except BaseError as error:
            raise explained(self._url, what, error) from None

    def _cached(self, name: Name) -> bytes | None:
        try:
            data = self._cache._read(name)
        except NotFound:
            return None
        except CitewrightError as error:
            self._tell(error)
            return None
        return data if name.fits(data) else None

    def _keep(self, name: Name, data: bytes) -> None:
        try:
            self._cache._put(name, data, durable=False)
        except CitewrightError as error:
            self._tell(error)

    def _tell(self, error: CitewrightError) -> None:
        if not self._told:
            self._told = True
            log.warning("the cache is of no use: %s", error.message)


def _bucket(url: str, patience: float) -> Bucket:
    try:
        return from_url(
            url,
            retry_config={
                "max_retries": _TRIES,
                "retry_timeout": timedelta(seconds=patience),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=5),
                    "base": 2,
                },
            },
        )
    except (BaseError, ValueError):
        # What the library says here may quote a key that it cannot read.
        raise unusable(url) from None
