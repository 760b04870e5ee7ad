"""Loads kinds, rules of drafts and layouts from their versioned files. Safe to run again."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from backend.documents.draft_checks import CHECKS
from backend.documents.models import DocumentKind, DraftRule, Layout

DATA = Path(__file__).parent / "data"
_TABLES: dict[str, tuple[str, type[Any]]] = {
    "document_kinds.toml": ("kind", DocumentKind),
    "draft_rules.toml": ("rule", DraftRule),
    "layouts.toml": ("layout", Layout),
}


@transaction.atomic
def load_document_rules(folder: Path = DATA) -> int:
    """Write every row of the files; returns how many. A row of the same code and first day is written anew.

    Raises ValueError for a check that is none.
    """
    return sum(
        _load_rows(model, tomllib.loads((folder / name).read_text(encoding="utf-8"))[table])
        for name, (table, model) in _TABLES.items()
    )


def _load_rows(model: type[Any], entries: list[dict[str, Any]]) -> int:
    rows = [model(**entry) for entry in entries]
    for row in rows:
        if isinstance(row, DraftRule) and row.checked_by not in CHECKS:
            raise ValueError(f"rule {row.code} names an unknown check: {row.checked_by}")
    key = ["code", "valid_from"]
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=key,
        update_fields=[name for name in columns if name not in key],
    )
    return len(rows)
