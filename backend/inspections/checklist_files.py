"""Loads the checklists from their versioned files. Safe to run again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from backend.inspections.models import Checklist

DATA = Path(__file__).parent / "data"

_FIELDS = [
    "category_prefix", "inspection_kind", "title", "title_en", "items", "source", "valid_from",
    "valid_to",
]  # fmt: skip


@transaction.atomic
def load_checklists() -> int:
    """Write every version that the files hold; returns how many. Versions are never removed."""
    known = {(row.code, row.version): row for row in Checklist.objects.all()}
    count = 0
    for path in sorted(DATA.glob("*.json")):
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        row = Checklist(**facts)
        same = known.get((row.code, row.version))
        if same is None:
            row.save(force_insert=True)
        elif _has_other_facts(same, facts):
            row.pk = same.pk
            row.save(force_update=True, update_fields=_FIELDS)
        count += 1
    return count


def _has_other_facts(row: Checklist, facts: dict[str, Any]) -> bool:
    stored = {name: getattr(row, name) for name in facts}
    dates = {name: str(stored[name]) for name in ("valid_from", "valid_to") if stored.get(name)}
    return stored | dates != facts
