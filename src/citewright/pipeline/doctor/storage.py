"""The database, the folder of what is made, and how much room there is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from citewright.database.sqlite import FREE_BYTES
from citewright.database.standing import Standing, look
from citewright.errors import CitewrightError
from citewright.pipeline.doctor.finding import Finding, failed
from citewright.settings import Settings
from citewright.versions.store import Store

LITTLE_BYTES = 1_000_000_000
"""Less free space than this is worth a warning."""

_OLD = (
    "The next command migrates it. Stop all others of this project first, and make a backup: an "
    "older citewright cannot use it afterwards."
)
_NEW = "Install that citewright here too: pip install --upgrade citewright."


def check_database(settings: Settings, project: Path) -> tuple[Standing | None, Finding]:
    """Whether the catalogue can be reached, and whether its tables are those of this citewright."""
    url = settings.database_url
    try:
        found = look(url.get_secret_value() if url else project / "output" / "catalogue.sqlite")
    except CitewrightError as error:
        return None, failed("database", error)
    if found is None:
        return None, Finding("database", "ok", "A file; the first command makes it.")
    said = f"{found.name} ({found.server}), migration {found.revision or 'none'}"
    if found.missing is None:
        return found, Finding("database", "failed", f"{said}: made by a newer citewright.", _NEW)
    if found.revision is None and url is not None:
        return found, Finding("database", "ok", f"{said}: the first command makes its tables.")
    if found.missing:
        said = f"{said}: {found.missing} migrations are still to run."
        return found, Finding("database", "warning", said, _OLD)
    return found, Finding("database", "ok", f"{said}: the newest.")


def check_folder(project: Path) -> Finding:
    """Whether what is stored can be written, named and removed, as the store does it."""
    folder = project / "output" / "store"
    # What is not there yet can be made where the folder above may be written to.
    place = next(one for one in (folder, *folder.parents) if one.is_dir())
    try:
        handle, name = tempfile.mkstemp(prefix=".doctor-", dir=place)
        probe, linked = Path(name), Path(f"{name}.linked")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(b"x" * 4096)
                file.flush()
                os.fsync(file.fileno())
            os.link(probe, linked)
        finally:
            probe.unlink(missing_ok=True)
            linked.unlink(missing_ok=True)
    except OSError as error:
        do = "See that the disk has room, and that it is a file system with hard links that this "
        do += "user may write to."
        said = f"{place} cannot be written to: {error.strerror}."
        return Finding("store", "failed", said, do)
    return Finding("store", "ok", f"{place} can be written to.")


def check_bucket(
    settings: Settings, project: Path, open_store: Callable[[Path, Settings], Store]
) -> Finding:
    """Whether something can be put into the bucket of ``store_url`` and read again.

    It is always the same few bytes, so that it is one object however often it is asked.
    """
    try:
        store = open_store(project, settings)
        read = store.get("probe", store.put("probe", b"put by citewright doctor\n"))
    except CitewrightError as error:
        return failed("bucket", error)
    return Finding("bucket", "ok", f"{settings.store_url} takes and gives ({len(read)} bytes).")


def check_space(project: Path) -> Finding:
    """How much room there is where everything that is made is kept."""
    output = project / "output"
    usage = shutil.disk_usage(output if output.is_dir() else project)
    said = f"{usage.free / 1e9:.2f} GB of {usage.total / 1e9:.2f} GB are free for {output}."
    do = "Free some disk space, or move the project."
    if usage.free < FREE_BYTES:
        return Finding("free space", "failed", said, do)
    if usage.free < LITTLE_BYTES:
        return Finding("free space", "warning", said, do)
    return Finding("free space", "ok", said)
