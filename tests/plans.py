"""How PostgreSQL would answer: its plan as a document, and what stands in it."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from backend.lib.paging import first_rows


def plan_of_page(rows: QuerySet[Any], order: tuple[str, ...]) -> dict[str, Any]:
    """How the keys of a page are chosen when nothing may be sorted, unless no index has the order."""
    query, values = first_rows(rows, order, 51).query.sql_with_params()
    begin, end = query.index("(SELECT") + 1, query.index("LIMIT 51") + len("LIMIT 51")
    inner, before = query[begin:end], query[:begin].count("%s")
    inner_values = values[before : before + inner.count("%s")]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {inner}", inner_values)
        (answer,) = cursor.fetchone()
    return dict(answer[0]["Plan"])


def plan_of(rows: QuerySet[Any]) -> dict[str, Any]:
    """How ``rows`` are found, as PostgreSQL likes best."""
    query, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query}", values)
        (answer,) = cursor.fetchone()
    return dict(answer[0]["Plan"])


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """All nodes of a plan."""
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]
