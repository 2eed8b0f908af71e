"""Where a project's snapshots, answers and versions are kept: a folder, or an object store."""

from __future__ import annotations

from pathlib import Path

from citewright.errors import SettingsError
from citewright.settings import Settings
from citewright.versions.folder_store import FolderStore
from citewright.versions.store import Store


def open_store(project: Path, settings: Settings) -> Store:
    """The store of the setting ``store_url``; the folder ``output/store`` where it is not set.

    :raises SettingsError: when the URL cannot be used, or what it needs is not installed.
    """
    output = project / "output"
    if settings.store_url is None:
        return FolderStore(output / "store")
    try:
        # Part of an extra, of 16 MB.
        from citewright.versions.object_store import ObjectStore
    except ModuleNotFoundError as error:
        if error.name != "obstore":
            raise
        raise SettingsError(
            f"{settings.store_url} needs the library obstore.",
            hint="Install it: pip install 'citewright[objects]'.",
        ) from error
    return ObjectStore(settings.store_url, output / "store-cache")
