"""The rows that stand in the test database before any test, and how a test that commits gives
them back.

Migrations and the loading of reference data fill some ten tables of 126; what is found in any
other was written by a test. Django's own flush would truncate them all, with the reference data
that the next test needs, and make the permissions anew: some twenty times slower.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from tests.owner import as_owner

_TABLES = """
SELECT relname FROM pg_class table_
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = table_.oid AND deptype = 'e')
"""
"""Every table of ours; not those of an extension."""

_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
AND coalesce(pg_get_expr(adbin, adrelid), '') NOT LIKE '%%pg_current_xact_id%%'
"""


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


def keep_new_rows(schema: str) -> None:
    """Takes every row that was committed since into ``schema``; its function ``bring`` puts them back.

    It puts them as they were, past all triggers, but for the transaction that a row says it is of.
    """
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {schema}")
        statements = []
        kept = _kept_tables(cursor)
        changed = [t for t in kept if _digest(cursor, "public", t) != _digest(cursor, "kept", t)]
        assert not changed, f"these hold rows already that would be lost: {changed}"
        for table in sorted(_filled_tables(cursor) - kept):
            cursor.execute(f'CREATE TABLE {schema}."{table}" AS TABLE public."{table}"')
            cursor.execute(_COLUMNS, [f'public."{table}"'])
            columns = cursor.fetchone()[0]
            statements.append(
                f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM {schema}."{table}";'
            )
        cursor.execute(
            f"CREATE FUNCTION {schema}.bring() RETURNS void LANGUAGE plpgsql SECURITY DEFINER"
            f" SET session_replication_role = replica AS $$ BEGIN {' '.join(statements)} END $$"
        )
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO PUBLIC")
    restore_rows()


def date_back(schema: str, age: dt.timedelta) -> None:
    """Moves every moment in the rows of ``schema`` back by ``age``."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = %s AND data_type = 'timestamp with time zone'",
            [schema],
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'UPDATE {schema}."{table}" SET "{column}" = "{column}" - %s::interval', [str(age)]
            )


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
