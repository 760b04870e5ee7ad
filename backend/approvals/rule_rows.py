"""How long what is granted holds, and how long somebody may not apply: the rows of data/rules.toml."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "rules.toml"


def years_of_validity(kind: str, day: dt.date) -> int:
    """For how many years a certificate of ``kind`` holds that begins on ``day``; 0 without an end."""
    rows = (row for row in _rows("validity") if kind in row["kinds"])
    return next((row["years"] for row in rows if row["valid_from"] <= day), 0)


def years_of_ban(cause: str, day: dt.date) -> int:
    """For how many years nobody may apply again after ``cause`` on ``day``; 0 where no row says."""
    rows = (row for row in _rows("ban") if row["cause"] == cause)
    return next((row["years"] for row in rows if row["valid_from"] <= day), 0)


@functools.cache
def _rows(table: str) -> list[dict[str, Any]]:
    """The rows of a table, the newest first."""
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))[table]
    return sorted(rows, key=lambda row: row["valid_from"], reverse=True)
