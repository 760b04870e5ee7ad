"""Numbers that run without a gap."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import Model


def take_next(counter: type[Model], **key: int | str | dt.date) -> int:
    """The next number, from 1, of the row of ``counter`` with this ``key``, whose column is ``last``.

    The key is unique in the table. Its row stays locked until the transaction ends, and with one
    that is rolled back the number goes back: none is lost, none is given twice. Take it last, for
    all others with the key wait.
    """
    fields = counter._meta
    columns = {
        field.column: key[field.name] for field in fields.concrete_fields if field.name in key
    }
    names = ", ".join(columns)
    statement = (
        f"INSERT INTO {fields.db_table} AS c ({names}, last)"  # noqa: S608 - names of the model
        f" VALUES ({', '.join(['%s'] * len(columns))}, 1)"
        f" ON CONFLICT ({names}) DO UPDATE SET last = c.last + 1 RETURNING last"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, list(columns.values()))
        (last,) = cursor.fetchone()
    return int(last)
