"""How many rows PostgreSQL expects of a query, without reading any."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet


def planned_rows(rows: QuerySet[Any]) -> int:
    """The number of rows that the planner expects: by the statistics of the tables, so roughly."""
    [plan] = json.loads(rows.order_by().values("pk").explain(format="json"))
    expected: int = plan["Plan"]["Plan Rows"]
    return expected
