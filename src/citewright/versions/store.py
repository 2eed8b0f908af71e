"""Immutable blobs and documents, each named by its sha256, wherever they are kept.

A blob's name is the sha256 of its bytes; a document's name is its tagged sha256
(:func:`citewright.model.canonical.tagged_digest`), and what is kept of it is its canonical JSON.
Where they are kept: in a folder (:mod:`citewright.versions.folder_store`) or in an object store
(:mod:`citewright.versions.object_store`).
"""

from __future__ import annotations

import json
import re
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from citewright.errors import DocumentError, IntegrityError, NotFound
from citewright.model.canonical import (
    Json,
    bytes_digest,
    canonical_json,
    digest_of,
    dump,
    tagged_digest,
)
from citewright.resources import read_json

M = TypeVar("M", bound=BaseModel)

KEPT = 256
"""Documents kept in memory: holding them against their schema again would prove nothing new."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ALTERED = "What is stored there was altered or damaged; restore it from a backup."


@dataclass(frozen=True)
class Name:
    """What something is stored under: its kind, its digest, and a document's tag.

    :raises NotFound: for what is no digest: names come in from outside too, and nothing else than
        a digest may become a path.
    """

    kind: str
    digest: str
    tag: str | None = None

    def __post_init__(self) -> None:
        if not _DIGEST.fullmatch(self.digest):
            raise NotFound(
                f"the store has no {self.kind} {self.digest[:80]!r}.", hint="That is no digest."
            )

    @property
    def key(self) -> str:
        """The path in a folder or a bucket: ``<kind>/<first two hex digits>/<hex>``."""
        name = self.digest.removeprefix("sha256:")
        return f"{self.kind}/{name[:2]}/{name}"

    def fits(self, data: bytes) -> bool:
        """Whether these are the bytes that are named so."""
        before = b"" if self.tag is None else self.tag.encode() + b"\0"
        return bytes_digest(before + data) == self.digest

    def absent(self) -> NotFound:
        """The error that there is nothing of this name."""
        return NotFound(f"the store has no {self}.")

    def __str__(self) -> str:
        return f"{self.kind} {self.digest}"


class Store(ABC):
    """Content-addressed storage: what is acknowledged lasts, and what is read is what was put.

    Several threads and processes may write the same at once. Subclasses say where it is kept.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], BaseModel] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, kind: str, data: bytes) -> str:
        """Store bytes unless they are there already, durably; gives ``sha256:…`` of them.

        :raises CitewrightError: when they cannot be written; nothing half-written is left then.
        """
        name = Name(kind, bytes_digest(data))
        self._put(name, data, durable=True)
        return name.digest

    def get(self, kind: str, digest: str) -> bytes:
        """The bytes of that name.

        :raises NotFound: when there are none.
        :raises IntegrityError: when they do not have the sha256 that they are named by.
        """
        name = Name(kind, digest)
        data = self._read(name)
        if not name.fits(data):
            raise IntegrityError(
                f"the stored {name} has other content than its name says.", hint=_ALTERED
            )
        return data

    def text(self, digest: str) -> str:
        """A stored source text; raises as :meth:`get` does."""
        return self.get("text", digest).decode()

    def put_document(
        self, kind: str, tag: str, document: BaseModel, *, durable: bool = True
    ) -> str:
        """Store a model's canonical JSON under its tagged sha256, and give that.

        What was put is known from then on, as it will be read: it is not held against its schema
        again, which was generated from the model.

        :param durable: false for what a step hands to the next one: it is made again from what is
            stored for good, so nothing waits for the disk.
        :raises CitewrightError: as :meth:`put` does.
        :raises DocumentError: when it could not be read again; nothing is stored then.
        """
        data = canonical_json(dump(document))
        name = Name(kind, digest_of(tag, data), tag)
        known = _parsed(type(document), name, data) if durable else document
        self._put(name, data, durable=durable)
        self._remember(tag, name.digest, known)
        return name.digest

    def get_document(self, kind: str, tag: str, digest: str, model: type[M]) -> M:
        """A stored document as a model, its hash derived anew and its schema checked.

        :raises NotFound: when there is none.
        :raises IntegrityError: when its content does not have the hash that it is named by.
        :raises DocumentError: when it does not fit its schema.
        """
        name = Name(kind, digest, tag)
        data = self._verified(name)
        with self._lock:
            known = self._known.get((tag, digest))
        # What is the same by its hash, derived anew just now, is held against its schema once.
        if not isinstance(known, model):
            known = read_json(model, data, what=f"the stored {name}")
            self._remember(tag, digest, known)
        return known

    def get_known(self, kind: str, tag: str, digest: str, model: type[M]) -> M:
        """The same without the JSON Schema, which was generated from the model anyway.

        For reading many. Its hash is derived anew and the model's rules are checked.

        :raises DocumentError: when it does not fit the model.
        """
        name = Name(kind, digest, tag)
        data = self._verified(name)
        with self._lock:
            known = self._known.get((tag, digest))
        return known if isinstance(known, model) else _parsed(model, name, data)

    def get_values(self, kind: str, tag: str, digest: str) -> Json:
        """A stored document as plain values, its hash derived anew, its schema not checked again.

        For looking a few things up in many; raises as :meth:`get_document` does.
        """
        values: Json = json.loads(self._verified(Name(kind, digest, tag)))
        return values

    def document_bytes(self, kind: str, tag: str, digest: str) -> bytes:
        """A stored document's canonical JSON, its hash derived anew; raises as :meth:`get` does."""
        return self._verified(Name(kind, digest, tag))

    @abstractmethod
    def digests(self, kind: str) -> list[str]:
        """The names of all that is stored of a kind, in order.

        :raises CitewrightError: when they cannot be listed.
        """

    @abstractmethod
    def _read(self, name: Name) -> bytes:
        """What is kept under a name, whether or not it fits.

        :raises NotFound: when there is nothing.
        :raises CitewrightError: when it cannot be read.
        """

    @abstractmethod
    def _put(self, name: Name, data: bytes, *, durable: bool) -> None:
        """Keep what fits a name; what is there and does not fit is replaced.

        :raises CitewrightError: when it cannot be written.
        """

    def _verified(self, name: Name) -> bytes:
        data = self._read(name)
        # What is stored is canonical, so its bytes tell the digest; what differs is explained.
        if name.fits(data):
            return data
        try:
            value: Json = json.loads(data)
            actual = tagged_digest(name.tag or "", value)
        except (ValueError, TypeError, RecursionError) as error:
            raise IntegrityError(f"the stored {name} is not canonical JSON: {error}.") from error
        raise IntegrityError(
            f"the stored {name} has other content than its name says (it is {actual}).",
            hint=_ALTERED,
        )

    def _remember(self, tag: str, digest: str, document: BaseModel) -> None:
        with self._lock:
            self._known[tag, digest] = document
            while len(self._known) > KEPT:
                self._known.popitem(last=False)


def _parsed(model: type[M], name: Name, data: bytes) -> M:
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise DocumentError(f"the stored {name} is not valid: {error}.") from error


def digests_of(names: Iterable[str]) -> list[str]:
    """The digests that these last parts of keys are of, in order; strays are left out."""
    found = (f"sha256:{name}" for name in names)
    return sorted(digest for digest in found if _DIGEST.fullmatch(digest))
