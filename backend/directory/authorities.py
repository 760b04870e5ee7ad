"""Loads the tree of authorities from ``data/authorities.csv``; see ``data/SOURCES.md``."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from django.db import transaction

from backend.directory.models import Authority

DATA = Path(__file__).parent / "data"
_FIELDS = ["name", "level", "parent", "region", "valid_from", "valid_to"]


@transaction.atomic
def load_authorities() -> int:
    """Bring the authorities in line with the file; returns how many. Needs the regions loaded.

    Safe to run again. Parents stand before their children in the file.
    """
    with (DATA / "authorities.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for level in Authority.Level.values:
        known = dict(Authority.objects.values_list("code", "pk"))
        authorities = [_build_authority(row, known) for row in rows if row["level"] == level]
        Authority.objects.bulk_create(
            authorities, update_conflicts=True, unique_fields=["code"], update_fields=_FIELDS
        )
    return len(rows)


def _build_authority(row: dict[str, str], known: dict[str, int]) -> Authority:
    return Authority(
        code=row["code"],
        name=row["name"],
        level=row["level"],
        parent_id=known[row["parent"]] if row["parent"] else None,
        region_id=row["region"],
        valid_from=_parse_day(row["valid_from"]),
        valid_to=_parse_day(row["valid_to"]),
    )


def _parse_day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
