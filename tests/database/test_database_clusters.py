"""The tests' own PostgreSQL server ends with the process that started it, however that ends."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from clusters import NoPrograms, new_cluster

KILLED = """
import os, signal
from clusters import new_cluster
with new_cluster() as cluster:
    print(cluster.folder, cluster.url(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_server_ends_with_its_owner() -> None:
    try:
        with new_cluster() as cluster:
            psycopg.connect(cluster.url()).close()
    except NoPrograms as error:
        pytest.skip(str(error))
    assert not cluster.folder.exists()
    tests = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=tests, stdout=subprocess.PIPE, text=True
    )
    folder, url = done.stdout.split()
    assert done.returncode == -9
    end = time.monotonic() + 300
    while Path(folder).exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not Path(folder).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=5)
