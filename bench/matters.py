"""A million matters: the inbox, the lists, a decision, each beside the same SQL by hand.

``python -m bench.matters [SIZE]`` measures in a database of its own and prints its rows.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import matter_database
from bench.callers import fetch_all, p95_ms, result_row

OWN_SERVERS = True
SIZE = 1_000_000
REPEATS = 60
ROOT = Path(__file__).parent.parent
PLANS = Path(__file__).with_name("plans-matters.txt")
_COUNTY, _PROVINCE = "S370102", "S370000"
LISTS = {
    "inbox": ("handler", "assignments"),
    "inbox_counts": ("handler", "assignments/counts"),
    "list_of_county": ("handler", "matters"),
    "list_of_province": ("leader", "matters"),
    "open_of_province": ("leader", "matters?state=handling"),
    "overdue_of_province": ("leader", "matters?overdue=true&order=due_on"),
    "overdue_of_county": ("handler", "matters?overdue=true&order=due_on"),
}
_INBOX_SQL = """
SELECT a.*, m.title, o.name FROM matters_assignment a JOIN matters_matter m ON m.id = a.matter_id
  JOIN offices_office o ON o.id = a.office_id
 WHERE a.state = 'open' AND a.office_id = %s AND a.role = 'handler' AND a.person_id IS NULL
 ORDER BY a.due_on, a.id LIMIT 51"""
_LIST_SQL = """
SELECT m.*, o.name FROM matters_matter m JOIN offices_office o ON o.id = m.office_id
 WHERE EXISTS (SELECT FROM matters_matterreader r WHERE r.matter_id = m.id AND r.office_id = %s)
 ORDER BY m.id DESC LIMIT 51"""
_DECISION_SQL = (
    "SELECT * FROM matters_matter WHERE id = %(matter)s FOR UPDATE",
    "SELECT * FROM matters_assignment WHERE matter_id = %(matter)s AND state = 'open'",
    "UPDATE matters_assignment SET state = 'done', closed_at = now() WHERE matter_id = %(matter)s"
    " AND ask = 2",
    "UPDATE matters_deadline SET met_at = now() WHERE matter_id = %(matter)s",
    "INSERT INTO matters_assignment (matter_id, ask, node, office_id, role, state, opened_at,"
    " decision) VALUES (%(matter)s, 3, 'review', %(office)s, 'operator', 'open', now(), '')",
    "UPDATE matters_matter SET state = 'review', version = version + 1 WHERE id = %(matter)s",
    "INSERT INTO matters_step (matter_id, version, action, node, from_state, to_state, at, remark,"
    " facts, digest) VALUES (%(matter)s, 3, 'report', 'handle', 'handling', 'review', now(), '',"
    " '{}', '')",
)


def run() -> list[dict[str, Any]]:
    """Rows for the table, from a process of its own."""
    command = [sys.executable, "-m", "bench.matters", str(SIZE)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    rows: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return rows


def measure_size(size: int) -> list[dict[str, Any]]:
    """The rows of one size."""
    matter_database.make_database(size)
    import django  # noqa: PLC0415 - only after DATABASE_URL names the database

    django.setup()
    matter_database.fill_database(size)
    from django.test import override_settings  # noqa: PLC0415 - needs django.setup()

    from tests.matters.errands import PATH  # noqa: PLC0415

    with override_settings(ALLOWED_HOSTS=["*"], MATTER_KINDS=[PATH]):
        PLANS.write_text("")
        import backend.config.wsgi  # noqa: F401, PLC0415 - as a process that serves is set up

        inbox = p95_ms(lambda _turn: fetch_all(_INBOX_SQL, [_office()]), REPEATS)
        by_hand = p95_ms(lambda _turn: fetch_all(_LIST_SQL, [_office()]), REPEATS)
        rows = [_measure_list(name, size, inbox, by_hand) for name in LISTS]
        from bench.documents import measure_search  # noqa: PLC0415
        from bench.hotline import measure_hotline  # noqa: PLC0415

        return [*rows, _measure_decision(size), *measure_search(size), *measure_hotline(size)]


def _measure_list(name: str, size: int, inbox: float, by_hand: float) -> dict[str, Any]:
    from rest_framework.test import APIClient  # noqa: PLC0415

    from backend.accounts.models import User  # noqa: PLC0415 - needs django.setup()

    role, path = LISTS[name]
    code = _COUNTY if role == "handler" else _PROVINCE
    user = User.objects.get(username=f"{role}-0-{code}")
    client = APIClient()
    client.force_authenticate(user)

    def ask(_turn: int) -> None:
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.content[:300]

    _write_plans(name, ask)
    of_inbox = name.startswith("inbox")
    base = ("inbox", inbox) if of_inbox else ("list", by_hand)
    return result_row(
        f"matters.{name}", p95_ms(ask, REPEATS), "ms p95", size, f"SQL by hand: {base[0]}", base[1]
    )


def _measure_decision(size: int) -> dict[str, Any]:
    """Decisions of different matters of one county, each beside the same writes by hand."""
    from django.db import connection, transaction  # noqa: PLC0415 - needs django.setup()

    from backend.accounts.models import User  # noqa: PLC0415
    from backend.flows.moves import Chosen  # noqa: PLC0415
    from backend.matters.decisions import decide  # noqa: PLC0415
    from backend.matters.models import Matter  # noqa: PLC0415

    actor = User.objects.get(username=f"handler-0-{_COUNTY}")
    rows = Matter.objects.filter(office=_office(), state="handling", version=2).order_by("-pk")
    open_ones = iter(list(rows.values_list("pk", flat=True)[: 2 * REPEATS + 2]))

    def take(_turn: int) -> None:
        decide(
            actor=actor, matter=next(open_ones), version=2, decision="report",
            chosen=Chosen(remark="已处理"),
        )  # fmt: skip

    def write(_turn: int) -> None:
        facts = {"matter": next(open_ones), "office": _office()}
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _DECISION_SQL:
                cursor.execute(statement, facts)

    bare = p95_ms(write, REPEATS)
    return result_row(
        "matters.decision", p95_ms(take, REPEATS), "ms p95", size, "SQL by hand", bare
    )


def _office() -> int:
    from backend.offices.models import Office  # noqa: PLC0415 - needs django.setup()

    office: int = Office.objects.get(code=_COUNTY).pk
    return office


def _write_plans(name: str, ask: Callable[[int], object]) -> None:
    from django.db import connection  # noqa: PLC0415 - needs django.setup()
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as seen:
        ask(0)
    with connection.cursor() as cursor, PLANS.open("a") as file:
        for query in seen:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query["sql"].replace("%", "%%"), ())
            plan = "\n".join(line for (line,) in cursor.fetchall())
            file.write(f"== {name}\n{plan}\n\n")


if __name__ == "__main__":
    chosen = int(sys.argv[1]) if sys.argv[1:] else SIZE
    sys.stdout.write(json.dumps(measure_size(chosen)) + "\n")
