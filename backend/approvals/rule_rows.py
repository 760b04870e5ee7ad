"""What the rows of data/rules.toml say: how long what is granted holds, bans last, and decisions may take longer."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "rules.toml"


def years_of_validity(kind: str, day: dt.date) -> int:
    """For how many years a certificate of ``kind`` holds that begins on ``day``; 0 without an end."""
    rows = (row for row in _rows_of_table("validity") if kind in row["kinds"])
    return next((row["years"] for row in rows if row["valid_from"] <= day), 0)


def years_of_ban(cause: str, day: dt.date) -> int:
    """For how many years nobody may apply again after ``cause`` on ``day``; 0 where no row says."""
    rows = (row for row in _rows_of_table("ban") if row["cause"] == cause)
    return next((row["years"] for row in rows if row["valid_from"] <= day), 0)


def extensions_of(day: dt.date) -> dict[str, str]:
    """By the deadline rule of a decision, the one by which it may take longer, as of ``day``."""
    rows = [row for row in _rows_of_table("extension") if row["valid_from"] <= day]
    return {code: row["by"] for row in reversed(rows) for code in row["of"]}


def words_of_ending(ending: str, day: dt.date) -> dict[str, str]:
    """What the paper of an ending says on ``day``: ``zh``, ``law`` and ``consequence``."""
    rows = (row for row in _rows_of_table("ending") if row["ending"] == ending)
    return next(row for row in rows if row["valid_from"] <= day)


@functools.cache
def _rows_of_table(table: str) -> list[dict[str, Any]]:
    """The rows of a table, the newest first."""
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))[table]
    return sorted(rows, key=lambda row: row["valid_from"], reverse=True)
