"""What statements that go straight to libpq give, and what they leave on the connection."""

from __future__ import annotations

import datetime as dt
import os
import socket
import uuid

import pytest
from django.db import DataError, OperationalError, connection, transaction

from backend.lib import clock, prepared
from backend.lib.prepared import fetch_prepared
from geo.models import Region

pytestmark = pytest.mark.django_db


def count_prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'jinzhi%'")
        return int(cursor.fetchone()[0])


def test_values_go_out_and_come_back_as_what_they_are():
    now, key = clock.now(), uuid.uuid4()
    values = [now, key, None, dt.date(2026, 2, 28), 7, 0.1, "济南%s", [1, 2], True]
    types = ("timestamptz", "uuid", "text", "date", "bigint", "float8", "text", "int[]", "boolean")
    asked = ", ".join(f"%s::{kind}" for kind in types)
    assert fetch_prepared(f"SELECT {asked}, '%%'", values) == [(*values, "%")]


def test_a_statement_is_prepared_once():
    for _time in range(2):
        fetch_prepared("SELECT 1 + %s", [1])
    before = count_prepared()
    assert fetch_prepared("SELECT 1 + %s", [2]) == [(3,)]
    assert count_prepared() == before


def test_a_connection_keeps_no_more_statements_than_so_many(monkeypatch):
    monkeypatch.setattr(prepared, "_MOST", 3)
    before = count_prepared()
    for number in range(6):
        assert fetch_prepared(f"SELECT {number} + %s", [1]) == [(number + 1,)]
    assert count_prepared() <= max(before, 3)
    assert fetch_prepared("SELECT 0 + %s", [1]) == [(1,)]


def test_what_the_database_refuses_is_raised_as_django_raises_it():
    with pytest.raises(DataError), transaction.atomic():
        fetch_prepared("SELECT 1 / %s", [0])
    assert fetch_prepared("SELECT 1 / %s", [1]) == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_told_as_one_and_the_next_works(committed_world):
    fetch_prepared("SELECT %s::int", [1])
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
    with pytest.raises(OperationalError):
        fetch_prepared("SELECT %s::int", [1])
    connection.close_if_unusable_or_obsolete()
    assert fetch_prepared("SELECT %s::int", [1]) == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_what_it_writes_first_in_a_transaction_is_rolled_back_with_it(committed_world):
    rename = "UPDATE geo_region SET name = %s WHERE code = '370102' RETURNING name"

    class GivenUp(Exception):
        pass

    fetch_prepared("SELECT %s::int", [1])
    with pytest.raises(GivenUp), transaction.atomic():  # noqa: PT012
        assert fetch_prepared(rename, ["x"]) == [("x",)]
        raise GivenUp
    assert Region.objects.get(pk="370102").name != "x"
