"""Statements for the paths that are asked most: planned once a connection, not once a request.

They go straight to libpq: Django's and the driver's cursors cost such a path more processor time
than the database takes for the statement.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor  # type: ignore[attr-defined]
from django.db.backends.utils import CursorDebugWrapper
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

Row = tuple[Any, ...]
Connection = psycopg.Connection[Any]

_MOST = 100
"""How many statements a connection keeps prepared; the one not used for longest is forgotten."""

_names: WeakKeyDictionary[Connection, OrderedDict[str, bytes]] = WeakKeyDictionary()
_numbers = count()


class _LoggedCursor(CursorDebugWrapper):
    """Sends a statement alone: what history puts before it could not be prepared with it."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Logs the statement with its values, which are sent apart from it."""
        with self.debug_sql(self.db.ops.compose_sql(sql, params)):
            return self._execute(sql, params)


def fetch_prepared(sql: str, params: Sequence[Any]) -> list[Row]:
    """The rows of a statement whose text is always the same, prepared at its first use.

    For tables without history only: rows that it writes tell no context. What type a value has
    must follow from its place in the statement.
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    begins = not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE
    if connection.queries_logged or begins:
        with _LoggedCursor(ServerBindingCursor(raw), connection) as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())
    with connection.wrap_database_errors:
        return _fetch_from_libpq(raw, sql, params)


def _fetch_from_libpq(raw: Connection, sql: str, params: Sequence[Any]) -> list[Row]:
    adapter = Transformer(raw)
    name = _prepare_once(raw, sql)
    values: Any = adapter.dump_sequence(params, [PyFormat.TEXT] * len(params))
    result = raw.pgconn.exec_prepared(name, values)
    _raise_for(raw, result)
    adapter.set_pgresult(result)
    return adapter.load_rows(0, result.ntuples, tuple)


def _prepare_once(raw: Connection, sql: str) -> bytes:
    """The name under which ``sql`` is prepared on this connection."""
    names = _names.setdefault(raw, OrderedDict())
    name = names.get(sql)
    if name is None:
        name = f"jinzhi_{next(_numbers)}".encode()
        _raise_for(raw, raw.pgconn.prepare(name, _number_places(sql).encode()))
        names[sql] = name
        if len(names) > _MOST:
            _sql, forgotten = names.popitem(last=False)
            raw.pgconn.exec_(b"DEALLOCATE " + forgotten)
    names.move_to_end(sql)
    return name


def _number_places(sql: str) -> str:
    """``sql`` with its places for values as the database writes them: $1, $2 and so on."""
    numbers = count(1)
    return re.sub("%([%s])", lambda at: "%" if at[1] == "%" else f"${next(numbers)}", sql)


def _raise_for(raw: Connection, result: Any) -> None:
    if raw.pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError(raw.pgconn.get_error_message())
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise psycopg.errors.error_from_result(result, encoding=raw.info.encoding)
