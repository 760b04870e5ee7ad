"""Figures of the hotline that took long to count, kept for some minutes so that their page opens at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache

from backend.accounts.models import User
from backend.hotline.hot_spots import Counting, Question, Rows, prepare_counting
from backend.lib import clock

LONG_S = 0.5
"""What took less is counted anew each time."""
_KEPT_S = 600


@dataclass(frozen=True)
class Figures:
    """The figures of all matters and of each group, and when they were counted."""

    counted_at: dt.datetime
    total: dict[str, Any]
    groups: dict[str, Rows]


def read_figures(user: User, question: Question, groups: Sequence[str]) -> Figures:
    """The figures of ``question`` among what ``user`` sees, up to ten minutes old where they are many.

    Who sees the same offices shares them. For ``groups`` see :func:`prepare_counting`.
    """
    counting = prepare_counting(user, question, groups)
    key = _key_of(counting)
    if kept := cache.get(key):
        counted_at, total, rows = kept
        found = {group: [_read_money(row) for row in rows[group]] for group in rows}
        return Figures(dt.datetime.fromisoformat(counted_at), _read_money(total), found)
    begun, now = time.monotonic(), clock.now()
    total, rows = counting.count()
    if time.monotonic() - begun > LONG_S:
        written = {group: [_write_money(row) for row in rows[group]] for group in rows}
        cache.set(key, (now.isoformat(), _write_money(total), written), _KEPT_S)
    return Figures(now, total, rows)


def _key_of(counting: Counting) -> str:
    asked = repr((counting.statement, counting.params)).encode()
    return f"hot-spots/{hashlib.sha256(asked).hexdigest()}"


def _write_money(row: dict[str, Any]) -> dict[str, Any]:
    """The row as JSON has it: sums of money as text, so that no fen is lost."""
    return {name: str(row[name]) if isinstance(row[name], Decimal) else row[name] for name in row}


def _read_money(row: dict[str, Any]) -> dict[str, Any]:
    money = {name: Decimal(row[name]) for name in row if name.endswith("_yuan") and row[name]}
    return row | money
