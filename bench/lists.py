"""The lists' queries at this size: what each takes in the database, and whether an index serves it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.units.models import Unit
from bench.callers import fetch_all, p95_ms, result_row

PLANS = Path(__file__).parent / "plans.txt"
READERS = ("supervisor", "inspector", "enterprise")
UNIT_QUERIES = (
    "",
    "?order=-next_due_on",
    "?order=next_due_on",
    "?order=next_due_on&status=in_use",
    "?status=in_use",
    "?status=scrapped",
    "?kind=3",
    "?kind=9",
    "?category=3110",
    "?region=370102",
    "?region=370100&order=next_due_on",
    "?due_until=2026-11-23&order=next_due_on",
    "?use_blocked=true",
    "?use_blocked=true&order=next_due_on",
    "?out_of_jurisdiction=true",
    "?device_code=31101088920190001",
    "?certificate_no=X",
    "?using_entity=7",
    "?maintainer=7",
)
PATHS = (
    *(f"/api/v1/units{query}" for query in UNIT_QUERIES),
    "/api/v1/tags",
    "/api/v1/tags?state=bound",
    "/api/v1/tags?state=minted",
    "/api/v1/tags?state=retired",
    "/api/v1/tags?unit=7",
    "/api/v1/tags/batches",
    "/api/v1/entities",
    "/api/v1/people",
    "/api/v1/inspection-bodies",
    "/api/v1/jobs",
    "/api/v1/regions",
    "/api/v1/authorities",
    "/",
    "/?due=overdue",
    "/?due=soon",
    "/?due=blocked",
    "/?kind=9&status=stopped",
    "/?q=31101088920190001",
    "/?q=%E5%8C%BB%E9%99%A2",
)
PAGES = {
    "worst_units": "/?sort=risk",
    "overdue_units": "/?due=overdue&region=370100&kind=3&sort=due",
}
"""The pages of the province's worst units, and of a city's overdue lifts with how many they are."""
_WORST_SQL = """
SELECT u.*, s.* FROM risk_standing s JOIN units_unit u ON u.id = s.unit_id
 ORDER BY s.score DESC, s.unit_id LIMIT 26"""
_OVERDUE_SQL = """
SELECT u.*, s.* FROM risk_standing s JOIN units_unit u ON u.id = s.unit_id
 WHERE s.overdue AND left(s.region_id, 4) = '3701' AND s.kind = '3'
 ORDER BY u.next_due_on, u.id LIMIT 26"""
BY_HAND = {"worst_units": _WORST_SQL, "overdue_units": _OVERDUE_SQL}
REPEATS = 60
SMALL_TABLE_ROWS = 20_000
"""A whole read of a table of fewer rows than this is no concern."""


def run() -> list[dict[str, Any]]:
    """Rows for the table; the plans that read a whole large table go to ``plans.txt``."""
    size, found, bad = Unit.objects.count(), [], []
    large = _list_large_tables()
    for reader in READERS:
        user = User.objects.get(username=reader)
        for path in PATHS:
            plans = [_explain_query(sql) for sql in _capture_queries(user, path)]
            found.append((sum(plan["Execution Time"] for plan in plans), reader, path))
            whole = [
                name for plan in plans for name in _tables_read_whole(plan["Plan"]) if name in large
            ]
            if whole:
                bad.append((reader, path, whole, plans))
    found.sort(reverse=True)
    _write_plans(found, bad)
    plain = next(ms for ms, reader, path in found if (reader, path) == ("supervisor", PATHS[0]))
    return [
        result_row("lists.first_page", plain, "ms", size),
        result_row("lists.slowest", found[0][0], "ms", size, "lists.first_page", plain),
        result_row("lists.whole_table_reads", len(bad), "lists", size),
        *(_measure_page(name, size) for name in PAGES),
    ]


def _measure_page(name: str, size: int) -> dict[str, Any]:
    """A whole page as the province's supervisor is answered it, beside its rows by hand."""
    client = APIClient()
    client.force_login(User.objects.get(username="supervisor"))

    def ask(_turn: int) -> None:
        assert client.get(PAGES[name], headers={"accept-language": "zh-CN"}).status_code == 200

    bare = p95_ms(lambda _turn: fetch_all(BY_HAND[name], []), REPEATS)
    with override_settings(ALLOWED_HOSTS=["*"]):
        return result_row(
            f"lists.{name}", p95_ms(ask, REPEATS), "ms p95", size, "SQL by hand", bare
        )


def _capture_queries(user: User, path: str) -> Iterator[str]:
    client = APIClient()
    client.force_login(user)
    with override_settings(ALLOWED_HOSTS=["*"]), CaptureQueriesContext(connection) as seen:
        answer = client.get(path, headers={"accept-language": "zh-CN"})
    assert answer.status_code == 200, (path, answer.content[:300])
    return (query["sql"] for query in seen if query["sql"].startswith("SELECT"))


def _explain_query(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        # Django has put the parameters in already; none are left to be taken for placeholders.
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql.replace("%", "%%"), ())
        (answer,) = cursor.fetchone()
    plan: dict[str, Any] = (json.loads(answer) if isinstance(answer, str) else answer)[0]
    return plan | {"sql": sql}


def _tables_read_whole(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for child in plan.get("Plans", ()):
        yield from _tables_read_whole(child)


def _list_large_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s",
            [SMALL_TABLE_ROWS],
        )
        return {name for (name,) in cursor.fetchall()}


def _write_plans(found: list[Any], bad: list[Any]) -> None:
    lines = [f"{ms:9.2f} ms  {reader:<12} {path}" for ms, reader, path in found[:15]]
    for reader, path, whole, plans in bad:
        lines.append(f"\nWHOLE {whole} for {reader} {path}")
        lines += [f"  {plan['Execution Time']:.1f} ms {plan['sql'][:1500]}" for plan in plans]
    PLANS.write_text("\n".join(lines) + os.linesep)
