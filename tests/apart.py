"""Keeps processes that test side by side apart: ``-p tests.apart``, which ``make test`` gives.

pytest-django gives each process of pytest-xdist a database of its own; Redis, the bucket and the
spool are told apart here. In the environment, and before the settings are read from it: so the
servers and workers that a test starts belong to its process too.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit


def _keep_apart() -> None:
    """Does nothing in a process that tests alone."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not process.startswith("gw"):
        return
    # The queue and, one behind it, the cache. The first pair is left to whoever tests alone.
    queue = 2 * (int(process.removeprefix("gw")) + 1)
    spool = Path(os.environ["SPOOL_DIR"]) / process
    spool.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "REDIS_URL": urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{queue}").geturl(),
        "S3_BUCKET": f"{os.environ.get('S3_BUCKET', 'evidence')}-{process}",
        "SPOOL_DIR": str(spool),
    }


_keep_apart()
