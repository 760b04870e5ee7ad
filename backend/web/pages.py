"""Lists of the clerk's pages: newest first, a page at a time, each page at the same cost."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from backend.lib.paging import first_rows, rows_after_condition

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and the query string of the next; that is empty at the end."""

    rows: list[Any]
    following: str


def read_page(rows: QuerySet[Any], asked: QueryDict) -> Page:
    """The newest ``rows`` before the one that ``asked`` names as ``after``."""
    ordered = rows.order_by("-pk")
    if (after := _read_key(rows, asked.get("after", ""))) is not None:
        ordered = ordered.filter(pk__lt=after)
    in_parts = getattr(rows, "parts", ())
    found = list(first_rows(ordered, ("-pk",), SIZE + 1) if in_parts else ordered[: SIZE + 1])
    query = asked.copy()
    query["after"] = str(found[SIZE - 1].pk) if len(found) > SIZE else ""
    return Page(found[:SIZE], query.urlencode() if len(found) > SIZE else "")


def read_due_page(rows: QuerySet[Any], asked: QueryDict) -> Page:
    """The ``rows`` that are due first, after the one that ``asked`` names; those without a day last."""
    order = ("due_on", "id")
    if (after := _read_due(asked.get("after", ""))) is not None:
        rows = rows.filter(rows_after_condition(order, after))
    found = list(first_rows(rows, order, SIZE + 1))
    if len(found) <= SIZE:
        return Page(found, "")
    query, last = asked.copy(), found[SIZE - 1]
    query["after"] = f"{last.due_on or ''}_{last.pk}"
    return Page(found[:SIZE], query.urlencode())


def _read_due(text: str) -> tuple[dt.date | None, int] | None:
    """The day and the key that ``text`` writes; None for what is none."""
    written = re.fullmatch(r"(\d{4}-\d\d-\d\d)?_(\d{1,18})", text)
    if written is None:
        return None
    try:
        day = dt.date.fromisoformat(written[1]) if written[1] else None
    except ValueError:
        return None
    return day, int(written[2])


def _read_key(rows: QuerySet[Any], text: str) -> Any:
    """The key that ``text`` writes; None for what is none, which counts as not given."""
    if not text or len(text) > 36 or (text.isdigit() and len(text) > 18):
        return None
    try:
        return rows.model._meta.pk.to_python(text)
    except ValidationError:
        return None
