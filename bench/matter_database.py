"""A register of matters of any size, by SQL alone: enough to list, to look into inboxes, to decide.

Three of ten are open. The flow and its child are the errands of the tests: what is measured is the
floor, not a kind.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.matter_children import CHILDREN, fill_children

PEOPLE = (("handler", 2), ("leader", 1), ("operator", 1))
"""Roles of each authority, and how many hold them."""
_TABLES = ("matter", "matterreader", "step", "assignment", "deadline")
# Numbers of the offices stand in the table ``place`` by turns; 0 is the province's.
_MATTERS_SQL = """
INSERT INTO matters_matter (id, kind, title, flow_id, place, state, office_id, region_id, urgency,
    secrecy, channel, received_at, due_on, closed_at, outcome, version, opened_by_id)
SELECT n, 'errand', '电梯困人投诉 ' || n, %(flow)s,
       jsonb_build_object('node', 'handle', 'first', %(top)s, 'offices', jsonb_build_array(%(top)s, office),
           'questions', jsonb_build_array(jsonb_build_object('key', 2, 'role', 'handler',
               'person', NULL, 'after', NULL, 'decision', '')),
           'next_key', 3, 'clocks', jsonb_build_object('errand-handling', 'running')),
       CASE WHEN n %% 10 < 3 THEN 'handling' ELSE 'closed' END, office, region, 'normal', 'open',
       'phone', now() - n * interval '30 seconds',
       CASE WHEN n %% 10 < 3 THEN current_date + (n %% 60)::int - 5 END,
       CASE WHEN n %% 10 < 3 THEN NULL ELSE now() END,
       CASE WHEN n %% 10 < 3 THEN '' ELSE 'done' END, 2, %(operator)s
  FROM generate_series(1, %(size)s) n JOIN place ON place.turn = n::bigint * 7919 %% %(offices)s"""
_OTHERS_SQL = (
    "INSERT INTO matters_matterreader (matter_id, office_id, role, since, due_on)"
    " SELECT id, office, '', now(), due_on FROM matters_matter,"
    " LATERAL (SELECT office_id AS office UNION SELECT %(top)s) offices",
    "INSERT INTO matters_step (matter_id, version, action, node, from_state, to_state, user_id,"
    " at, remark, facts, digest)"
    " SELECT id, v, CASE v WHEN 1 THEN 'open' ELSE 'dispatch' END, 'triage', 'received', state,"
    " opened_by_id, now(), '', '{}', '' FROM matters_matter, generate_series(1, 2) v",
    "INSERT INTO matters_assignment (matter_id, ask, node, office_id, role, state, opened_at,"
    " closed_at, decided_by_id, decision, due_on)"
    " SELECT id, 1, 'triage', %(top)s, 'operator', 'done', now(), now(), %(operator)s,"
    " 'dispatch', NULL FROM matters_matter",
    "INSERT INTO matters_assignment (matter_id, ask, node, office_id, role, state, opened_at,"
    " closed_at, decided_by_id, decision, due_on)"
    " SELECT id, 2, 'handle', office_id, 'handler', CASE WHEN closed_at IS NULL THEN 'open'"
    " ELSE 'done' END, now(), closed_at, NULL, '', due_on FROM matters_matter",
    "INSERT INTO matters_deadline (matter_id, rule_id, counted_from, due_on, provisional, met_at)"
    " SELECT id, %(rule)s, current_date, coalesce(due_on, current_date), false, closed_at"
    " FROM matters_matter",
    "INSERT INTO errands_errand SELECT id, 0 FROM matters_matter",
)


def make_database(size: int) -> None:
    """A database for ``size`` matters, made once and kept; the settings name it from now on."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"bench_matters_{size}"
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as admin:
        new = not admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchall()
        if new:
            admin.execute(f'CREATE DATABASE "{name}"')
    owner = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{name}")
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))
    os.environ["DATABASE_OWNER_URL"] = urlunsplit(owner)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    if new:
        for words in (("migrate", "-v0"), ("grant_service_role",), ("load_reference",)):
            subprocess.run([sys.executable, "manage.py", *words], check=True)


def fill_database(size: int) -> None:
    """Fill the database that Django is set up for, unless it is full."""
    from backend.documents.models import Document, DocumentKind  # noqa: PLC0415
    from backend.documents.reference_files import load_document_rules  # noqa: PLC0415
    from backend.matters.models import Matter  # noqa: PLC0415 - needs django.setup()

    if not Matter.objects.exists():
        facts = _make_people_and_flow() | {"size": size}
        _write(lambda owner: _fill_tables(owner, facts), [f"matters_{name}" for name in _TABLES])
    if not Document.objects.exists():
        load_document_rules()
        kind = DocumentKind.objects.order_by("-valid_from").values_list("pk", flat=True)[0]
        _write(lambda owner: fill_children(owner, kind), CHILDREN)


def _write(fill: Callable[[psycopg.Connection[Any]], None], tables: Iterable[str]) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        # What is written fits together by its making; to check each key takes most of the time.
        owner.execute("SET session_replication_role = replica")
        owner.execute("SET synchronous_commit = off")
        fill(owner)
        owner.commit()
        owner.autocommit = True
        for table in tables:
            owner.execute(f"VACUUM ANALYZE {table}")


def _fill_tables(owner: psycopg.Connection[Any], facts: dict[str, Any]) -> None:
    owner.execute(
        "CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY code) - 1 AS turn,"
        " id AS office, region_id AS region FROM offices_office WHERE code = ANY(%s)",
        [facts["codes"]],
    )
    owner.execute("CREATE TABLE errands_errand (matter_id bigint PRIMARY KEY, weight int NOT NULL)")
    service = urlsplit(os.environ["DATABASE_URL"]).username
    owner.execute(f'GRANT ALL ON errands_errand TO "{service}"')
    owner.execute(_MATTERS_SQL, facts)
    for statement in _OTHERS_SQL:
        owner.execute(statement, facts)
    owner.execute(
        "SELECT setval(pg_get_serial_sequence('matters_matter', 'id'), max(id)) FROM matters_matter"
    )


def _make_people_and_flow() -> dict[str, Any]:
    """Who sits where, and by what matters run; the numbers that the statements need."""
    import datetime as dt  # noqa: PLC0415

    from backend.accounts.models import User  # noqa: PLC0415 - needs django.setup()
    from backend.deadlines.models import DeadlineRule  # noqa: PLC0415
    from backend.flows.models import FlowVersion  # noqa: PLC0415
    from backend.lib import clock  # noqa: PLC0415
    from backend.offices.models import Office, Post  # noqa: PLC0415
    from tests.matters.errands import load_errand  # noqa: PLC0415

    load_errand()
    # Those of today; their predecessors have ended.
    today = Office.objects.of_authorities().in_force(clock.today())
    offices = list(today.order_by("code"))
    people = {
        (office.pk, role, n): User(
            username=f"{role}-{n}-{office.code}", role=role, region_id=office.region_id
        )
        for office in offices
        for role, count in PEOPLE
        for n in range(count)
    }
    User.objects.bulk_create(people.values())
    Post.objects.bulk_create(
        Post(user=user, office_id=office, role=role, starts_on=dt.date(2020, 1, 1))
        for (office, role, _n), user in people.items()
    )
    top = min(offices, key=lambda office: len(office.path))
    return {
        "codes": [office.code for office in offices],
        "offices": len(offices),
        "top": top.pk,
        "operator": people[(top.pk, "operator", 0)].pk,
        "flow": FlowVersion.objects.get(name="errand").pk,
        "rule": DeadlineRule.objects.get(code="errand-handling").pk,
    }
