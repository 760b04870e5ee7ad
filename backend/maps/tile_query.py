"""Runs the query of a tile: bounded in time, bounded in size."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import connection

from backend.lib.statement_timeout import limit_statement_time
from backend.maps.scope import SqlCondition

MOST_MS = 3000
EXTENT = 4096
MOST_BYTES = 500_000
_log = logging.getLogger(__name__)


def query_tile(sql: str, params: Mapping[str, Any], **conditions: SqlCondition) -> bytes:
    """The tile that ``sql`` makes; ``{name}`` in it stands for the condition of that name.

    Raises Refused 503 when it takes too long.
    """
    values: dict[str, Any] = dict(params)
    texts = {}
    for name, given in conditions.items():
        names = [f"{name}_{number}" for number in range(len(given.params))]
        texts[name] = given.sql % tuple(f"%({name})s" for name in names)
        values |= dict(zip(names, given.params, strict=True))
    with limit_statement_time(MOST_MS), connection.cursor() as cursor:
        cursor.execute(sql.format_map(texts), values)
        row = cursor.fetchone()
    tile = bytes(row[0]) if row and row[0] else b""
    if len(tile) > MOST_BYTES:
        _log.error("a tile has %d bytes: %s", len(tile), params)
    return tile
