"""Statements for the paths that are asked most: planned once a connection, not once a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper

Row = tuple[Any, ...]


class _Unwrapped:
    """Sends a statement alone: what history puts before it could not be prepared with it."""

    def _execute_with_wrappers(
        self,
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 - Django's own signature
        executor: Callable[..., Any],
    ) -> Any:
        return executor(sql, params, many, {"connection": self.db, "cursor": self})  # type: ignore[attr-defined]


class _Cursor(_Unwrapped, CursorWrapper):
    pass


class _LoggedCursor(_Unwrapped, CursorDebugWrapper):
    pass


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
