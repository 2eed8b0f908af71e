"""The parts of a Word file: a ZIP archive, unpacked within limits (ISO/IEC 29500-2)."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib

from lxml import etree

from citewright.errors import ExtractionError
from citewright.retrieval.markup import children, parse_xml

MAX_PART = 60_000_000
"""Bytes of one part, unpacked; a book of a thousand pages has under ten million."""

MAX_RATIO = 200
"""How many times larger a part may grow; real ones grow 10 to 40 times, zeros 1,000 times."""

MAX_PARTS = 5_000
"""Files in the archive; pictures have one each."""

# Under this size the ratio says nothing: a sheet of white styles packs well.
_RATIO_COUNTS_FROM = 1_000_000
_DAMAGED = "the Word file is damaged"


class Package:
    """A Word file's parts, each parsed when it is asked for.

    :raises ExtractionError: for a damaged or encrypted archive, or one with too many parts.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            # zipfile raises NotImplementedError for a version or method that damage invents.
            raise ExtractionError(f"{_DAMAGED}: {error}.") from error
        if len(self._zip.infolist()) > MAX_PARTS:
            raise ExtractionError(f"the Word file has more than {MAX_PARTS} parts.")
        self._packed = self._related("")
        path = self._packed.get("officeDocument")
        if path is None:
            raise ExtractionError(f"{_DAMAGED}: it names no document.")
        document = self._read(path)
        if document is None:
            raise ExtractionError(f"{_DAMAGED}: it has no part {path!r}.")
        self.document: etree._Element = document
        self._related_to_document = self._related(path)

    def part(self, kind: str) -> etree._Element | None:
        """The part that stands in a relation of that kind to the document or the file.

        :param kind: the last word of the relation's type: ``styles``, ``core-properties``.
        :returns: None when there is none.
        :raises ExtractionError: when it is damaged or too large.
        """
        path = self._related_to_document.get(kind) or self._packed.get(kind)
        return self._read(path) if path else None

    def _related(self, path: str) -> dict[str, str]:
        folder, name = posixpath.split(path)
        root = self._read(posixpath.join(folder, "_rels", f"{name}.rels"))
        related: dict[str, str] = {}
        for node in children(root, "Relationship") if root is not None else ():
            if node.get("TargetMode") == "External":
                continue
            kind = str(node.get("Type", "")).rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, str(node.get("Target", ""))))
            related.setdefault(kind, target.lstrip("/"))
        return related

    def _read(self, path: str) -> etree._Element | None:
        try:
            info = self._zip.getinfo(path)
        except KeyError:
            return None
        grown = info.file_size / max(1, info.compress_size)
        if info.file_size > MAX_PART or (info.file_size > _RATIO_COUNTS_FROM and grown > MAX_RATIO):
            raise ExtractionError(
                f"the Word file's part {path!r} would grow to {info.file_size} bytes, "
                f"{grown:.0f} times its packed size."
            )
        try:
            # Never more than it declares: a false size ends as a wrong checksum.
            data = self._zip.read(info)
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            RuntimeError,
            NotImplementedError,
            EOFError,
            ValueError,
            OSError,
        ) as error:
            raise ExtractionError(f"{_DAMAGED}: {path!r} cannot be unpacked.") from error
        return parse_xml(data)
