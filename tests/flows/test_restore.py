"""Nothing that was told to be filed is lost with the database's machine."""

from __future__ import annotations

import subprocess
import sys


def test_a_database_that_dies_amid_reports_is_restored_to_the_last_of_them() -> None:
    command = [sys.executable, "-m", "bench.drill", "16"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "every row has its object" in done.stdout
    assert "16 reports, 0 lost, 0 twice" in done.stdout
