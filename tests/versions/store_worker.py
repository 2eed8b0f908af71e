"""What tests of stores run in processes of their own; it imports little, so that it starts fast."""

from __future__ import annotations

import sys
import time
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from opened_store import store_in

from citewright.model.canonical import bytes_digest
from citewright.versions.store import Name

BLOB = b"the same for everyone " * 5000


def race(folder: Path, _: str) -> None:
    store = store_in(folder)
    for number in range(20):
        print(store.put("raw", BLOB + bytes([number])))


def write_on(folder: Path, size: str) -> None:
    store = store_in(folder)
    for number in count():
        data = BLOB[: int(size or len(BLOB))] + str(number).encode()
        print(store.put("raw", data), flush=True)


def write_unsynced(folder: Path, size: str) -> None:
    """The same without waiting for the disk: what tests of power cuts have to find out."""
    store = store_in(folder)
    for number in count():
        data = BLOB[: int(size)] + str(number).encode()
        name = Name("raw", bytes_digest(data))
        store._put(name, data, durable=False)
        print(name.digest, flush=True)
        time.sleep(0.005)


def put_once(folder: Path, text: str) -> None:
    print(store_in(folder).put("raw", text.encode()))


if __name__ == "__main__":
    actions = {one.__name__: one for one in (race, write_on, write_unsynced, put_once)}
    actions[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
