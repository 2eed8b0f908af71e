"""Whether time and memory grow with the library: 10, 100, 1,000 and 10,000 articles.

Each size in a process of its own. ``refresh`` is what ``python -m benchmarks refresh`` says of
looking over so many articles without Prefect, ``site`` the same of ``site`` without the rivals,
``queue`` the review queue's first page and a put into the store beside that many items. ``peak_mb``
is the peak of the whole process, with the making of the library in it, so it bounds what the work
itself takes.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Figures
from benchmarks.measuring import run as run_command
from benchmarks.sizes import is_quick

SIZES = (10, 30) if is_quick() else (10, 100, 1_000, 10_000)
SECONDS = 1500.0
WANTED = {
    "refresh": ("refresh.ms_per_article_no_change", "refresh.seconds_plan_one_change"),
    "site": ("pages_per_second", "site.seconds_nothing_changed", "seconds_after_one_change"),
    "queue": ("queue_page_first_ms", "store_put_a_second"),
}


def run(_: Path) -> Figures:
    """The figures of each size: ``growth.SUBJECT.ARTICLES.FIGURE``."""
    figures: dict[str, float | str] = {}
    for articles in SIZES:
        for subject, names in WANTED.items():
            command = [sys.executable, "-m", "benchmarks.growth", subject]
            environment = {"CITEWRIGHT_ARTICLES": str(articles)}
            ended = run_command(command, seconds=SECONDS, environment=environment)
            head = f"growth.{subject}.{articles}"
            if ended.why is not None:
                figures |= dict.fromkeys((f"{head}.{name}" for name in names), ended.why)
                continue
            found = json.loads(ended.said.splitlines()[-1])
            figures |= {f"{head}.{name}": found[name] for name in names}
            figures[f"{head}.peak_mb"] = ended.peak_mb
    return figures


def _queue(folder: Path, articles: int) -> dict[str, float]:
    from benchmarks.database import filled, median_ms
    from benchmarks.store import a_second, blobs
    from citewright.database import Database
    from citewright.versions.folder_store import FolderStore

    database = Database(folder / "catalogue.sqlite")
    queue = filled(database, articles)
    store = FolderStore(folder / "store")
    for blob in blobs(articles, 200, seed=1):
        store.put("raw", blob)
    found = {
        "queue_page_first_ms": median_ms(queue.page),
        "store_put_a_second": a_second(blobs(200, 10_000), lambda one: store.put("raw", one)),
    }
    database.close()
    return found


def main() -> None:
    """Measure one subject at the size of ``CITEWRIGHT_ARTICLES``; print its figures as JSON."""
    from benchmarks import refresh, site
    from benchmarks.measuring import ROOT

    articles = int(os.environ["CITEWRIGHT_ARTICLES"])
    subject = sys.argv[1]
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        if subject == "refresh":
            shared = Path(os.environ.get("CITEWRIGHT_SHARED") or ROOT.parent / "shared")
            found = refresh.planned(folder, articles, shared)
        elif subject == "site":
            found = site.measured(folder / "ours", articles)
        else:
            found = _queue(folder, articles)
    finally:
        shutil.rmtree(folder)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
