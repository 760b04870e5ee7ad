"""Standings and figures of a register of any size, by SQL alone: enough to draw tiles over.

Counties are weighted by people and towns lie inside them as in the demonstration. Whole lives for
21 million units would take hours, and no tile reads them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from dev.paths import LOCAL

DEMO_UNITS = "500"
_TOWN_TABLE_SQL = (
    "CREATE TEMP TABLE town (region text, x float8, y float8, spread float8, units int)"
)
_INDEXES_SQL = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'risk_standing'"
    " AND indexname <> 'risk_standing_pkey'"
)
# A draw for each column: kinds, states and scores as the demonstration has them.
_STANDINGS_SQL = """
INSERT INTO risk_standing (unit_id, region_id, kind, status, overdue, due_soon, failed, hazards,
                           unseen, score, place, cell)
SELECT row_number() OVER (), region, kind, status, status = 'in_use' AND c < 0.06,
       status = 'in_use' AND c > 0.93, c > 0.99, (d < 0.03)::int, d < 0.4,
       (1000 * e * e * e)::int, place, risk_cell(place)
  FROM (
    SELECT region, (ARRAY['3','3','3','2','2','2','4','5','1','8'])[1 + floor(10 * a)::int] AS kind,
           CASE WHEN b < 0.92 THEN 'in_use' WHEN b < 0.98 THEN 'stopped' ELSE 'scrapped' END
               AS status, c, d, e, place
      FROM town CROSS JOIN LATERAL (
        SELECT random() AS a, random() AS b, random() AS c, random() AS d, random() AS e,
               ST_SetSRID(ST_MakePoint(x + spread * (random() + random() - 1),
                                       y + spread * (random() + random() - 1)), 3857) AS place
          FROM generate_series(1, units)) drawn) made"""


def make_database(size: int) -> str:
    """The address of a database with ``size`` standings, made and filled once and kept."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"bench_tiles_{size}"
    address = urlunsplit(parts._replace(path=f"/{name}"))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        new = not admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchall()
        if new:
            admin.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = address
    if new:
        demo = (
            "demo",
            "--units",
            DEMO_UNITS,
            "--accounts-file",
            str(LOCAL / "bench" / "demo.json"),
        )
        for words in (("migrate", "-v0"), ("load_reference",), demo):
            subprocess.run([sys.executable, "manage.py", *words], check=True)
    return address


def fill_database(size: int) -> bool:
    """Fills the database that Django is set up for, unless it is full; whether it did."""
    from django.db import connection, transaction  # noqa: PLC0415 - needs django.setup()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > %s FROM risk_standing", [size // 2])
        if cursor.fetchone()[0]:
            return False
        with transaction.atomic():
            _insert_standings(cursor, size)
            _compute_figures(cursor)
        cursor.execute("SET statement_timeout = 0")
        for table in ("risk_standing", "risk_cellfigures", "risk_regionfigures"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return True


def _insert_standings(cursor: Any, size: int) -> None:
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
    cursor.execute("SET LOCAL synchronous_commit = off")
    cursor.execute("TRUNCATE risk_standing, risk_cellfigures, risk_regionfigures")
    cursor.execute(_INDEXES_SQL)
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    cursor.execute(_TOWN_TABLE_SQL)
    cursor.executemany("INSERT INTO town VALUES (%s, %s, %s, %s, %s)", _list_towns(size))
    cursor.execute(_STANDINGS_SQL)
    for _name, definition in indexes:
        cursor.execute(definition)


def _list_towns(size: int) -> list[tuple[str, float, float, float, int]]:
    """Each town with its share of the units."""
    from backend.exchange.demo.counties import load_counties  # noqa: PLC0415 - needs django.setup()
    from geo.pyramid import WORLD_M, to_mercator  # noqa: PLC0415

    known = load_counties(1)
    everybody = sum(county.people for county in known)
    return [
        (
            county.code,
            *to_mercator(town.lng, town.lat),
            town.spread * WORLD_M / 360,
            round(size * county.people / everybody / len(county.towns)),
        )
        for county in known
        for town in county.towns
    ]


def _compute_figures(cursor: Any) -> None:
    """Compute the figures as a rebuilding does."""
    from backend.lib import clock  # noqa: PLC0415 - needs django.setup()
    from backend.risk.full_rebuild import all_figures_sql  # noqa: PLC0415

    cursor.execute("SET LOCAL work_mem = '512MB'")
    for statement in all_figures_sql(clock.today()):
        cursor.execute(statement)
    cursor.execute("UPDATE risk_reader SET version = version + 1")
