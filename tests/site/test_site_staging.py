"""A site's folder changes as a whole: new folders at once, files singly, again after a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from citewright.site.staging import Staging
from citewright.site.write import READABLE


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def test_new_folders_and_files_in_old_ones_come_together(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "old/v").mkdir(parents=True)
    (site / "old/v/index.html").write_bytes(b"before")
    (site / "old/kept.html").write_bytes(b"kept")
    staging = Staging(site, tmp_path / "aside")
    made = {
        "old/v/index.html": b"now",
        "old/w/1/a": b"1",
        "new/a": b"2",
        "new/b/c": b"3",
        "d": b"4",
    }
    for path, data in made.items():
        staging.write(path, data)
    assert files(site) == {"old/v/index.html": b"before", "old/kept.html": b"kept"}
    staging.publish([])
    assert files(site) == made | {"old/kept.html": b"kept"}
    assert {one.stat().st_mode & 0o777 for one in site.rglob("*") if one.name in "abcd"} >= {
        READABLE
    }
    assert not (tmp_path / "aside").exists()


def test_it_goes_on_where_a_file_could_not_be_moved(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "taken").mkdir(parents=True)
    (site / "taken/by-a-folder").mkdir()
    staging = Staging(site, tmp_path / "aside")
    made = {"new/a": b"1", "new/b": b"2", "taken/by-a-folder": b"3", "last": b"4"}
    for path, data in made.items():
        staging.write(path, data)
    with pytest.raises(OSError, match="by-a-folder"):
        staging.publish([])
    assert files(site) == {"new/a": b"1", "new/b": b"2"}
    (site / "taken/by-a-folder").rmdir()
    staging.publish(["new/b"])
    assert files(site) == {path: data for path, data in made.items() if path != "new/b"}
