"""Statements for the paths that are asked most: planned once a connection, not once a request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor  # type: ignore[attr-defined]
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper

Row = tuple[Any, ...]


class _Cursor(CursorWrapper):
    """Sends a statement alone: what history puts before it could not be prepared with it."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Passes by the wrappers of the connection."""
        return self._execute(sql, params)


class _LoggedCursor(CursorDebugWrapper):
    def execute(self, sql: Any, params: Any = None) -> Any:
        """Logs the statement with its values, which are sent apart from it."""
        with self.debug_sql(self.db.ops.compose_sql(sql, params)):
            return self._execute(sql, params)


def fetch_prepared(sql: str, params: Sequence[Any]) -> list[Row]:
    """The rows of a statement whose text is always the same; prepared when it was sent five times.

    For tables without history only: rows that it writes tell no context.
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    raw.prepare_threshold = 5  # Django's own cursors never prepare
    wrapper = _LoggedCursor if connection.queries_logged else _Cursor
    with wrapper(ServerBindingCursor(raw), connection) as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
