"""Running numbers without a gap: each counter is a row of a model with the column ``last``."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Model


def take_next_number(counter: type[Model], **key: Any) -> int:
    """The next number of the counter with this ``key``, which a unique constraint holds; from 1.

    The counter's row stays locked until the transaction ends, and with one that is rolled back the
    number goes back: none is lost and none is given twice. Take it last, for all others wait.
    """
    quote = connection.ops.quote_name
    table = quote(counter._meta.db_table)
    fields = {field.name: field.column for field in counter._meta.concrete_fields}
    columns = ", ".join(quote(str(fields[name])) for name in key)
    places = ", ".join(["%s"] * len(key))
    take = (
        f"INSERT INTO {table} AS c ({columns}, last) VALUES ({places}, 1)"  # noqa: S608 - of models
        f" ON CONFLICT ({columns}) DO UPDATE SET last = c.last + 1 RETURNING last"
    )
    with connection.cursor() as cursor:
        cursor.execute(take, list(key.values()))
        (number,) = cursor.fetchone()
    return int(number)
