"""The role that serves requests owns nothing and opens no append-only table, whatever it tries."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from psycopg import sql

from backend.accounts.servicerole import Role, append_only_tables, grant_service_role
from backend.config.settings import STATEMENT_S, parse_database_url
from tests.owner import as_owner, service_role
from tests.workers import url_of_test_database

DENIED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def service(db: None) -> Iterator[psycopg.Connection]:
    """A session of the service: signed in with its own password, owner of nothing."""
    with psycopg.connect(url_of_test_database(), autocommit=True) as line:
        yield line


def names(line: psycopg.Connection, query: str) -> list[str]:
    return [name for (name,) in line.execute(query).fetchall()]


def test_a_statement_of_the_service_has_a_limit_and_one_of_the_owner_has_none() -> None:
    told = {}
    for limit in (STATEMENT_S, 0):
        options = parse_database_url(settings.SERVICE_DATABASE_URL, statement_s=limit)["OPTIONS"]
        with psycopg.connect(settings.SERVICE_DATABASE_URL, **options) as line:
            told[limit] = names(line, "SHOW statement_timeout")
    assert told == {STATEMENT_S: ["1min"], 0: ["0"]}


def test_it_owns_nothing_and_is_no_superuser(service: psycopg.Connection) -> None:
    assert (
        names(service, "SELECT relname FROM pg_class WHERE relowner = current_user::regrole") == []
    )
    assert (
        names(service, "SELECT proname FROM pg_proc WHERE proowner = current_user::regrole") == []
    )
    flags = "rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    told = service.execute(f"SELECT {flags} FROM pg_roles WHERE rolname = current_user").fetchone()
    assert told == (False,) * 5
    assert (
        names(service, "SELECT 'm' FROM pg_auth_members WHERE member = current_user::regrole") == []
    )


def test_every_history_and_every_record_is_among_the_append_only_tables(db: None) -> None:
    known = set(append_only_tables())
    histories = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.managed and any(f.name == "pgh_label" for f in model._meta.fields)
    }
    records = {
        model._meta.db_table
        for model in apps.get_models()
        if any(t.name == "append_only" for t in getattr(model._meta, "triggers", []))
    }
    histories &= set(connection.introspection.table_names())  # one is a view of all others
    assert len(histories) > 10
    assert histories | records | {"pghistory_context"} <= known


def test_no_append_only_row_can_be_changed_deleted_or_emptied(service: psycopg.Connection) -> None:
    for table, derived in append_only_tables().items():
        name = sql.Identifier(table)
        columns = names(
            service,
            f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass"
            " AND attnum > 0 AND NOT attisdropped",
        )
        for column in set(columns) - set(derived):
            update = sql.SQL("UPDATE {} SET {} = NULL").format(name, sql.Identifier(column))
            with pytest.raises(DENIED):
                service.execute(update)
        with pytest.raises(DENIED):
            service.execute(sql.SQL("DELETE FROM {}").format(name))
        with pytest.raises(DENIED):
            service.execute(sql.SQL("TRUNCATE {}").format(name))


def test_only_the_county_of_a_record_follows_its_unit(db: None) -> None:
    assert {t: c for t, c in append_only_tables().items() if c} == {"units_record": ["region_id"]}


@pytest.mark.parametrize(
    "attempt",
    [
        "SET session_replication_role = replica",
        "ALTER TABLE units_record DISABLE TRIGGER ALL",
        "ALTER TABLE units_unit DISABLE TRIGGER USER",
        "DROP TRIGGER append_only ON pghistory_context",
        "TRUNCATE units_unit CASCADE",
        "TRUNCATE risk_standing",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "CREATE TEMP TABLE told (line text); COPY told FROM PROGRAM 'id'",
        "COPY (SELECT 1) TO '/tmp/told'",
        "CREATE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean"
        " LANGUAGE sql AS 'SELECT true'",
        "CREATE OR REPLACE FUNCTION accounts_keep_context() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TABLE public.mine (id int)",
        "CREATE ROLE another SUPERUSER",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('units', '9999', now())",
        "DELETE FROM django_migrations",
        "DELETE FROM tagging_tag",
        "DELETE FROM fieldwork_item",
    ],
)
def test_what_would_open_a_table_is_refused(service: psycopg.Connection, attempt: str) -> None:
    with pytest.raises(psycopg.errors.Error) as refused:
        service.execute(attempt)
    assert refused.value.sqlstate == DENIED.sqlstate


def test_taking_the_role_of_the_owner_is_refused(service: psycopg.Connection) -> None:
    owner = connection.settings_dict["USER"]
    for attempt in (f"SET ROLE {owner}", f"SET SESSION AUTHORIZATION {owner}"):
        with pytest.raises(DENIED):
            service.execute(attempt)


def test_a_setting_of_pgtrigger_opens_nothing_and_hides_no_history(
    service: psycopg.Connection,
) -> None:
    every = names(service, "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'")
    service.execute("SELECT set_config('pgtrigger.ignore', %s, false)", [every])
    with pytest.raises(DENIED):
        service.execute("UPDATE units_record SET remark = 'x'")
    with pytest.raises(DENIED):
        service.execute("DELETE FROM pghistory_context")
    ignored = "SELECT bool_or(_pgtrigger_should_ignore(tgname)) FROM pg_trigger"
    assert service.execute(ignored).fetchone() == (False,)


def test_granting_again_changes_nothing_and_refuses_the_owner(db: None) -> None:
    with as_owner():
        call_command("grant_service_role", verbosity=0)  # tables that tests made are known now
        before = rights()
        call_command("grant_service_role", verbosity=0)
        assert rights() == before
        owner = connection.settings_dict["USER"]
        with (
            override_settings(SERVICE_DATABASE_URL=f"postgresql://{owner}@127.0.0.1/x"),
            pytest.raises(CommandError, match="superuser"),
        ):
            call_command("grant_service_role", verbosity=0)


def test_a_new_table_takes_rows_at_once_and_is_opened_by_the_next_grant(db: None) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE a_new_one (id int)")
        may = "SELECT has_table_privilege(%s, 'a_new_one', 'INSERT'), has_table_privilege(%s, 'a_new_one', 'UPDATE')"
        for after in ((True, False), (True, True)):
            cursor.execute(may, [service_role()] * 2)
            assert cursor.fetchone() == after
            grant_service_role(Role(service_role(), ""))
        cursor.execute("DROP TABLE a_new_one")


def rights() -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, relacl::text FROM pg_class ORDER BY 1, 2")
        return list(cursor.fetchall())
