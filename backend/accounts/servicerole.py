"""What the database lets the role do that serves requests: read, add, and change what may change.

The owner of the tables migrates and loads reference data. The service owns nothing, empties
nothing, and has no right to change or delete a row of an append-only table, so that no setting of
its session opens one. See ADR 0020.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg import sql

_APPEND_ONLY = r"""
    SELECT c.relname,
           CASE WHEN bool_or(t.tgtype & 16 > 0) THEN '{}' ELSE array(
               SELECT attname FROM pg_attribute
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
               EXCEPT
               SELECT (regexp_matches(pg_get_triggerdef(kept.oid), 'old\.(\w+)', 'g'))[1]
                 FROM pg_trigger kept
                WHERE kept.tgrelid = c.oid AND kept.tgname LIKE 'pgtrigger\_never\_changed\_%'
           ) END
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = 'public'::regnamespace
       AND (t.tgname = 'append_only' OR t.tgname LIKE 'pgtrigger\_append\_only\_%')
     GROUP BY c.oid, c.relname ORDER BY c.relname
"""
_NEVER_DELETED = r"""
    SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = 'public'::regnamespace
       AND t.tgname LIKE 'pgtrigger\_never\_deleted\_%' ORDER BY 1
"""
_OWNER_FUNCTIONS = """
    SELECT proname FROM pg_proc
     WHERE prosecdef AND pronargs = 0 AND pronamespace = 'public'::regnamespace
       AND proowner = current_user::regrole ORDER BY 1
"""
_MIGHTY = """
    SELECT rolsuper OR rolcreaterole OR pg_has_role(r.oid, current_user, 'MEMBER')
      FROM pg_roles r WHERE rolname = %s
"""
_FOR_ALL = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    # A new table takes rows at once, and changes only after the next run.
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    # Which migrations and coordinate systems there are is read, and no more.
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations, spatial_ref_sys FROM {role}",
    # The context of a request may gain facts while it lasts, and a trigger sees to it that it
    # loses none. The owner's function does it, for the service has no right to it.
    "ALTER FUNCTION _pgh_attach_context() SECURITY DEFINER SET search_path = public, pg_temp",
    # pgtrigger's own function believes every session; this one believes the owner's.
    """
    CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean
    LANGUAGE plpgsql AS $$
    BEGIN
        RETURN current_user = {owner} AND coalesce(
            trigger_name = ANY(nullif(current_setting('pgtrigger.ignore', true), '')::text[]),
            false);
    END $$
    """,
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the database that signs in with a password."""

    name: str
    password: str


class TooMighty(Exception):
    """The role owns tables or is a superuser: it cannot be held to anything."""


def grant_service_role(role: Role) -> None:
    """Makes the role if it lacks and gives it exactly its rights; run as the owner, repeatable.

    A role that is there keeps its password. Raises TooMighty for the owner and for superusers.
    """
    with transaction.atomic():
        _make_role(role)
        if any(_fetch_first_column(_MIGHTY, role.name)):
            raise TooMighty
        for statement in _FOR_ALL:
            _execute_about_role(statement, role)
        for table, derived in append_only_tables().items():
            _execute_about_role(
                "REVOKE UPDATE, DELETE ON {table} FROM {role}", role, table=_identifier_of(table)
            )
            if derived:
                columns = sql.SQL(", ").join(map(_identifier_of, derived))
                grant = "GRANT UPDATE ({columns}) ON {table} TO {role}"
                _execute_about_role(grant, role, columns=columns, table=_identifier_of(table))
        for table in _fetch_first_column(_NEVER_DELETED):
            _execute_about_role(
                "REVOKE DELETE ON {table} FROM {role}", role, table=_identifier_of(table)
            )
        for function in _fetch_first_column(_OWNER_FUNCTIONS):
            _execute_about_role(
                "GRANT EXECUTE ON FUNCTION {function} TO {role}",
                role,
                function=_identifier_of(function),
            )


def append_only_tables() -> dict[str, list[str]]:
    """The append-only tables, found by their triggers, with the columns that are derived.

    A table whose trigger forbids deletions alone names in a second one what never changes.
    """
    with connection.cursor() as cursor:
        cursor.execute(_APPEND_ONLY)
        return dict(cursor.fetchall())


def _make_role(role: Role) -> None:
    """Two processes may ask at once, for a role belongs to all databases of a cluster."""
    create = sql.SQL("CREATE ROLE {role} LOGIN PASSWORD {password}").format(
        role=_identifier_of(role.name), password=sql.Literal(role.password)
    )
    body = sql.SQL(
        "BEGIN {create}; EXCEPTION WHEN duplicate_object OR unique_violation THEN END"
    ).format(create=create)
    _execute_about_role("DO {body}", role, body=sql.Literal(body.as_string()))


def _execute_about_role(statement: str, role: Role, **parts: sql.Composable) -> None:
    owner = sql.Literal(connection.settings_dict["USER"])
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(statement).format(role=_identifier_of(role.name), owner=owner, **parts)
        )


def _fetch_first_column(query: str, *values: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return [value for (value,) in cursor.fetchall()]


def _identifier_of(word: str) -> sql.Identifier:
    return sql.Identifier(word)
