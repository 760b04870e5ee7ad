"""The rows that stand in the test database before any test, and how a test that commits gives
them back.

Migrations and the loading of reference data fill some ten tables of 126; what is found in any
other was written by a test. Django's own flush would truncate them all, with the reference data
that the next test needs, and make the permissions anew: some twenty times slower.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from tests.owner import as_owner

_TABLES = """
SELECT relname FROM pg_class table_
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = table_.oid AND deptype = 'e')
"""
"""Every table of ours; not those of an extension."""


def keep_rows() -> None:
    """Copies every row that stands now into the schema ``kept``."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE")
        cursor.execute("CREATE SCHEMA kept")
        for table in _filled_tables(cursor):
            cursor.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')


def restore_rows() -> None:
    """Deletes every row that was committed since, and puts back what was changed or deleted.

    As the owner and past all triggers, for most histories are append-only. Before rows were kept
    for the first time nothing is touched.
    """
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        kept = _kept_tables(cursor)
        for table in _filled_tables(cursor) - kept if kept else ():
            cursor.execute(f'DELETE FROM public."{table}"')
        for table in sorted(kept):
            if _digest(cursor, "public", table) != _digest(cursor, "kept", table):
                cursor.execute(f'DELETE FROM public."{table}"')
                cursor.execute(f'INSERT INTO public."{table}" TABLE kept."{table}"')


def _filled_tables(cursor: Any) -> set[str]:
    cursor.execute(_TABLES)
    parts = (
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM public.\"{table}\")"
        for (table,) in cursor.fetchall()
    )
    cursor.execute(" UNION ALL ".join(parts))
    return {table for (table,) in cursor.fetchall()}


def _kept_tables(cursor: Any) -> set[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'")
    return {table for (table,) in cursor.fetchall()}


def _digest(cursor: Any, schema: str, table: str) -> str | None:
    """Of the rows in whatever order; of none None."""
    rows = f'(SELECT t::text AS row_ FROM {schema}."{table}" t) AS rows_'
    cursor.execute(f"SELECT md5(string_agg(row_, ' ' ORDER BY row_)) FROM {rows}")
    digest: str | None = cursor.fetchone()[0]
    return digest
