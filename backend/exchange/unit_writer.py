"""Writes the units of a chunk: new ones by COPY, known ones staged and changed by one update.

Each is one statement over the whole chunk, so the history triggers write their rows in one
statement too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection

from backend.accounts.change_author import tell_author_to_database
from backend.exchange import statements as sql
from backend.exchange.chunk_parties import Entity
from backend.exchange.row_checker import CheckedRow
from backend.lib import clock
from backend.lib.bulk_copy import copy_rows
from backend.units.models import UnitStatus
from geo.datum import Datum
from geo.ewkt import format_point

_OF_NEW_UNITS = {
    "local_sub_variety": "", "catalogue_version": "2014", "rescue_no": "",
    "out_of_jurisdiction": False, "open_defects": 0, "serious_defects": 0, "version": 1,
}  # fmt: skip
_OF_NO_RECORDS = {"status": UnitStatus.UNREGISTERED.value, "last_conclusion": ""}


class Raced(Exception):
    """Another writer entered one of the units meanwhile: the chunk must be done again."""


class UnitWriter:
    """Writes the units of the rows of one chunk.

    ``keys``: the unit of each line. ``derived``: the derived columns of the lines whose lives were
    folded.
    """

    def __init__(
        self,
        keys: Mapping[int, int],
        entities: Mapping[str, Entity],
        derived: Mapping[int, Sequence[Any]],
    ) -> None:
        self._keys, self._entities, self._derived = keys, entities, derived

    def insert_units(self, rows: Sequence[CheckedRow]) -> None:
        """Enter new units; raises Raced where another has entered one of them."""
        if not rows:
            return
        now = clock.now()
        constant = {**_OF_NEW_UNITS, "created_at": now, "updated_at": now}
        shared = tuple(constant.values())
        nothing = tuple(map(_OF_NO_RECORDS.get, sql.DERIVED))
        values = (
            (self._keys[row.line], *shared, *self._told_values(row, Datum.WGS84.value),
             *self._derived.get(row.line, nothing))
            for row in rows
        )  # fmt: skip
        tell_author_to_database()
        try:
            copy_rows("units_unit", ("id", *constant, *sql.TOLD, *sql.DERIVED), values)
        except psycopg.errors.UniqueViolation as error:
            raise Raced from error

    def update_units(self, rows: Sequence[CheckedRow], columns: Sequence[str]) -> set[int]:
        """Change the known units that differ; ``columns`` are the texts that the table has.

        Returns the lines of those that did.
        """
        if not rows:
            return set()
        nothing = (None,) * len(sql.DERIVED)
        values = (
            (row.line, self._keys[row.line], row.line in self._derived,
             *self._told_values(row, None), *self._derived.get(row.line, nothing))
            for row in rows
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(sql.STAGING_TABLE)
            copy_rows("exchange_staging", sql.STAGED, values)
            cursor.execute(sql.update_known_units_sql(columns), [clock.now()])
            return {line for (line,) in cursor.fetchall()}

    def _told_values(self, row: CheckedRow, datum: str | None) -> tuple[Any, ...]:
        """The values of ``TOLD``; ``datum``: what stands for none."""
        plain = row.plain.get
        party = {party.role: self._entities[party.number].key for party in row.parties}.get
        point = row.point and format_point(*row.point)
        return (
            row.device_code, plain("registration_code") or None, row.category, row.kind,
            plain("product_name", ""), plain("model", ""), plain("factory_no", ""),
            plain("internal_no", ""), row.parameters_json, party("using_entity"), party("owner"),
            party("maintainer"), row.region, plain("address", ""), point,
            row.source_datum or datum, row.source_coordinates, row.first_used_on,
        )  # fmt: skip
